#include "kit/host-paths.h"

#include "base/glob.h"
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

void mount_leads(const struct mount *m, struct verdict *v)
{
	if (m->unresolved)
		verdict_leads(v, SLICE("(unknown)"));
	else if (!slice_eq(m->resolved, m->clean))
		verdict_leads(v, m->resolved);
}
