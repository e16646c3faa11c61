/* recorded.h - the calls of test/data/requests.tsv, which clients made of a real daemon. */
#pragma once

#include <stddef.h>

#include "base/slice.h"

struct body_kind;

struct recorded_call {
	struct slice method, target, body;
	const struct body_kind *kind; /* NULL when the body is none that go/bodies.go reads */
};

struct recorded {
	char *text; /* all of the file, which the calls lie in */
	struct recorded_call *calls;
	size_t count;
	size_t *bodies; /* indices of the calls that have a kind */
	size_t bodies_count;
};

bool recorded_load(const char *path, struct recorded *ret); /* complains on stderr */
void recorded_unload(struct recorded *r);
