/* host-paths.h - a mounted host path against a list of paths: the one comparison that every list
 * uses. */
#pragma once

#include "base/slice.h"
#include "policy/rule.h"

struct arena;
struct mount;

enum host_path_relation { HOST_PATH_APART, HOST_PATH_IS, HOST_PATH_BELOW, HOST_PATH_HOLDS };

/* How far an entry of a list reaches beyond the path that it names. */
enum host_path_reach {
	HOST_PATH_TREE,  /* to all below it, and to what holds it; but "/" as HOST_PATH_ALONE */
	HOST_PATH_ALONE, /* to what holds it: what is below may be mounted by itself */
	HOST_PATH_GLOB,  /* to all below it; `*` and `?` stand for names as in glob.h */
};

struct host_path_match {
	enum host_path_relation relation;
	struct slice path; /* the mount's path that matched: as written, or where its links lead */
	struct slice listed; /* what it matched */
	bool by_link;        /* `path` was reached through symbolic links only */
};

/*
 * Looks at the path as written and, when `follow`, at where its links lead. What lies below a
 * listed path matches, and so does what holds one, since a mount brings everything under it along.
 * "/" in a list stands for the root directory alone. The closest relation of the first path that
 * has one.
 */
struct host_path_match host_paths_match(const struct words *listed, const struct mount *m,
					bool follow);

/* The same for entries that reach otherwise than HOST_PATH_TREE. */
struct host_path_match host_paths_match_as(const struct words *listed, enum host_path_reach reach,
					   const struct mount *m, bool follow);

/* For PARAM_WORDS of HOST_PATH_GLOB: NULL when fine, else what is accepted. */
const char *host_path_glob(struct slice glob);
#define HOST_PATH_GLOB_PATTERN "^/"

/* Whether a ".." of its path is taken by the kernel, after links: text alone does not tell where.
 */
bool mount_goes_up(const struct mount *m);

/* `m` would be read-only in truth: the engine gives files new labels before it mounts them (moby
 * volume/mounts MountPoint.Setup), and with :Z not even the host's programs may read them then. */
bool mount_only_reads(const struct mount *m);

/* What settles the objection just made to `m`: to mount it read-only where that `helps` and a
 * command line can say it, else to leave it out. As verdict_drop. */
int mount_settle(const struct intent *in, const struct mount *m, bool helps, struct verdict *v);

/* The same of a volume whose options are the reason. */
int volume_settle(const struct intent *in, struct verdict *v);

/*
 * The first part of the absolute `path`, links followed, that others than root and this process's
 * user could put another thing in the place of, and so lead the path elsewhere; empty when there is
 * none. Who owns what the path leads to in the end does not matter: /home/kim is kim's, and only
 * root can say where it is. 0; -ENOMEM; other -Exxx where the way could not be followed, -E2BIG
 * once the request's steps are used up.
 */
int host_path_replaceable(const struct intent *in, struct slice path, struct slice *ret);

/*
 * Says of the objection just made to `m` where its links lead, and whether it is read-only, so that
 * an exception for the path as written does not let another one through. What could not be followed
 * leads to no path at all.
 */
void mount_leads(const struct mount *m, struct verdict *v);
