/*
 * exception.h - a known, owned and dated way past named rules, or other bounds for them.
 *
 * It takes the weight from objections of its rules where everything that it asks of the request
 * holds: who calls, which image, container and operation, and the values objected to. A rule with
 * options of its own is judged again by them, and what it does not find then weighs nothing. A
 * plain value of an immutable policy.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "policy/bit-set.h"
#include "policy/condition.h"
#include "policy/rule.h"

#define EXCEPTION_NEVER INT64_MAX

struct exception_value {
	struct slice glob;       /* may have `{user}` in it */
	bool read_only;          /* of a mount that is read-only alone */
	const struct rule *rule; /* of this one alone; NULL: of each that the exception names */
};

struct exception_values {
	const struct exception_value *items;
	size_t count;
};

/* Options that stand in for some of a rule's own. */
struct overlay {
	const struct rule *rule;
	const void *config; /* of the rule's own type; only what is given has a meaning */
	uint32_t given;     /* a bit for each of the rule's params, in their order */
};

struct overlays {
	const struct overlay *items;
	size_t count;
};

struct exception {
	struct slice name, reason, owner;
	struct slice at; /* FILE:LINE of its name */
	int64_t expires; /* the first second since 1970, UTC, in which it is void; or never */
	struct bit_set rules;
	struct when when;
	struct exception_values
		values;          /* of `rules`: any must match; empty where it does not ask */
	struct overlays options; /* of other rules than those in `rules` */
};

/* Whether the rule stands under its `rules` or its `options`. */
bool exception_names(const struct exception *e, const struct rule *rule);
