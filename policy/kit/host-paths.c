#include "kit/host-paths.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/glob.h"
#include "base/host-path.h"
#include "base/path.h"

static size_t count_names(struct slice path)
{
	size_t count = 0;

	for (size_t i = 0; i < path.len; i++)
		count += path.ptr[i] == '/';
	return count;
}

/* The first `count` names of an absolute path; all of a shorter one. */
static struct slice first_names(struct slice path, size_t count)
{
	for (size_t i = 0; i < path.len; i++) {
		if (path.ptr[i] == '/' && count-- == 0)
			return (struct slice){ path.ptr, i };
	}
	return path;
}

/* No star of the glob runs over a slash, so that what it matches has as many names as itself. */
static enum host_path_relation relate_glob(struct slice path, struct slice glob)
{
	struct slice head = first_names(path, count_names(glob));

	if (!glob_match(glob, head))
		return HOST_PATH_APART;
	return head.len == path.len ? HOST_PATH_IS : HOST_PATH_BELOW;
}

static enum host_path_relation relate(struct slice path, struct slice listed)
{
	/* Nearly always the first letter behind the slash tells. */
	if (path.len > 1 && listed.len > 1 && path.ptr[1] != listed.ptr[1])
		return HOST_PATH_APART;
	if (slice_eq(path, listed))
		return HOST_PATH_IS;
	if (path_inside(listed, path))
		return HOST_PATH_HOLDS;
	if (!slice_eq(listed, SLICE("/")) && path_inside(path, listed))
		return HOST_PATH_BELOW;
	return HOST_PATH_APART;
}

static enum host_path_relation relate_as(enum host_path_reach reach, struct slice path,
					 struct slice listed)
{
	enum host_path_relation relation;

	if (reach == HOST_PATH_GLOB)
		return relate_glob(path, listed);
	relation = relate(path, listed);
	return reach == HOST_PATH_ALONE && relation == HOST_PATH_BELOW ? HOST_PATH_APART : relation;
}

static struct host_path_match match(const struct words *listed, enum host_path_reach reach,
				    struct slice path)
{
	struct host_path_match best = { .path = path };

	for (size_t i = 0; i < listed->count; i++) {
		enum host_path_relation relation = relate_as(reach, path, listed->items[i]);

		if (relation == HOST_PATH_APART)
			continue;
		if (best.relation == HOST_PATH_APART || relation < best.relation) {
			best.relation = relation;
			best.listed = listed->items[i];
		}
	}
	return best;
}

struct host_path_match host_paths_match_as(const struct words *listed, enum host_path_reach reach,
					   const struct mount *m, bool follow)
{
	struct host_path_match found = match(listed, reach, m->clean);

	if (found.relation != HOST_PATH_APART || !follow || m->unresolved)
		return found;
	found = match(listed, reach, m->resolved);
	found.by_link = !slice_eq(m->resolved, m->clean);
	return found;
}

struct host_path_match host_paths_match(const struct words *listed, const struct mount *m,
					bool follow)
{
	return host_paths_match_as(listed, HOST_PATH_TREE, m, follow);
}

const char *host_path_glob(struct slice glob)
{
	for (size_t i = 0; i + 1 < glob.len; i++) {
		if (glob.ptr[i] == '*' && glob.ptr[i + 1] == '*')
			return "a path in which each `*` stands within one name, such as /home/*/.ssh";
	}
	return slice_starts(glob, SLICE("/")) && glob.len > 1 && path_is_clean(glob)
		       ? NULL
		       : "an absolute path without `.`, `..` and a slash at its end, such as "
			 "/home/*/.ssh";
}

bool mount_goes_up(const struct mount *m)
{
	return !slice_eq(m->way, m->clean);
}

enum { BYTES_A_STEP = 32 };

struct way {
	struct arena *arena;
	struct host_steps *steps;
	struct slice replaceable;
	int error;
};

static bool is_ours(const struct stat *st)
{
	return st->st_uid == 0 || st->st_uid == geteuid();
}

/* What is not there yet, root will make; in a folder with the sticky bit anybody can come first. */
static bool can_replace(const char *path, const struct stat *folder)
{
	struct stat st;

	if (!is_ours(folder))
		return true;
	if (!(folder->st_mode & 022))
		return false;
	return !(folder->st_mode & S_ISVTX) || lstat(path, &st) != 0 || !is_ours(&st);
}

/* Each component is looked up from the root, so that deep ones cost more. */
static int charge(struct host_steps *steps, size_t folder)
{
	size_t cost = folder / BYTES_A_STEP;

	if (!steps)
		return 0;
	if (steps->left < cost) {
		steps->left = 0;
		return -E2BIG;
	}
	steps->left -= cost;
	return 0;
}

static void see(void *cls, const char *path, size_t folder)
{
	struct way *w = cls;
	char name[PATH_MAX];
	struct stat st;

	if (w->replaceable.len > 0 || w->error || folder >= sizeof(name))
		return;
	w->error = charge(w->steps, folder);
	if (w->error)
		return;
	snprintf(name, sizeof(name), "%.*s", folder > 0 ? (int) folder : 1, path);
	if (lstat(name, &st) != 0)
		w->error = errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
	else if (can_replace(path, &st))
		w->error = arena_copy(w->arena, slice_str(path), &w->replaceable);
}

int host_path_replaceable(const struct intent *in, struct slice path, struct slice *ret)
{
	struct way w = { .arena = in->arena, .steps = in->steps };
	int r = host_path_walk(in->arena, path, in->steps, see, &w);

	if (r == 0)
		r = w.error;
	if (r == 0)
		*ret = w.replaceable;
	return r;
}

void mount_leads(const struct mount *m, struct verdict *v)
{
	verdict_read_only(v, m->read_only);
	if (m->unresolved)
		verdict_leads(v, SLICE("(unknown)"));
	else if (!slice_eq(m->resolved, m->clean))
		verdict_leads(v, m->resolved);
}

bool mount_only_reads(const struct mount *m)
{
	return m->read_only && !m->relabels;
}

/* Options of a volume that is to be made, or that --mount makes on the way. */
int volume_settle(const struct intent *in, struct verdict *v)
{
	return verdict_drop(v, in->op == OP_VOLUME_CREATE ? SETTING_OPTIONS : SETTING_VOLUME_OPT,
			    SLICE(""));
}

int mount_settle(const struct intent *in, const struct mount *m, bool helps, struct verdict *v)
{
	if (m->by_volume)
		return volume_settle(in, v);
	verdict_drop(v, SETTING_MOUNT, m->source);
	if (!helps || m->target.len == 0 || slice_find(m->source, ':'))
		return 0;
	return verdict_add_pair(v, SETTING_MOUNT_READ_ONLY, m->source, m->target);
}
