/* recorded-body.h - a body without its secrets, that reads as the body did. */
#pragma once

#include "base/slice.h"

struct arena;
struct gojson_spans;
struct policy;

/*
 * `body` with what `spans` tells of it replaced, everything else byte for byte. `policy` is the one
 * in force, or NULL. 0 or -ENOMEM.
 */
int recorded_body(struct slice body, const struct gojson_spans *spans, const struct policy *policy,
		  struct arena *a, struct slice *ret);
