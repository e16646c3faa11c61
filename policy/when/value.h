/*
 * value.h - what the values of a rule's denials look like, so that an exception for one that never
 * comes is told of.
 *
 * For `value` of a rule. Each takes a glob as an exception lists it: NULL when some value of that
 * kind may match, else what the values are, in words that follow "denials of `memory-limit` name".
 */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

/* Whether the glob is made of these letters, stars and question marks alone. */
bool value_is_made_of(struct slice glob, const char *letters);

const char *value_none(struct slice glob);
const char *value_host(struct slice glob); /* the one word */
const char *value_true(struct slice glob); /* the same */
const char *value_bool(struct slice glob);
const char *value_path(struct slice glob);
const char *value_number(struct slice glob);
const char *value_size(struct slice glob);
const char *value_capability(struct slice glob);

/* For a rule of sizes: the glob is another spelling of the value, as 8g is of 8589934592. */
bool value_same_size(struct slice glob, struct slice value);
