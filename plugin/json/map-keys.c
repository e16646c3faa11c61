#include "json/map-keys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/slice.h"

/* So many are sooner compared each with each than sorted; most maps have no more. */
enum { FEW = 8 };

static struct slice key_at(const void *items, size_t i, size_t size)
{
	struct slice key;

	memcpy(&key, (const char *) items + i * size, sizeof(key));
	return key;
}

static bool few_repeat(const void *items, size_t count, size_t size)
{
	for (size_t i = 1; i < count; i++) {
		struct slice key = key_at(items, i, size);

		for (size_t j = 0; j < i; j++) {
			if (slice_eq(key, key_at(items, j, size)))
				return true;
		}
	}
	return false;
}

static int by_text(const void *a, const void *b)
{
	return slice_cmp(*(const struct slice *) a, *(const struct slice *) b);
}

int map_keys_repeat(struct arena *a, const void *items, size_t count, size_t size, bool *ret)
{
	struct slice *keys;
	bool repeat = false;

	if (count <= FEW) {
		*ret = few_repeat(items, count, size);
		return 0;
	}
	keys = arena_alloc(a, count, sizeof(*keys));
	if (!keys)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		keys[i] = key_at(items, i, size);
	qsort(keys, count, sizeof(*keys), by_text);
	for (size_t i = 1; i < count; i++)
		repeat = repeat || slice_eq(keys[i - 1], keys[i]);
	*ret = repeat;
	return 0;
}
