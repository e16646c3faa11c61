/* wanted.h - what must be looked up before a request can be judged. */
#pragma once

#include <stdint.h>

#include "look/look.h"

struct arena;
struct intent;
struct policy;

/*
 * Only what a rule that is on wants to know and the request leaves open: nothing for most. `now` as
 * for evaluate. 0 or -ENOMEM.
 */
int looks_wanted(const struct policy *p, const struct intent *in, int64_t now, struct arena *a,
		 struct looks *ret);
