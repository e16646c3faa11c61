/*
 * json-maker.h - random documents that are JSON, or nearly so.
 *
 * Made by grammar, with a taste for the places where readers differ: spacing, escapes, surrogates,
 * numbers at the limits of 64 bits, keys twice, nesting around 64.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"
#include "random.h"

struct document {
	char bytes[16384];
	size_t len; /* what does not fit is left out */
};

/* `sloppy` lets in a mistake now and then. */
void json_make(struct random *random, bool sloppy, struct document *ret);

/* One small change: a byte, a bit, a cut, a piece twice, a structural byte where none was. */
void json_mutate(struct random *random, struct document *d);

void document_add(struct document *d, struct slice text);
