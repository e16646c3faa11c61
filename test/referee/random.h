/* random.h - numbers that are the same for the same seed on every machine (splitmix64). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct random {
	uint64_t state;
};

static inline uint64_t random_next(struct random *r)
{
	uint64_t x = r->state += 0x9e3779b97f4a7c15;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return x ^ x >> 31;
}

static inline size_t random_below(struct random *r, size_t n)
{
	return random_next(r) % n;
}

static inline bool random_one_in(struct random *r, size_t n)
{
	return random_below(r, n) == 0;
}
