/*
 * condition.h - what an exception or a scope asks of a request: its `when`.
 *
 * Plain values of an immutable policy.
 */
#pragma once

#include "policy/bit-set.h"
#include "policy/rule.h"

struct condition {
	struct bit_set operations;
	/* Globs, any of which must match; empty where it does not ask. `users` as in access. */
	struct words users, images, containers;
};

/* All that `is` asks for holds, and not all that `is_not` asks for; NULL: nothing is shut out. */
struct when {
	struct condition is;
	const struct condition *is_not;
};
