/*
 * tally.h - how often each of some names came up, in bounded memory.
 *
 * The first 64 different names are counted one by one; what came of further ones is counted
 * together, and whoever prints a tally says so.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

enum { TALLY_NAMES = 64, TALLY_NAME_MOST = 256 /* bytes of a name that are kept */ };

struct tally_name {
	struct slice name; /* owned by the tally */
	unsigned long long count;
};

struct tally {
	struct tally_name names[TALLY_NAMES];
	size_t used;
	unsigned long long others; /* of names that found no room */
};

/* False when there is no memory. */
bool tally_add(struct tally *t, struct slice name);
void tally_sort(struct tally *t); /* most frequent first */
void tally_clear(struct tally *t);
