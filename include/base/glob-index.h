/*
 * glob-index.h - which of many globs may match a text, without trying them all.
 *
 * A glob matches only texts that begin with what stands before its first star or question mark, so
 * globs are kept by that beginning. Ten thousand rules for as many users cost a request no more
 * than ten; only those that begin with a star are tried one by one.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

struct arena;
struct glob_index;

struct glob_entry {
	struct slice glob;  /* borrowed, as long as the index */
	uint32_t id;        /* whose glob it is; many entries may have one */
	uint32_t beginning; /* how much of it; glob_index_new finds that out */
};

/* What a look-up has still to go through. */
struct glob_search {
	const struct glob_index *index;
	struct slice text;
	size_t next;   /* of the lengths that beginnings have */
	uint64_t hash; /* of the text as far as `hashed` */
	size_t hashed;
};

/* Sorts `entries`. The index lives in `a`. 0 or -ENOMEM. */
int glob_index_new(struct glob_entry *entries, size_t count, struct arena *a,
		   const struct glob_index **ret);

/* `index` may be NULL, which has nothing in it. */
struct glob_search glob_index_search(const struct glob_index *index, struct slice text);

/*
 * The next group of entries whose globs may match, in ascending order of their ids; try each with
 * glob_match. False when there are no more.
 */
bool glob_index_next(struct glob_search *s, const struct glob_entry **ret, size_t *ret_count);
