/*
 * place.h - where in a request a value stands, in the caller's own spelling.
 *
 * A decoder makes one small node for each value it keeps; the words (`HostConfig.Mounts[2].Source`,
 * `?networkmode`) are written only when a message needs them. Nodes live in the request's arena.
 */
#pragma once

#include "base/slice.h"

struct arena;
struct buf;

enum place_kind { PLACE_KEY, PLACE_INDEX, PLACE_QUERY, PLACE_WORDS };

struct place {
	const struct place *up; /* NULL at the top of the body */
	struct slice key;       /* for PLACE_WORDS, plain words such as "the request's body" */
	unsigned index;
	enum place_kind kind;
};

/* NULL when the arena is full. `key` is borrowed and must live as long as the arena. */
const struct place *place_key(struct arena *a, const struct place *up, struct slice key);
const struct place *place_index(struct arena *a, const struct place *up, unsigned index);
const struct place *place_query(struct arena *a, struct slice name);

/* For values that stand nowhere in the body. Static, as complaints outlive their function. */
#define PLACE_WORDS(text)                                                                     \
	__extension__({                                                                       \
		static const struct place words_ = { .key = { "" text "", sizeof(text) - 1 }, \
						     .kind = PLACE_WORDS };                   \
		&words_;                                                                      \
	})

void place_write(const struct place *p, struct buf *b); /* NULL writes "the request" */
