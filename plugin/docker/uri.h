/*
 * uri.h - a request target, taken apart as the daemon's router does.
 *
 * Refuses every target that the daemon could read in another way than we do: a fragment, a
 * backslash, bytes outside printable ASCII, a broken escape or one of a control byte, a path that
 * is not clean once decoded, ';' in the query, a parameter twice (lists excepted).
 */
#pragma once

#include <stddef.h>

#include "base/slice.h"
#include "policy/intent.h"

struct arena;

struct uri_param {
	struct slice name, value; /* decoded */
};

struct uri {
	struct slice path; /* decoded, without the version prefix */
	struct api_version api;
	const struct uri_param *params; /* in order, repeated ones too */
	size_t count;
};

/*
 * 0; BAD_INPUT with a complaint in `reading`; -ENOMEM. Text without escapes is borrowed from
 * `target`.
 */
int uri_read(struct slice target, struct arena *a, struct uri *ret, struct reading *reading);

/* The value the daemon takes for `name`: the first one. False when it is not there. */
bool uri_param(const struct uri *u, struct slice name, struct slice *ret);
