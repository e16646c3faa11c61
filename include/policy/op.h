/*
 * op.h - operations: what a caller asks the daemon to do, named noun.verb.
 *
 * Policies, logs and messages speak of operations, never of URLs: many spellings of a URL lead to
 * one operation (docker/route.c).
 */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

enum op {
#define OP(symbol, name, effect) OP_##symbol,
#include "policy/op.def"
#undef OP
	OP_COUNT
};

enum op_effect { READS, CHANGES };

const char *op_name(enum op op);
bool op_changes(enum op op);
bool op_find(struct slice name, enum op *ret);
