/* host-path.h - what a path of this host really leads to. */
#pragma once

#include <stddef.h>

#include "base/slice.h"

struct arena;

/*
 * What several walks may take together. A step is one component of a path or of a link's target,
 * and costs a few system calls at most. 40 links of 4 KiB make 80,000 steps of one path, and a
 * request has room for many paths: without a bound they keep a worker busy for minutes.
 */
struct host_steps {
	unsigned left;
};
enum { HOST_STEPS = 16384 }; /* of a request: hundreds of mounts, and some 50 ms */

/*
 * Follows every symbolic link of the absolute `path`, also dangling ones: what does not exist is
 * kept as it is written, since the daemon may make it. The walk is the plugin's view of the host;
 * the daemon walks again later, so a caller judges both the text and this result. `steps` may be
 * NULL. 0; -ENOMEM; -ELOOP above 40 links; -E2BIG when no steps are left; -ENAMETOOLONG; -EACCES
 * and other -Exxx when a component cannot be read.
 */
int host_path_resolve(struct arena *a, struct slice path, struct host_steps *steps,
		      struct slice *ret);

/*
 * The first component on the way, links followed, that is not root's or that others can write:
 * whoever can change it can lead the path elsewhere between a check and a mount. Empty when there
 * is none. Errors as above.
 */
int host_path_exposed(struct arena *a, struct slice path, struct host_steps *steps,
		      struct slice *ret);

/*
 * The first component on the way, links followed, that others than root and this process's user can
 * change, and with it what the path leads to. A directory with the sticky bit (/tmp) is fine where
 * what lies in it is theirs. Empty when there is none. Errors as above.
 */
int host_path_changeable(struct arena *a, struct slice path, struct slice *ret);

/*
 * Shows each component before it is looked at, whether it is there or not: `path` is free of links
 * but for its last component, and its first `folder` bytes are the directory that it is looked up
 * in ("" is the root). `steps` may be NULL. Errors as above.
 */
typedef void host_path_see(void *cls, const char *path, size_t folder);
int host_path_walk(struct arena *a, struct slice path, struct host_steps *steps, host_path_see *see,
		   void *cls);

/* An error of a walk in words, for brackets in a sentence. */
const char *host_path_why(int error);
