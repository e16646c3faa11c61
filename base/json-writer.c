#include "base/json-writer.h"

/* Keys end with a colon and strings with a quote: no caller's text is taken for a bracket. */
static bool follows(const struct buf *b)
{
	char last = b->len > 0 ? b->ptr[b->len - 1] : '[';

	return last != ':' && last != '{' && last != '[';
}

static void comma(struct buf *b)
{
	if (follows(b))
		buf_char(b, ',');
}

void json_write_object(struct buf *b)
{
	comma(b);
	buf_char(b, '{');
}

void json_write_object_end(struct buf *b)
{
	buf_char(b, '}');
}

void json_write_array(struct buf *b)
{
	comma(b);
	buf_char(b, '[');
}

void json_write_array_end(struct buf *b)
{
	buf_char(b, ']');
}

void json_write_key(struct buf *b, struct json_name name)
{
	buf_add(b, follows(b) ? name.written : slice_from(name.written, 1));
}

void json_write_any_key(struct buf *b, struct slice key)
{
	json_write_string(b, key);
	buf_char(b, ':');
}

void json_write_string(struct buf *b, struct slice value)
{
	comma(b);
	buf_json(b, value);
}

void json_write_plain(struct buf *b, struct slice value)
{
	comma(b);
	buf_quoted(b, value);
}

void json_write_number(struct buf *b, uint64_t value)
{
	comma(b);
	buf_u64(b, value);
}

void json_write_bool(struct buf *b, bool value)
{
	comma(b);
	buf_add(b, value ? SLICE("true") : SLICE("false"));
}

void json_write_null(struct buf *b)
{
	comma(b);
	buf_add(b, SLICE("null"));
}
