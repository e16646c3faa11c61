/* capture-body.h - the body of a capture: without its secrets, and it reads as the body did. */
#pragma once

#include "base/slice.h"

struct arena;
struct gojson_spans;
struct policy;

/*
 * `body` with what `spans` tells of it replaced, everything else byte for byte. `policy` is the one
 * in force, or NULL. 0 or -ENOMEM.
 */
int capture_body(struct slice body, const struct gojson_spans *spans, const struct policy *policy,
		 struct arena *a, struct slice *ret);
