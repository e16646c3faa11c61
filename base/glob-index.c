#include "base/glob-index.h"

#include <errno.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/glob.h"

/* FNV-1a, which goes on from a shorter text to a longer one. */
static const uint64_t HASH_START = 0xcbf29ce484222325, HASH_FACTOR = 0x100000001b3;

/* Entries with the same beginning. */
struct group {
	struct slice beginning;
	uint64_t hash;
	const struct glob_entry *first;
	size_t count;
};

struct glob_index {
	const struct group *groups;
	uint32_t *slots; /* a hash table: 0, or 1 more than the index of a group */
	size_t mask;
	const size_t *lengths; /* that beginnings have, each once, ascending */
	size_t length_count;
};

static uint64_t hash_on(uint64_t hash, struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		hash = (hash ^ (unsigned char) text.ptr[i]) * HASH_FACTOR;
	return hash;
}

static struct slice beginning_of(const struct glob_entry *e)
{
	return (struct slice){ e->glob.ptr, e->beginning };
}

/* By length first, so that the lengths come in order too. */
static int by_beginning(const void *a, const void *b)
{
	const struct glob_entry *x = a, *y = b;
	int order;

	if (x->beginning != y->beginning)
		return x->beginning < y->beginning ? -1 : 1;
	order = slice_cmp(beginning_of(x), beginning_of(y));
	if (order != 0)
		return order;
	return x->id < y->id ? -1 : x->id > y->id;
}

static size_t find_slot(const struct glob_index *index, struct slice text, uint64_t hash)
{
	size_t at = hash & index->mask;

	while (index->slots[at] > 0) {
		const struct group *g = &index->groups[index->slots[at] - 1];

		if (g->hash == hash && slice_eq(g->beginning, text))
			break;
		at = (at + 1) & index->mask;
	}
	return at;
}

/* `groups` and `lengths` have room for one of each entry; entries are sorted. */
static size_t fill(struct glob_index *index, struct group *groups, size_t *lengths,
		   const struct glob_entry *entries, size_t count)
{
	size_t group_count = 0;

	for (size_t i = 0; i < count; i++) {
		struct slice text = beginning_of(&entries[i]);

		if (group_count == 0 || !slice_eq(groups[group_count - 1].beginning, text))
			groups[group_count++] = (struct group){
				.beginning = text,
				.hash = hash_on(HASH_START, text),
				.first = &entries[i],
			};
		groups[group_count - 1].count++;
		if (index->length_count == 0 || lengths[index->length_count - 1] != text.len)
			lengths[index->length_count++] = text.len;
	}
	return group_count;
}

int glob_index_new(struct glob_entry *entries, size_t count, struct arena *a,
		   const struct glob_index **ret)
{
	struct glob_index *index = arena_alloc(a, 1, sizeof(*index));
	struct group *groups = arena_alloc(a, count + 1, sizeof(*groups));
	size_t *lengths = arena_alloc(a, count + 1, sizeof(*lengths));
	size_t slots = 2, group_count;

	while (slots < 2 * (count + 1))
		slots *= 2;
	if (!index || !groups || !lengths)
		return -ENOMEM;
	index->slots = arena_alloc(a, slots, sizeof(*index->slots));
	if (!index->slots)
		return -ENOMEM;
	index->mask = slots - 1;
	index->groups = groups;
	index->lengths = lengths;

	for (size_t i = 0; i < count; i++)
		entries[i].beginning = (uint32_t) glob_beginning(entries[i].glob).len;
	if (count > 0)
		qsort(entries, count, sizeof(*entries), by_beginning);
	group_count = fill(index, groups, lengths, entries, count);
	for (size_t i = 0; i < group_count; i++)
		index->slots[find_slot(index, groups[i].beginning, groups[i].hash)] =
			(uint32_t) i + 1;
	*ret = index;
	return 0;
}

struct glob_search glob_index_search(const struct glob_index *index, struct slice text)
{
	return (struct glob_search){ .index = index, .text = text, .hash = HASH_START };
}

bool glob_index_next(struct glob_search *s, const struct glob_entry **ret, size_t *ret_count)
{
	const struct glob_index *index = s->index;

	while (index && s->next < index->length_count && index->lengths[s->next] <= s->text.len) {
		struct slice text = { s->text.ptr, index->lengths[s->next++] };
		uint32_t slot;

		s->hash = hash_on(s->hash, slice_from(text, s->hashed));
		s->hashed = text.len;
		slot = index->slots[find_slot(index, text, s->hash)];
		if (slot == 0)
			continue;
		*ret = index->groups[slot - 1].first;
		*ret_count = index->groups[slot - 1].count;
		return true;
	}
	return false;
}
