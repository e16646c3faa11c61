/*
 * tokens.h - all that the JSON reader sees in a document, for those who include jansson.h: it and
 * json-reader.h give different things the same names.
 */
#pragma once

#include <stddef.h>

#include "base/slice.h"

struct arena;

struct token {
	char kind; /* { } [ ]; n t f for words, 0 for a number, " for a string, : for a key */
	struct slice text; /* of the last three */
};

struct tokens {
	const struct token *items;
	size_t count;
};

/* As json_next; `complaint` is set with BAD_INPUT. */
int tokens_read(struct slice document, struct arena *a, struct tokens *ret, const char **complaint);
