/* bit-set.h - a set of small numbers, such as operations or rules. A plain value; zeroed, it is
 * empty. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BIT_SET_MOST = 128, BIT_SET_WORDS = BIT_SET_MOST / 64 };

struct bit_set {
	uint64_t word[BIT_SET_WORDS];
};

static inline void bit_set_add(struct bit_set *s, size_t number)
{
	s->word[number / 64] |= (uint64_t) 1 << (number % 64);
}

static inline void bit_set_remove(struct bit_set *s, size_t number)
{
	s->word[number / 64] &= ~((uint64_t) 1 << (number % 64));
}

static inline bool bit_set_has(const struct bit_set *s, size_t number)
{
	return s->word[number / 64] >> (number % 64) & 1;
}

static inline void bit_set_join(struct bit_set *s, const struct bit_set *more)
{
	for (size_t i = 0; i < BIT_SET_WORDS; i++)
		s->word[i] |= more->word[i];
}

static inline struct bit_set bit_set_without(const struct bit_set *s, const struct bit_set *others)
{
	struct bit_set rest = *s;

	for (size_t i = 0; i < BIT_SET_WORDS; i++)
		rest.word[i] &= ~others->word[i];
	return rest;
}

/* Whether everything in `part` is in `whole`. */
static inline bool bit_set_within(const struct bit_set *part, const struct bit_set *whole)
{
	for (size_t i = 0; i < BIT_SET_WORDS; i++) {
		if (part->word[i] & ~whole->word[i])
			return false;
	}
	return true;
}

static inline bool bit_set_empty(const struct bit_set *s)
{
	return bit_set_within(s, &(struct bit_set){ 0 });
}
