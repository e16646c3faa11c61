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

void json_write_text(struct buf *b, struct json_name name, const char *value)
{
	json_write_key(b, name);
	if (value)
		json_write_string(b, slice_str(value));
	else
		json_write_null(b);
}

void json_write_flag(struct buf *b, struct json_name name, bool value)
{
	json_write_key(b, name);
	json_write_bool(b, value);
}

void json_write_count(struct buf *b, struct json_name name, uint64_t value)
{
	json_write_key(b, name);
	json_write_number(b, value);
}

static void new_line(struct buf *b, size_t depth)
{
	buf_char(b, '\n');
	while (depth-- > 0)
		buf_add(b, SLICE("  "));
}

/* How long the string is that `json` begins with, quotes and all. */
static size_t string_len(struct slice json)
{
	size_t i = 1;

	while (i < json.len && json.ptr[i] != '"')
		i += json.ptr[i] == '\\' ? 2 : 1;
	return i < json.len ? i + 1 : json.len;
}

static bool is_empty(struct slice json)
{
	return slice_starts(json, SLICE("[]")) || slice_starts(json, SLICE("{}"));
}

/* A byte that stands outside of strings. */
static void indent_byte(struct buf *b, char c, size_t *depth)
{
	if (c == '}' || c == ']')
		new_line(b, --*depth);
	buf_char(b, c);
	if (c == ':')
		buf_char(b, ' ');
	if (c == '{' || c == '[')
		++*depth;
	if (c == '{' || c == '[' || c == ',')
		new_line(b, *depth);
}

void json_indent(struct buf *b, struct slice json)
{
	size_t depth = 0, whole;

	for (; json.len > 0; json = slice_from(json, whole)) {
		whole = json.ptr[0] == '"' ? string_len(json) : is_empty(json) ? 2 : 1;
		if (json.ptr[0] == '"' || whole > 1)
			buf_add(b, (struct slice){ json.ptr, whole });
		else
			indent_byte(b, json.ptr[0], &depth);
	}
}

int json_print(struct buf *b, FILE *out)
{
	struct buf indented = BUF(b->arena);
	struct slice json;
	int err = buf_done(b, &json);

	if (err)
		return err;
	json_indent(&indented, json);
	buf_char(&indented, '\n');
	err = buf_done(&indented, &json);
	if (err)
		return err;
	fwrite(json.ptr, 1, json.len, out);
	return 0;
}
