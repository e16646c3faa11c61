#include "host-paths.h"

#include "base/path.h"

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

static struct host_path_match match(const struct words *listed, struct slice path)
{
	struct host_path_match best = { .path = path };

	for (size_t i = 0; i < listed->count; i++) {
		enum host_path_relation relation = relate(path, listed->items[i]);

		if (relation == HOST_PATH_APART)
			continue;
		if (best.relation == HOST_PATH_APART || relation < best.relation) {
			best.relation = relation;
			best.listed = listed->items[i];
		}
	}
	return best;
}

struct host_path_match host_paths_match(const struct words *listed, const struct mount *m,
					bool follow)
{
	struct host_path_match found = match(listed, m->clean);

	if (found.relation != HOST_PATH_APART || !follow || m->unresolved)
		return found;
	found = match(listed, m->resolved);
	found.by_link = !slice_eq(m->resolved, m->clean);
	return found;
}

void mount_leads(const struct mount *m, struct verdict *v)
{
	if (m->unresolved)
		verdict_leads(v, SLICE("(unknown)"));
	else if (!slice_eq(m->resolved, m->clean))
		verdict_leads(v, m->resolved);
}
