#include "service/own-paths.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/host-path.h"
#include "base/path.h"
#include "service/own-container.h"

struct list {
	struct arena *arena;
	struct slice *items;
	size_t count;
};

static int add(struct list *l, struct slice path)
{
	return ARENA_APPEND(l->arena, l->items, l->count, path);
}

/* Both the text and its end: a container may be given either, and a link may be turned around. */
static int add_both(struct list *l, struct slice path)
{
	struct slice clean, resolved;
	int r = path_clean(l->arena, path, &clean);

	if (r == 0)
		r = add(l, clean);
	if (r == 0)
		r = host_path_resolve(l->arena, clean, NULL, &resolved);
	if (r != 0 || slice_eq(clean, resolved))
		return r;
	return add(l, resolved);
}

static int add_file(struct list *l, const char *file)
{
	struct slice path = slice_str(file);
	char here[PATH_MAX];
	int r;

	if (!slice_starts(path, SLICE("/"))) {
		if (!getcwd(here, sizeof(here)))
			return -errno;
		r = arena_printf(l->arena, &path, "%s/%s", here, file);
		if (r != 0)
			return r;
	}
	return add_both(l, path);
}

/* The kernel makes this directory when it starts with SELinux, and at no other time. */
static bool is_without_selinux(void)
{
	return access("/sys/fs", F_OK) == 0 && access("/sys/fs/selinux", F_OK) != 0 &&
	       errno == ENOENT;
}

int own_paths_find(const char *const *files, const char *decision_log, struct arena *a,
		   struct own_paths *ret)
{
	struct list list = { .arena = a };
	struct slice container;
	size_t without_logs;
	char program[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", program, sizeof(program));
	int r = 0;

	/* Without /proc nobody can say; the rule's own list has the usual places. */
	if (len > 0 && (size_t) len < sizeof(program)) {
		struct slice path;

		r = arena_copy(a, (struct slice){ program, (size_t) len }, &path);
		if (r == 0)
			r = add_both(&list, path);
	}
	for (size_t i = 0; r == 0 && files[i]; i++)
		r = add_file(&list, files[i]);
	without_logs = list.count;
	if (r == 0 && decision_log)
		r = add_file(&list, decision_log);
	if (r == 0)
		r = own_container_find(a, &container);
	if (r == 0)
		*ret = (struct own_paths){
			.items = list.items,
			.count = list.count,
			.logs = list.count - without_logs,
			.without_selinux = is_without_selinux(),
			.container = container,
		};
	return r;
}
