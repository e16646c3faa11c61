/*
 * The walk is the kernel's, made by hand: realpath(3) gives up at the first component that does not
 * exist, while the daemon makes such directories, also behind a dangling link.
 *
 * It holds the directory in which it stands open and looks names up in that one, as the kernel
 * does: a component costs the same however deep it lies. With names looked up from the root, a link
 * of 2,000 components in a directory that deep cost two million look-ups, and forty of them held a
 * worker for seconds.
 *
 * `..` is taken after links are followed, since /a/link/.. is the parent of what the link points
 * to. A missing component is walked on like a plain one: `/missing/../etc` ends in /etc, as it does
 * for the daemon, which cleans the text first.
 */
#include "base/host-path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"

enum {
	LINKS_MAX = 40, /* as the kernel */
	AS_FOLDER = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
};

struct walk {
	struct arena *arena;
	struct host_steps *steps; /* NULL: no bound but that of links and lengths */
	struct slice rest;        /* still to be walked */
	char text[PATH_MAX];      /* its end holds `rest` once a link was followed */
	char done[PATH_MAX];      /* free of links; "" is the root */
	size_t len;               /* of `done`, without its NUL */
	int folder;               /* the deepest directory of `done` that is there */
	unsigned beyond;          /* components below it, which are not there or no directories */
	unsigned links;
	bool guarded;         /* look for a component that others can change */
	bool lenient;         /* this process's user is no other, and a sticky bit protects */
	struct slice exposed; /* the first one found */
	host_path_see *see;   /* NULL: nobody looks on */
	void *cls;
};

static int spend_step(struct walk *w)
{
	if (!w->steps)
		return 0;
	if (w->steps->left == 0)
		return -E2BIG;
	w->steps->left--;
	return 0;
}

static void drop_last(struct walk *w)
{
	while (w->len > 0 && w->done[--w->len] != '/')
		;
	w->done[w->len] = '\0';
}

/* `folder` may be the outcome of an openat() that failed. */
static int enter(struct walk *w, int folder)
{
	if (folder < 0)
		return -errno;
	close(w->folder);
	w->folder = folder;
	w->beyond = 0;
	return 0;
}

static int go_up(struct walk *w)
{
	if (w->len == 0)
		return 0;
	drop_last(w);
	if (w->beyond == 0)
		return enter(w, openat(w->folder, "..", AS_FOLDER));
	w->beyond--;
	return 0;
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

/* At the end of `text`, so that the next target goes in front and nothing is copied twice. */
static void put_in_front(struct walk *w, struct slice target)
{
	char *rest = w->text + sizeof(w->text) - w->rest.len;
	char *start = rest - 1 - target.len;

	if (w->rest.ptr != rest)
		memmove(rest, w->rest.ptr, w->rest.len);
	rest[-1] = '/';
	memcpy(start, target.ptr, target.len);
	w->rest = (struct slice){ start, target.len + 1 + w->rest.len };
}

/* Puts the target in the place of the link, the last component of `done`. */
static int follow(struct walk *w, struct slice target)
{
	if (++w->links > LINKS_MAX)
		return -ELOOP;
	if (target.len + w->rest.len >= PATH_MAX)
		return -ENAMETOOLONG;
	put_in_front(w, target);
	drop_last(w);
	if (target.ptr[0] != '/')
		return 0;
	w->len = 0;
	w->done[0] = '\0';
	return enter(w, open("/", AS_FOLDER));
}

/* A link in /proc (root, cwd, fd) names what it leads to as this process sees it. */
static int follow_if_link(struct walk *w, const char *name)
{
	char target[PATH_MAX];
	ssize_t len = readlinkat(w->folder, name, target, sizeof(target));

	if (len == sizeof(target))
		return -ENAMETOOLONG;
	if (len > 0)
		return follow(w, (struct slice){ target, (size_t) len });
	if (len < 0 && errno != EINVAL && errno != ENOENT && errno != ENOTDIR)
		return -errno;
	w->beyond = 1; /* no link, or nothing there */
	return 0;
}

/* Nothing is looked up below what is not there; and the last component need not be entered. */
static int look(struct walk *w, const char *name)
{
	int folder;

	if (w->beyond > 0) {
		w->beyond++;
		return 0;
	}
	if (w->rest.len == 0)
		return follow_if_link(w, name);
	folder = openat(w->folder, name, AS_FOLDER);
	if (folder < 0 && errno == ENOTDIR)
		return follow_if_link(w, name);
	if (folder < 0 && errno == ENOENT) {
		w->beyond = 1;
		return 0;
	}
	return enter(w, folder);
}

static bool is_safe(const struct walk *w, const struct stat *st)
{
	bool ours = st->st_uid == 0 || (w->lenient && st->st_uid == geteuid());
	bool sticky = w->lenient && S_ISDIR(st->st_mode) && (st->st_mode & S_ISVTX);

	return ours && (S_ISLNK(st->st_mode) || sticky || (st->st_mode & 022) == 0);
}

/* As sshd's StrictModes: root's own, and writable by nobody else. What is not there yet, root will
 * make. `name` is "" for the directory itself. */
static int guard(struct walk *w, const char *name)
{
	struct stat st;

	if (!w->guarded || w->exposed.len > 0 || w->beyond > 0)
		return 0;
	if (fstatat(w->folder, name, &st, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH) < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
	if (is_safe(w, &st))
		return 0;
	return arena_copy(w->arena, slice_str(w->len > 0 ? w->done : "/"), &w->exposed);
}

static int step(struct walk *w, struct slice name)
{
	size_t folder = w->len;
	int r = spend_step(w);

	if (r != 0 || name.len == 0 || slice_eq(name, SLICE(".")))
		return r;
	if (slice_eq(name, SLICE("..")))
		return go_up(w);
	r = go_down(w, name);
	if (r == 0)
		r = guard(w, w->done + folder + 1);
	if (r == 0 && w->see)
		w->see(w->cls, w->done, folder);
	return r != 0 ? r : look(w, w->done + folder + 1);
}

static int walk_on(struct walk *w)
{
	struct slice name;
	int r = guard(w, "");

	while (r == 0 && w->rest.len > 0) {
		slice_cut(w->rest, '/', &name, &w->rest);
		r = step(w, name);
	}
	return r;
}

static int walk(struct walk *w, struct slice path)
{
	int r;

	if (!slice_starts(path, SLICE("/")) || slice_find(path, '\0'))
		return -EINVAL;
	if (path.len >= PATH_MAX)
		return -ENAMETOOLONG;
	/* Forty thousand paths of a request that has no steps left cost nothing more. */
	if (w->steps && w->steps->left == 0)
		return -E2BIG;
	w->folder = open("/", AS_FOLDER);
	if (w->folder < 0)
		return -errno;
	w->rest = path;
	r = walk_on(w);
	close(w->folder);
	return r;
}

int host_path_resolve(struct arena *a, struct slice path, struct host_steps *steps,
		      struct slice *ret)
{
	struct walk w = { .arena = a, .steps = steps };
	int r = walk(&w, path);

	if (r != 0)
		return r;
	return arena_copy(a, w.len > 0 ? (struct slice){ w.done, w.len } : SLICE("/"), ret);
}

int host_path_exposed(struct arena *a, struct slice path, struct host_steps *steps,
		      struct slice *ret)
{
	struct walk w = { .arena = a, .steps = steps, .guarded = true };
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

int host_path_walk(struct arena *a, struct slice path, struct host_steps *steps, host_path_see *see,
		   void *cls)
{
	struct walk w = { .arena = a, .steps = steps, .see = see, .cls = cls };

	return walk(&w, path);
}

const char *host_path_why(int error)
{
	if (error == -E2BIG)
		return "all paths of this request together take too many steps to follow";
	return strerrordesc_np(-error);
}
