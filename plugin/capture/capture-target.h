/* capture-target.h - what a capture has in the place of a target that cannot be read. */
#pragma once

#include "base/slice.h"

struct arena;
struct reading;

/* One that cannot be read for the same reason as the one that `reading` complains of. */
int capture_target(const struct reading *reading, struct arena *a, struct slice *ret);
