/*
 * exception.h - a known, owned and dated way past named rules.
 *
 * It takes the weight from objections of its rules where everything that it asks of the request
 * holds: who calls, which image, container and operation, and the values objected to. A plain value
 * of an immutable policy.
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

struct exception {
	struct slice name, reason, owner;
	struct slice at; /* FILE:LINE of its name */
	int64_t expires; /* the first second since 1970, UTC, in which it is void; or never */
	struct bit_set rules;
	struct when when;
	struct exception_values values; /* any of which must match; empty where it does not ask */
};
