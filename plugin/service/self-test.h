/* self-test.h - known-bad requests, which the program puts to itself before it serves. */
#pragma once

#include <stddef.h>

#include "base/slice.h"

struct diags;
struct policy;

enum self_test_scope {
	SELF_TEST_ANY_POLICY, /* cannot be judged, and is denied in every mode of every policy */
	SELF_TEST_OPAQUE,     /* denied wherever opaque-request is enforced */
	SELF_TEST_BASELINE,   /* denied by the built-in baseline */
};

/* One request that must not pass. */
struct known_bad {
	const char *name; /* follows "the self-test": "a container under --privileged" */
	enum self_test_scope scope;
	const char *method; /* NULL: `body` is the whole question, as it is */
	const char *target;
	const char *body; /* JSON; NULL: none is shown */
};

/*
 * Puts every request of its table to the pipeline, under the built-in baseline and, where no policy
 * may allow it, under `in_force`. 0; BAD_INPUT with a complaint for each that would pass; -Exxx.
 */
int self_test(const struct policy *in_force, struct diags *d);

/* The same with another table and another baseline. */
int self_test_with(const struct known_bad *table, size_t count, const struct policy *baseline,
		   const struct policy *in_force, struct diags *d);
