/*
 * field.h - one value of a request, with its place and with what its absence means.
 *
 * "Absent" means the engine's default in a create and "as before" in an update, so a value carries
 * its state, and whoever builds the intent decides it; rules never guess. `at` is NULL where
 * nothing was given or seen.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

struct place;

enum field_state {
	FIELD_DEFAULT,   /* not given (or null): the engine's default takes effect */
	FIELD_UNCHANGED, /* not given in an update: what was set before stays */
	FIELD_SET,
	FIELD_SEEN, /* not given: the daemon says what it will be, which may be nothing */
};

struct field_bool {
	enum field_state state;
	bool value;
	const struct place *at;
};

struct field_int {
	enum field_state state;
	int64_t value;
	const struct place *at;
};

struct field_text {
	enum field_state state;
	struct slice value;
	const struct place *at;
};

struct text {
	struct slice value;
	const struct place *at;
};

/* A list of strings. An empty list that was given is FIELD_SET with count 0. */
struct field_texts {
	enum field_state state;
	const struct text *items;
	size_t count;
	const struct place *at;
};

struct pair {
	struct slice key, value;
	const struct place *at;
};

/* A map from string to string, in the order given. */
struct field_pairs {
	enum field_state state;
	const struct pair *items;
	size_t count;
	const struct place *at;
};
