/*
 * The walk is the kernel's, made by hand: realpath(3) gives up at the first component that does not
 * exist, while the daemon makes such directories, also behind a dangling link.
 *
 * `..` is taken after links are followed, since /a/link/.. is the parent of what the link points
 * to. A missing component is walked on like a plain one: `/missing/../etc` ends in /etc, as it does
 * for the daemon, which cleans the text first.
 */
#include "base/host-path.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"

enum { LINKS_MAX = 40 /* as the kernel */ };

struct walk {
	struct arena *arena;
	struct slice rest;   /* still to be walked */
	char done[PATH_MAX]; /* free of links; "" is the root */
	size_t len;          /* of `done`, without its NUL */
	unsigned links;
	bool guarded;         /* look for a component that others can change */
	bool lenient;         /* this process's user is no other, and a sticky bit protects */
	struct slice exposed; /* the first one found */
	host_path_see *see;   /* NULL: nobody looks on */
	void *cls;
};

static void go_up(struct walk *w)
{
	while (w->len > 0 && w->done[--w->len] != '/')
		;
	w->done[w->len] = '\0';
}

static int go_down(struct walk *w, struct slice name)
{
	if (name.len + 1 >= sizeof(w->done) - w->len)
		return -ENAMETOOLONG;
	w->done[w->len] = '/';
	memcpy(w->done + w->len + 1, name.ptr, name.len);
	w->len += name.len + 1;
	w->done[w->len] = '\0';
	return 0;
}

/* Puts the target in the place of the link where the walk stands. */
static int follow(struct walk *w, struct slice target)
{
	int r;

	if (++w->links > LINKS_MAX)
		return -ELOOP;
	if (target.len + w->rest.len >= PATH_MAX)
		return -ENAMETOOLONG;
	r = arena_printf(w->arena, &w->rest, "%.*s/%.*s", SLICE_ARG(target), SLICE_ARG(w->rest));
	if (r != 0)
		return r;

	go_up(w);
	if (target.ptr[0] == '/')
		w->len = 0;
	w->done[w->len] = '\0';
	return 0;
}

/* A link in /proc (root, cwd, fd) names what it leads to as this process sees it. */
static int follow_if_link(struct walk *w)
{
	char target[PATH_MAX];
	ssize_t len = readlink(w->done, target, sizeof(target));

	if (len == sizeof(target))
		return -ENAMETOOLONG;
	if (len > 0)
		return follow(w, (struct slice){ target, (size_t) len });
	if (len == 0 || errno == EINVAL || errno == ENOENT || errno == ENOTDIR)
		return 0; /* no link, or nothing there */
	return -errno;
}

static bool is_safe(const struct walk *w, const struct stat *st)
{
	bool ours = st->st_uid == 0 || (w->lenient && st->st_uid == geteuid());
	bool sticky = w->lenient && S_ISDIR(st->st_mode) && (st->st_mode & S_ISVTX);

	return ours && (S_ISLNK(st->st_mode) || sticky || (st->st_mode & 022) == 0);
}

/* As sshd's StrictModes: root's own, and writable by nobody else. What is not there yet, root will
 * make. */
static int guard(struct walk *w)
{
	const char *path = w->len > 0 ? w->done : "/";
	struct stat st;

	if (!w->guarded || w->exposed.len > 0)
		return 0;
	if (lstat(path, &st) < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
	if (is_safe(w, &st))
		return 0;
	return arena_copy(w->arena, slice_str(path), &w->exposed);
}

static int step(struct walk *w, struct slice name)
{
	size_t folder = w->len;
	int r;

	if (name.len == 0 || slice_eq(name, SLICE(".")))
		return 0;
	if (slice_eq(name, SLICE(".."))) {
		go_up(w);
		return 0;
	}
	r = go_down(w, name);
	if (r == 0)
		r = guard(w);
	if (r == 0 && w->see)
		w->see(w->cls, w->done, folder);
	return r != 0 ? r : follow_if_link(w);
}

static int walk(struct walk *w, struct slice path)
{
	struct slice name;
	int r;

	if (!slice_starts(path, SLICE("/")) || slice_find(path, '\0'))
		return -EINVAL;
	if (path.len >= PATH_MAX)
		return -ENAMETOOLONG;

	w->rest = path;
	r = guard(w);
	while (r == 0 && w->rest.len > 0) {
		slice_cut(w->rest, '/', &name, &w->rest);
		r = step(w, name);
	}
	return r;
}

int host_path_resolve(struct arena *a, struct slice path, struct slice *ret)
{
	struct walk w = { .arena = a };
	int r = walk(&w, path);

	if (r != 0)
		return r;
	return arena_copy(a, w.len > 0 ? (struct slice){ w.done, w.len } : SLICE("/"), ret);
}

int host_path_exposed(struct arena *a, struct slice path, struct slice *ret)
{
	struct walk w = { .arena = a, .guarded = true };
	int r = walk(&w, path);

	if (r == 0)
		*ret = w.exposed;
	return r;
}

int host_path_changeable(struct arena *a, struct slice path, struct slice *ret)
{
	struct walk w = { .arena = a, .guarded = true, .lenient = true };
	int r = walk(&w, path);

	if (r == 0)
		*ret = w.exposed;
	return r;
}

int host_path_walk(struct arena *a, struct slice path, host_path_see *see, void *cls)
{
	struct walk w = { .arena = a, .see = see, .cls = cls };

	return walk(&w, path);
}
