/* path.h - paths as text. No file is looked at here; host-path.h does that. */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

struct arena;

/*
 * As Go's path.Clean: single slashes, no ".", ".." taken back ("/.." is "/"), no slash at the end;
 * "" is ".". 0 or -ENOMEM.
 */
int path_clean(struct arena *a, struct slice path, struct slice *ret);

/* Whether path_clean would leave it as it is. */
bool path_is_clean(struct slice path);

/* Whether ".." is one of its components. */
bool path_goes_up(struct slice path);

/* Both clean and absolute. A path is inside itself; "/etcetera" is not inside "/etc". */
bool path_inside(struct slice path, struct slice dir);
