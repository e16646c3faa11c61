/* host-path.h - what a path of this host really leads to. */
#pragma once

#include "base/slice.h"

struct arena;

/*
 * Follows every symbolic link of the absolute `path`, also dangling ones: what does not exist is
 * kept as it is written, since the daemon may make it. The walk is the plugin's view of the host;
 * the daemon walks again later, so a caller judges both the text and this result. 0; -ENOMEM;
 * -ELOOP above 40 links; -ENAMETOOLONG; -EACCES and other -Exxx when a component cannot be read.
 */
int host_path_resolve(struct arena *a, struct slice path, struct slice *ret);

/*
 * The first component on the way, links followed, that is not root's or that others can write:
 * whoever can change it can lead the path elsewhere between a check and a mount. Empty when there
 * is none. Errors as above.
 */
int host_path_exposed(struct arena *a, struct slice path, struct slice *ret);

/*
 * The first component on the way, links followed, that others than root and this process's user can
 * change, and with it what the path leads to. A directory with the sticky bit (/tmp) is fine where
 * what lies in it is theirs. Empty when there is none. Errors as above.
 */
int host_path_changeable(struct arena *a, struct slice path, struct slice *ret);
