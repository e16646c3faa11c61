#include "base/place.h"

#include "base/arena.h"
#include "base/buf.h"

#include <stdbool.h>

enum {
	DEPTH = 80,     /* the readers refuse deeper bodies */
	KEY_SHOWN = 128 /* bytes; the caller picks his keys, but not the length of our messages */
};

static const struct place *add(struct arena *a, struct place place)
{
	struct place *p = arena_alloc(a, 1, sizeof(*p));

	if (p)
		*p = place;
	return p;
}

const struct place *place_key(struct arena *a, const struct place *up, struct slice key)
{
	return add(a, (struct place){ .up = up, .key = key, .kind = PLACE_KEY });
}

const struct place *place_index(struct arena *a, const struct place *up, unsigned index)
{
	return add(a, (struct place){ .up = up, .index = index, .kind = PLACE_INDEX });
}

const struct place *place_query(struct arena *a, struct slice name)
{
	return add(a, (struct place){ .key = name, .kind = PLACE_QUERY });
}

static bool is_word(struct slice key)
{
	for (size_t i = 0; i < key.len; i++) {
		char c = key.ptr[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
		    c != '_' && c != '-')
			return false;
	}
	return key.len > 0 && key.len <= KEY_SHOWN;
}

static void write_quoted(struct slice key, struct buf *b)
{
	bool long_key = key.len > KEY_SHOWN;

	buf_char(b, '[');
	buf_json(b, long_key ? (struct slice){ key.ptr, KEY_SHOWN } : key);
	if (long_key)
		buf_add(b, SLICE("..."));
	buf_char(b, ']');
}

static void write_key(struct slice before, struct slice key, struct buf *b)
{
	if (is_word(key)) {
		buf_add(b, before);
		buf_add(b, key);
	} else {
		write_quoted(key, b);
	}
}

static void write_one(const struct place *p, bool first, struct buf *b)
{
	switch (p->kind) {
	case PLACE_KEY:
		write_key(first ? SLICE("") : SLICE("."), p->key, b);
		break;
	case PLACE_INDEX:
		buf_char(b, '[');
		buf_u64(b, p->index);
		buf_char(b, ']');
		break;
	case PLACE_QUERY:
		buf_char(b, '?');
		write_key(SLICE(""), p->key, b);
		break;
	case PLACE_WORDS:
		buf_add(b, p->key);
		break;
	}
}

void place_write(const struct place *p, struct buf *b)
{
	const struct place *way[DEPTH];
	size_t depth = 0;
	bool first = true;

	if (!p)
		buf_add(b, SLICE("the request"));
	for (; p && depth < DEPTH; p = p->up)
		way[depth++] = p;
	if (p) {
		buf_add(b, SLICE("..."));
		first = false;
	}
	while (depth > 0) {
		write_one(way[--depth], first, b);
		first = false;
	}
}
