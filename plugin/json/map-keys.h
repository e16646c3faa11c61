/*
 * map-keys.h - the keys of a decoded map, of which none may stand twice.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* Of `count` items of `size` bytes, each of which begins with its key. 0 or -ENOMEM. */
int map_keys_repeat(struct arena *a, const void *items, size_t count, size_t size, bool *ret);
