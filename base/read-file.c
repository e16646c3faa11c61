#include "base/read-file.h"

#include "base/arena.h"
#include "base/host-path.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	FIRST_CHUNK = 64 * 1024, /* of an input whose size is not known */
	WAY_MEMORY = 1024 * 1024,
};

struct content {
	struct arena *arena;
	struct mark mark;
	struct diags *diags;
	size_t most;
	int fd;
};

static bool machine_failed(int error)
{
	return error == ENOMEM || error == EMFILE || error == ENFILE;
}

static int too_large(const struct content *r)
{
	return diag_add(r->diags, r->mark,
			"the file is larger than the %zu bytes that are read at most", r->most);
}

static int check_trust(const struct content *r, const struct stat *st)
{
	unsigned mode = st->st_mode & 07777;
	int bad = 0;

	if (st->st_uid != 0 && st->st_uid != geteuid())
		bad = diag_add(
			r->diags, r->mark,
			"the file belongs to user %u, who could change it; accepted are root and user "
			"%u; run: chown root %s",
			st->st_uid, geteuid(), r->mark.file);
	if (mode & (S_IWGRP | S_IWOTH))
		bad = diag_add(
			r->diags, r->mark,
			"the file has mode %04o, so others than its owner could change it; run: "
			"chmod go-w %s",
			mode, r->mark.file);
	return bad;
}

static int complain_way(const struct content *r, struct slice way)
{
	return diag_add(r->diags, r->mark,
			"others can change %.*s, and so put another file in the place of this one; "
			"accepted are root and user %u; run: chown root %.*s; chmod go-w %.*s",
			SLICE_ARG(way), geteuid(), SLICE_ARG(way), SLICE_ARG(way));
}

static int find_way(const char *file, struct arena *a, struct slice *ret)
{
	struct slice path = slice_str(file);
	char folder[PATH_MAX];
	int err = 0;

	if (!slice_starts(path, SLICE("/"))) {
		if (!getcwd(folder, sizeof(folder)))
			return -errno;
		err = arena_printf(a, &path, "%s/%s", folder, file);
	}
	return err ? err : host_path_changeable(a, path, ret);
}

/* Whoever can write to a directory on the way can put another file there. */
static int check_way(const struct content *r)
{
	OWN(arena) a = arena_new(WAY_MEMORY);
	struct slice way = SLICE("");
	int err = a ? find_way(r->mark.file, a, &way) : -ENOMEM;

	if (err == -ENOMEM)
		return err;
	if (err)
		return diag_add(r->diags, r->mark, "the way to the file cannot be checked: %s",
				strerror(-err));
	return way.len > 0 ? complain_way(r, way) : 0;
}

/* Looks at what is open, not at the name, which could meanwhile lead elsewhere. */
static int check_file(const struct content *r, unsigned flags, size_t *ret_size)
{
	struct stat st;
	int bad;

	if (fstat(r->fd, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return diag_add(r->diags, r->mark, "this is a directory; a regular file is needed");
	if (!S_ISREG(st.st_mode))
		return diag_add(r->diags, r->mark,
				"this is no regular file; to read a pipe, give it as "
				"standard input with -");
	if ((uintmax_t) st.st_size > r->most)
		return too_large(r);

	*ret_size = (size_t) st.st_size;
	if (!(flags & READ_FILE_TRUSTED))
		return 0;
	bad = check_trust(r, &st);
	return bad ? bad : check_way(r);
}

static int read_some(const struct content *r, char *to, size_t room, size_t *ret)
{
	ssize_t n = TEMP_FAILURE_RETRY(read(r->fd, to, room));

	if (n < 0 && machine_failed(errno))
		return -errno;
	if (n < 0)
		return diag_add(r->diags, r->mark, "cannot be read: %s", strerror(errno));
	*ret = (size_t) n;
	return 0;
}

/* The file may have grown since its size was asked for, so the size is a hint and only the end is
 * an end. */
static int read_all(const struct content *r, size_t hint, struct slice *ret)
{
	size_t room = hint + 1, len = 0, n = 0, more;
	char *text = arena_bytes(r->arena, room);
	int bad;

	if (!text)
		return -ENOMEM;
	do {
		if (len == room) {
			more = room <= r->most / 2 ? 2 * room : r->most + 1;
			text = arena_extend(r->arena, text, room, more);
			if (!text)
				return -ENOMEM;
			room = more;
		}
		bad = read_some(r, text + len, room - len, &n);
		if (bad != 0)
			return bad;
		len += n;
		if (len > r->most)
			return too_large(r);
	} while (n > 0);

	/* The last read found the end with room to spare. */
	text[len] = '\0';
	arena_trim(r->arena, text, room, len + 1);
	*ret = (struct slice){ text, len };
	return 0;
}

static int read_stdin(struct content *r, struct slice *ret)
{
	r->fd = STDIN_FILENO;
	return read_all(r, r->most < FIRST_CHUNK ? r->most : FIRST_CHUNK, ret);
}

/* Root is refused by nobody but the kernel's security modules. */
static int complain_of_open(const struct content *r, int error)
{
	if (error == ENXIO)
		return diag_add(r->diags, r->mark, "this is a socket; a regular file is needed");
	return diag_add(r->diags, r->mark, "cannot be opened: %s%s", strerror(error),
			error == EACCES && geteuid() == 0
				? ". A service opens its policy in the folders that were there "
				  "when it was started; of another one, restart it"
				: "");
}

static int read_path(struct content *r, unsigned flags, struct slice *ret)
{
	size_t size = 0;
	int bad;

	/* O_NONBLOCK: a FIFO must not hold the open until somebody writes to it. */
	r->fd = open(r->mark.file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (r->fd < 0 && machine_failed(errno))
		return -errno;
	if (r->fd < 0)
		return complain_of_open(r, errno);

	bad = check_file(r, flags, &size);
	if (bad == 0)
		bad = read_all(r, size, ret);
	close(r->fd);
	return bad;
}

int read_file(struct arena *a, const char *path, size_t most, unsigned flags, struct slice *ret,
	      struct diags *d)
{
	struct content r = { .arena = a, .mark = { .file = path }, .diags = d, .most = most };

	assert(most < SIZE_MAX);

	return slice_eq(slice_str(path), SLICE("-")) ? read_stdin(&r, ret)
						     : read_path(&r, flags, ret);
}
