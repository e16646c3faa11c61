/*
 * op.h - operations: what a caller asks the daemon to do, named noun.verb.
 *
 * Policies, logs and messages speak of operations, never of URLs: many spellings of a URL lead to
 * one operation (docker/route.c).
 */
#pragma once

#include <stdbool.h>

#include "base/slice.h"
#include "policy/bit-set.h"

enum op {
#define OP(symbol, name, effect, speaks) OP_##symbol,
#include "policy/op.def"
#undef OP
	OP_COUNT
};

/* The newest version of the Engine API all of whose calls and fields the tables know. */
#define API_KNOWN "1.56"

enum op_effect { READS, CHANGES };

const char *op_name(enum op op);
bool op_changes(enum op op);
bool op_deletes(enum op op); /* noun.delete and noun.prune: what it does is to remove */
bool op_find(struct slice name, enum op *ret);

/* What an intent of this operation may speak of: the `enum subject` bits, SUBJECT_CALL among them.
 */
unsigned op_subjects(enum op op);

/* Whether calls of this operation may name images. */
bool op_names_images(enum op op);

/* What a word may stand for: `allow` of a rule gives a verb all that it calls, elsewhere it is what
 * the verb is for. */
enum op_use { OPS_MEANT, OPS_ALLOWED };

/*
 * Adds every operation that `word` names: one by its name, those that a glob such as container.*
 * matches, a group: `reads` (all that only read), `changes` (all that change something) or
 * `deletes` (of these, all that remove), or a verb of verb.def. False when it names none.
 */
bool op_match(struct slice word, enum op_use use, struct bit_set *ret);

/* The groups, then the verbs; NULL behind the last. */
const char *op_group(size_t i);

/* The verbs, with the command that each stands for; NULL behind the last. */
const char *op_verb(size_t i);
const char *op_verb_command(size_t i);
