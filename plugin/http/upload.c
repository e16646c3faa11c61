#include "http/upload.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/number.h"

enum { SMALLEST = 4096 };

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void make_room(struct upload *u, size_t cap)
{
	char *ptr = arena_extend(u->arena, u->ptr, u->cap, cap);

	if (!ptr) {
		u->state = UPLOAD_NO_MEMORY;
		return;
	}
	u->ptr = ptr;
	u->cap = cap;
}

void upload_open(struct upload *u, struct arena *a, size_t limit, struct slice content_length)
{
	uint64_t length;

	*u = (struct upload){ .arena = a, .limit = limit };
	if (!number_u64(content_length, &length) || length == 0)
		return;
	if (length > limit)
		u->state = UPLOAD_TOO_LARGE;
	else
		make_room(u, (size_t) length);
}

void upload_add(struct upload *u, struct slice bytes)
{
	if (u->state != UPLOAD_WHOLE)
		return;
	if (bytes.len > u->limit - u->len) {
		u->state = UPLOAD_TOO_LARGE;
		return;
	}

	/* Doubling may leave the old blocks in the arena: together at most another limit's worth.
	 */
	if (bytes.len > u->cap - u->len)
		make_room(u, smaller(u->limit, larger(SMALLEST, 2 * (u->len + bytes.len))));
	if (u->state != UPLOAD_WHOLE)
		return;
	memcpy(u->ptr + u->len, bytes.ptr, bytes.len);
	u->len += bytes.len;
}

struct slice upload_bytes(const struct upload *u)
{
	return (struct slice){ u->ptr, u->len };
}
