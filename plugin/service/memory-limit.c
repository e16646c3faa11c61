#include "service/memory-limit.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/number.h"
#include "base/slice.h"

/* Of both versions; a host has the memory controller in one of them. */
struct hierarchy {
	const char *folder; /* below the mount */
	const char *file;
};

static const struct hierarchy unified = { "", "memory.max" },
			      legacy = { "/memory", "memory.limit_in_bytes" };

/* "max", a file that is not there, and whatever else is no number are no limit. */
static uint64_t read_limit(const char *path)
{
	FILE *file = fopen(path, "re");
	uint64_t limit = UINT64_MAX;
	char text[64];

	if (!file)
		return UINT64_MAX;
	if (!fgets(text, sizeof(text), file) || !number_u64(slice_trim(slice_str(text)), &limit))
		limit = UINT64_MAX;
	fclose(file);
	return limit;
}

/* From the group up to the root of the mount: a container's own group may be just that. */
static uint64_t least_of(const char *mount, const struct hierarchy *h, struct slice group)
{
	uint64_t least = UINT64_MAX, limit;
	char path[PATH_MAX];

	for (;;) {
		snprintf(path, sizeof(path), "%s%s%.*s/%s", mount, h->folder, SLICE_ARG(group),
			 h->file);
		limit = read_limit(path);
		least = limit < least ? limit : least;
		if (group.len == 0)
			return least;
		while (group.len > 0 && group.ptr[--group.len] != '/')
			;
	}
}

/* "0::/system.slice/x" of the unified hierarchy, "5:memory:/x" of the one before it. */
static const struct hierarchy *read_line(struct slice line, struct slice *ret_group)
{
	struct slice number, controllers, one;
	bool more;

	if (!slice_cut(line, ':', &number, &line) || !slice_cut(line, ':', &controllers, &line))
		return NULL;
	*ret_group = line;
	if (controllers.len == 0)
		return &unified;
	do {
		more = slice_cut(controllers, ',', &one, &controllers);
		if (slice_eq(one, SLICE("memory")))
			return &legacy;
	} while (more);
	return NULL;
}

uint64_t memory_limit(const char *groups, const char *mount)
{
	FILE *file = fopen(groups, "re");
	uint64_t least = UINT64_MAX;
	char *line = NULL;
	size_t room = 0;
	ssize_t len;

	while (file && (len = getline(&line, &room, file)) >= 0) {
		struct slice group;
		const struct hierarchy *h =
			read_line(slice_trim((struct slice){ line, (size_t) len }), &group);
		uint64_t limit = h ? least_of(mount, h, group) : UINT64_MAX;

		least = limit < least ? limit : least;
	}
	free(line);
	if (file)
		fclose(file);
	return least;
}
