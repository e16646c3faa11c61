/*
 * arena.h - memory that dies together, with a ceiling.
 *
 * One request owns one arena; envelope, body, intent, verdict and reply live in it, so no model
 * type needs a free function. The ceiling bounds what an attacker can make a request cost: above it
 * every allocation fails, and a failed allocation becomes a denial.
 */
#pragma once

#include <stdarg.h>
#include <stddef.h>

#include "base/own.h"
#include "base/slice.h"

struct arena;

/* `ceiling` counts bytes handed out, headers of ours left out. NULL when the machine has no memory.
 */
struct arena *arena_new(size_t ceiling);
void arena_free(struct arena *a); /* NULL is fine */
OWN_DEFINE(arena, arena_free)

/* Forgets everything handed out; keeps one block of modest size for the next request. */
void arena_reset(struct arena *a);

/*
 * Zeroed, aligned for any type; NULL above the ceiling and when count * size overflows, but not for
 * a count of 0.
 */
void *arena_alloc(struct arena *a, size_t count, size_t size);

/*
 * Room for one more item, zeroed, behind the `count` that `items` holds; NULL above the ceiling.
 * Lists double, so what growing leaves behind is never more than what is kept.
 */
void *arena_grow(struct arena *a, void **items, size_t count, size_t size);

/* Adds a copy of `item`, `size` bytes, behind the others. 0, or -ENOMEM and nothing changes. */
int arena_append(struct arena *a, void **items, size_t *count, const void *item, size_t size);

/* The same for a list whose two members are named; `...` is the item, of the list's own type. */
#define ARENA_APPEND(a, items, count, ...)                                               \
	__extension__({                                                                  \
		void *list_ = (void *) (items);                                          \
		const __typeof__(*(items)) item_ = __VA_ARGS__;                          \
		int error_ = arena_append((a), &list_, &(count), &item_, sizeof(item_)); \
                                                                                         \
		(items) = list_;                                                         \
		error_;                                                                  \
	})

/* Not zeroed, not aligned: for text and other bytes that the caller fills at once. */
char *arena_bytes(struct arena *a, size_t len);

/* Gives back the end of the latest arena_bytes block, of which only `used` bytes were needed. */
void arena_trim(struct arena *a, char *latest, size_t given, size_t used);

/*
 * A longer arena_bytes block that starts with the `len` bytes of `block`: the same one when it is
 * the latest and has room behind it, else a copy. `block` may be NULL with a `len` of 0.
 */
char *arena_extend(struct arena *a, char *block, size_t len, size_t wanted);

/* Copies; also NUL-terminated behind its length. `ret` is untouched on failure. 0 or -ENOMEM. */
int arena_copy(struct arena *a, struct slice s, struct slice *ret);
int arena_printf(struct arena *a, struct slice *ret, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int arena_vprintf(struct arena *a, struct slice *ret, const char *fmt, va_list args)
	__attribute__((format(printf, 3, 0)));

size_t arena_used(const struct arena *a); /* bytes handed out since the last reset */
