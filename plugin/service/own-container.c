#include "service/own-container.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"

enum { ID = 64, ROOT = 3, MOUNT_POINT = 4 /* fields of a line, see proc(5) */ };

static struct slice field(struct slice line, unsigned n)
{
	struct slice head = SLICE("");

	for (unsigned i = 0; i <= n; i++)
		slice_cut(line, ' ', &head, &line);
	return head;
}

static bool is_given_by_engine(struct slice mount_point)
{
	return slice_eq(mount_point, SLICE("/etc/hostname")) ||
	       slice_eq(mount_point, SLICE("/etc/hosts")) ||
	       slice_eq(mount_point, SLICE("/etc/resolv.conf"));
}

static bool is_id(struct slice name)
{
	for (size_t i = 0; i < name.len; i++) {
		if (!(name.ptr[i] >= '0' && name.ptr[i] <= '9') &&
		    !(name.ptr[i] >= 'a' && name.ptr[i] <= 'f'))
			return false;
	}
	return name.len == ID;
}

struct slice own_container_in(struct slice line)
{
	struct slice root = field(line, ROOT), name, before = SLICE("");

	if (!is_given_by_engine(field(line, MOUNT_POINT)))
		return SLICE("");
	while (slice_cut(root, '/', &name, &root)) {
		if (slice_eq(before, SLICE("containers")) && is_id(name))
			return name;
		before = name;
	}
	return SLICE("");
}

int own_container_find(struct arena *a, struct slice *ret)
{
	FILE *mounts = fopen("/proc/self/mountinfo", "re");
	struct slice id = SLICE("");
	char *line = NULL;
	size_t room = 0;
	ssize_t len;
	int r;

	while (mounts && id.len == 0 && (len = getline(&line, &room, mounts)) >= 0)
		id = own_container_in((struct slice){ line, (size_t) len });
	r = arena_copy(a, id, ret);
	free(line);
	if (mounts)
		fclose(mounts);
	return r;
}
