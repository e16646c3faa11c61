/*
 * file-watch.c - inotify watches along the way to a file.
 *
 * A watch on the file alone is deaf to what people do: editors and configuration management write
 * another file and rename it over the first, swap a link in the middle of the way, or make a
 * directory anew. So each directory that a name on the way is looked up in is watched, and an event
 * counts when it is about that name. As a watch is set before its name is looked at, a change is
 * either seen by the walk or heard of after it; none falls between the two.
 *
 * The file itself is watched too: it can be written by another name, of a hard link or of the
 * source of a bind mount, and the directory hears nothing of that.
 *
 * What the walk saw is kept as a digest. Comparing it with that of the next walk is how a change is
 * found where watches cannot be had.
 */
#include "service/file-watch.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/host-path.h"
#include "base/slice.h"

enum { PLACES_MEMORY = 1024 * 1024 };

static const uint32_t FILE_EVENTS = IN_CLOSE_WRITE | IN_ATTRIB;
static const uint32_t FOLDER_EVENTS = IN_CLOSE_WRITE | IN_ATTRIB | IN_CREATE | IN_DELETE |
				      IN_MOVED_FROM | IN_MOVED_TO | IN_MOVE_SELF | IN_DELETE_SELF |
				      IN_ONLYDIR;

/* `name` is looked up in the directory of the watch; empty: the watch is the file's own. */
struct watched {
	int watch;
	struct slice name;
};

struct places {
	struct arena *arena;
	struct watched *items;
	size_t count;
};

struct file_watch {
	int fd;
	struct places now, next; /* `next` only during a walk */
	int lacks;
	uint64_t seen;
};

struct file_watch *file_watch_new(void)
{
	OWN(file_watch) w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->fd = -1;
	w->now.arena = arena_new(PLACES_MEMORY);
	w->next.arena = arena_new(PLACES_MEMORY);
	return w->now.arena && w->next.arena ? TAKE(w) : NULL;
}

void file_watch_free(struct file_watch *w)
{
	if (!w)
		return;
	if (w->fd >= 0)
		close(w->fd);
	arena_free(w->now.arena);
	arena_free(w->next.arena);
	free(w);
}

int file_watch_fd(const struct file_watch *w)
{
	return w->fd;
}

int file_watch_lacks(const struct file_watch *w)
{
	return w->lacks;
}

static void lack(struct file_watch *w, int error)
{
	if (w->lacks == 0)
		w->lacks = error;
}

static bool remember(struct places *p, int watch, struct slice name)
{
	struct watched place = { .watch = watch };

	return arena_copy(p->arena, name, &place.name) == 0 &&
	       ARENA_APPEND(p->arena, p->items, p->count, place) == 0;
}

static void watch(struct file_watch *w, const char *path, uint32_t events, struct slice name)
{
	int id;

	if (w->fd < 0)
		return;
	id = inotify_add_watch(w->fd, path, events);
	if (id >= 0 && !remember(&w->next, id, name))
		lack(w, -ENOMEM);
	/* What is not there is heard of where its own name is looked up. */
	if (id < 0 && errno != ENOENT && errno != ENOTDIR)
		lack(w, -errno);
}

/* FNV-1a: nobody gains by a collision that two honest files do not have. */
static void mix(uint64_t *digest, uint64_t value)
{
	for (int i = 0; i < 8; i++, value >>= 8)
		*digest = (*digest ^ (value & 0xff)) * 0x100000001b3;
}

/* A directory also changes with files that are no concern of ours; times and size are left out. */
static void mix_stat(uint64_t *digest, const struct stat *st)
{
	mix(digest, st->st_dev);
	mix(digest, st->st_ino);
	mix(digest, st->st_mode);
	mix(digest, (uint64_t) st->st_uid << 32 | st->st_gid);
	if (S_ISDIR(st->st_mode))
		return;
	mix(digest, (uint64_t) st->st_size);
	mix(digest, (uint64_t) st->st_mtim.tv_sec);
	mix(digest, (uint64_t) st->st_mtim.tv_nsec);
	mix(digest, (uint64_t) st->st_ctim.tv_sec);
	mix(digest, (uint64_t) st->st_ctim.tv_nsec);
}

static void see(void *cls, const char *path, size_t folder)
{
	struct file_watch *w = cls;
	char text[PATH_MAX] = "/";
	struct stat st;

	for (size_t i = 0; i < folder; i++)
		text[i] = path[i];
	text[folder > 0 ? folder : 1] = '\0';
	watch(w, text, FOLDER_EVENTS, slice_str(path + folder + 1));

	if (lstat(path, &st) < 0) {
		mix(&w->seen, (uint64_t) errno);
		return;
	}
	if (S_ISREG(st.st_mode)) {
		watch(w, path, FILE_EVENTS, SLICE(""));
		/* Again, for what was done to it between the two. */
		if (lstat(path, &st) < 0)
			st = (struct stat){ 0 };
	}
	mix_stat(&w->seen, &st);
}

static int walk(struct file_watch *w, const char *path)
{
	struct slice whole = slice_str(path);
	char folder[PATH_MAX];
	int r = 0;

	if (!slice_starts(whole, SLICE("/"))) {
		if (!getcwd(folder, sizeof(folder)))
			return -errno;
		r = arena_printf(w->next.arena, &whole, "%s/%s", folder, path);
	}
	if (r == 0)
		r = host_path_walk(w->next.arena, whole, NULL, see, w);
	/* Such a way ends at a name that is watched by now. */
	return r == -ELOOP || r == -ENAMETOOLONG ? 0 : r;
}

static bool holds(const struct places *p, int id)
{
	for (size_t i = 0; i < p->count; i++) {
		if (p->items[i].watch == id)
			return true;
	}
	return false;
}

static void take_over(struct file_watch *w)
{
	struct places old = w->now;

	for (size_t i = 0; i < old.count; i++) {
		/* A directory that is gone has taken its watch along, which is no error here. */
		if (!holds(&w->next, old.items[i].watch))
			(void) inotify_rm_watch(w->fd, old.items[i].watch);
	}
	w->now = w->next;
	w->next = (struct places){ .arena = old.arena };
	arena_reset(w->next.arena);
}

bool file_watch_place(struct file_watch *w, const char *const *paths, size_t count)
{
	uint64_t before = w->seen;

	w->seen = 0xcbf29ce484222325;
	w->lacks = 0;
	if (w->fd < 0)
		w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (w->fd < 0)
		lack(w, -errno);
	for (size_t i = 0; i < count; i++) {
		int r = walk(w, paths[i]);

		if (r != 0)
			lack(w, r);
	}
	take_over(w);
	return w->seen != before;
}

static bool concerns(const struct file_watch *w, const struct inotify_event *e)
{
	struct slice name = e->len > 0 ? slice_str(e->name) : SLICE("");

	if (e->mask & IN_Q_OVERFLOW)
		return true;
	for (size_t i = 0; i < w->now.count; i++) {
		const struct watched *p = &w->now.items[i];

		/* Without a name it is about the directory itself: moved, gone, its mode changed.
		 */
		if (p->watch == e->wd && (name.len == 0 || slice_eq(p->name, name)))
			return true;
	}
	return false;
}

bool file_watch_heard(struct file_watch *w)
{
	_Alignas(struct inotify_event) char events[16 * 1024];
	bool concerned = false;
	ssize_t n;

	if (w->fd < 0)
		return false;
	while ((n = TEMP_FAILURE_RETRY(read(w->fd, events, sizeof(events)))) > 0) {
		const struct inotify_event *e;

		for (ssize_t at = 0; at < n; at += (ssize_t) (sizeof(*e) + e->len)) {
			e = (const struct inotify_event *) (const void *) (events + at);
			concerned = concerned || concerns(w, e);
		}
	}
	return concerned;
}
