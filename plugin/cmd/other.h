/* other.h - a call that is not quite the denied one: what an exception must not let through. */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

struct arena;
struct intent;

/* Something of the call that is not as it was. */
enum other { OTHER_USER, OTHER_IMAGE, OTHER_CONTAINER, OTHER_OPERATION, OTHERS };

/*
 * Makes `in` another one in that; `near`: as little as a star of the call's own may stand for.
 * False where there is no such other call.
 */
bool other_make(enum other other, bool near, struct intent *in, struct arena *a);

/* What a glob of that text matches besides: one byte of any kind stands for a star in it. False
 * where it has none. */
bool other_vary(struct slice *text, struct arena *a);
