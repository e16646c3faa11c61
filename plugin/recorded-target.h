/* recorded-target.h - a request target without its secrets, that reads as the target did. */
#pragma once

#include "base/slice.h"

struct arena;
struct policy;
struct reading;
struct uri;

/*
 * `target` was read as `uri`. Values of parameters that no rule reads are `x`; of Dockerfile
 * instructions only what rules read stays; addresses lose user, password and query. 0 or -ENOMEM.
 */
int recorded_target(struct slice target, const struct uri *uri, const struct policy *policy,
		    struct arena *a, struct slice *ret);

/* One that cannot be read for the same reason as the one that `reading` complains of. */
int recorded_unread_target(const struct reading *reading, struct arena *a, struct slice *ret);
