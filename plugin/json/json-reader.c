/*
 * json-reader.c - the strict pull reader.
 *
 * `expect` is the grammar's state: what may come next at the current level. `objects` remembers, a
 * bit a level, whether a level is an object, so nesting costs no memory. Strings without escapes
 * are handed out as slices of the input; the others are decoded into the arena, where they only get
 * shorter.
 */
#include "json/json-reader.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/number.h"
#include "base/percent.h"
#include "base/plain.h"
#include "base/utf8.h"

enum expect {
	EXPECT_VALUE,         /* at the top, after a key, after a comma in an array */
	EXPECT_FIRST_KEY,     /* after '{' */
	EXPECT_FIRST_ELEMENT, /* after '[' */
	EXPECT_MORE,          /* after a value */
	EXPECT_NOTHING,       /* after a failure */
};

void json_open(struct json_reader *r, struct slice input, struct arena *a)
{
	*r = (struct json_reader){
		.arena = a,
		.start = input.ptr,
		.at = input.ptr,
		.end = input.ptr + input.len,
		.expect = EXPECT_VALUE,
	};
}

const char *json_complaint(const struct json_reader *r)
{
	return r->complaint ? r->complaint : "";
}

size_t json_offset(const struct json_reader *r)
{
	return (size_t) (r->at - r->start);
}

static int refuse(struct json_reader *r, const char *complaint)
{
	r->complaint = complaint;
	r->expect = EXPECT_NOTHING;
	return BAD_INPUT;
}

static void skip_blanks(struct json_reader *r)
{
	while (r->at < r->end &&
	       (*r->at == ' ' || *r->at == '\n' || *r->at == '\t' || *r->at == '\r'))
		r->at++;
}

static bool in_object(const struct json_reader *r)
{
	return r->depth > 0 && r->objects >> (r->depth - 1) & 1;
}

static bool hex4(const char *p, const char *end, uint32_t *ret)
{
	uint32_t code = 0;

	if (end - p < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		int digit = hex_digit(p[i]);

		if (digit < 0)
			return false;
		code = code << 4 | (uint32_t) digit;
	}
	*ret = code;
	return true;
}

/* r->at is behind "\u". */
static int unicode_escape(struct json_reader *r, uint32_t *ret)
{
	uint32_t code, low;

	if (!hex4(r->at, r->end, &code))
		return refuse(r, "a \\u escape without four hexadecimal digits");
	r->at += 4;
	if (code == 0)
		return refuse(r, "a NUL character in a string");
	if (code >= 0xdc00 && code <= 0xdfff)
		return refuse(r, "half of a surrogate pair in a string");
	if (code >= 0xd800 && code <= 0xdbff) {
		if (r->end - r->at < 6 || r->at[0] != '\\' || r->at[1] != 'u' ||
		    !hex4(r->at + 2, r->end, &low) || low < 0xdc00 || low > 0xdfff)
			return refuse(r, "half of a surrogate pair in a string");
		r->at += 6;
		code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
	}
	*ret = code;
	return 0;
}

/* r->at is at the backslash; writes what it stands for. */
static int escape(struct json_reader *r, char *out, size_t *len)
{
	static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	const char *name;
	uint32_t code;
	int error;

	if (r->end - r->at < 2)
		return refuse(r, "a string without its closing quote");
	name = r->at[1] ? strchr(names, r->at[1]) : NULL;
	if (name) {
		r->at += 2;
		out[(*len)++] = values[name - names];
		return 0;
	}
	if (r->at[1] != 'u')
		return refuse(r, "an unknown escape in a string");
	r->at += 2;
	error = unicode_escape(r, &code);
	if (error)
		return error;
	*len += utf8_put(out + *len, code);
	return 0;
}

/* Steps over one character that is neither the end of a run nor plain. */
static int rare_character(struct json_reader *r)
{
	struct slice rest = { r->at, (size_t) (r->end - r->at) };
	uint32_t code;
	size_t len = utf8_next(rest, &code);

	if (rest.len == 0)
		return refuse(r, "a string without its closing quote");
	if (len == 0)
		return refuse(r, "a string that is not UTF-8");
	if (code < 0x20)
		return refuse(r, "a control byte in a string");
	r->at += len;
	return 0;
}

/* Steps over characters that stand for themselves, up to a quote or a backslash. */
static int run(struct json_reader *r, struct slice *ret)
{
	const char *begin = r->at;

	for (;;) {
		int error;

		r->at += plain_run((struct slice){ r->at, (size_t) (r->end - r->at) });
		if (r->at < r->end && (*r->at == '"' || *r->at == '\\'))
			break;
		error = rare_character(r);
		if (error)
			return error;
	}
	*ret = (struct slice){ begin, (size_t) (r->at - begin) };
	return 0;
}

/* Where the string ends in the input: the decoded text is never longer than what is written. */
static size_t written_length(const struct json_reader *r)
{
	const char *p = r->at;

	while (p < r->end && *p != '"')
		p += *p == '\\' && r->end - p > 1 ? 2 : 1;
	return (size_t) (p - r->at);
}

/* r->at is at the first backslash, behind `head`. */
static int string_with_escapes(struct json_reader *r, struct slice head, struct slice *ret)
{
	size_t room = head.len + written_length(r), len = head.len;
	char *out = arena_bytes(r->arena, room);
	int error;

	if (!out)
		return -ENOMEM;
	memcpy(out, head.ptr, head.len);
	while (*r->at == '\\') {
		struct slice plain;

		error = escape(r, out, &len);
		if (error)
			return error;
		error = run(r, &plain);
		if (error)
			return error;
		memcpy(out + len, plain.ptr, plain.len);
		len += plain.len;
	}
	arena_trim(r->arena, out, room, len);
	r->at++;
	*ret = (struct slice){ out, len };
	return 0;
}

static int skip_escapes(struct json_reader *r)
{
	while (*r->at == '\\') {
		struct slice plain;
		char out[4];
		int error;

		error = escape(r, out, &(size_t){ 0 });
		if (error)
			return error;
		error = run(r, &plain);
		if (error)
			return error;
	}
	r->at++;
	return 0;
}

/* r->at is behind the opening quote. */
static int string(struct json_reader *r, struct slice *ret)
{
	int error = run(r, ret);

	if (error)
		return error;
	if (r->skipping)
		return skip_escapes(r);
	if (*r->at == '\\')
		return string_with_escapes(r, *ret, ret);
	r->at++;
	return 0;
}

static bool digits(struct json_reader *r)
{
	const char *begin = r->at;

	while (r->at < r->end && *r->at >= '0' && *r->at <= '9')
		r->at++;
	return r->at > begin;
}

/*
 * No field that a rule reads is a fraction, so their values are not computed; but no number is let
 * through that jansson or Go would refuse for its size. An exponent of two digits at most stays
 * well inside a double.
 */
static int fraction(struct json_reader *r)
{
	if (r->at < r->end && *r->at == '.') {
		r->at++;
		if (!digits(r))
			return refuse(r, "a number without digits behind its point");
	}
	if (r->at < r->end && (*r->at == 'e' || *r->at == 'E')) {
		const char *begin;

		r->at++;
		if (r->at < r->end && (*r->at == '+' || *r->at == '-'))
			r->at++;
		begin = r->at;
		if (!digits(r))
			return refuse(r, "a number without digits in its exponent");
		if (r->at - begin > 2)
			return refuse(r, "a number with an exponent of more than two digits");
	}
	return 0;
}

static int number(struct json_reader *r, struct slice *ret)
{
	const char *begin = r->at;
	bool zero;
	int error;

	if (*r->at == '-')
		r->at++;
	zero = r->at < r->end && *r->at == '0';
	if (zero)
		r->at++;
	else if (!digits(r))
		return refuse(r, "a number without digits");
	if (zero && r->at < r->end && *r->at >= '0' && *r->at <= '9')
		return refuse(r, "a number that begins with a zero");

	*ret = (struct slice){ begin, (size_t) (r->at - begin) };
	if (r->at < r->end && (*r->at == '.' || *r->at == 'e' || *r->at == 'E')) {
		error = fraction(r);
		if (error)
			return error;
		ret->len = (size_t) (r->at - begin);
		return ret->len <= 64 ? 0 : refuse(r, "a number of more than 64 characters");
	}
	return number_i64(*ret, &(int64_t){ 0 }) ? 0 : refuse(r, "an integer of more than 64 bits");
}

static int word(struct json_reader *r, struct slice text, enum json_type type, enum json_type *ret)
{
	if ((size_t) (r->end - r->at) < text.len || memcmp(r->at, text.ptr, text.len) != 0)
		return refuse(r, "something that is not JSON");
	r->at += text.len;
	*ret = type;
	return 0;
}

static int begin(struct json_reader *r, bool object)
{
	if (r->depth == JSON_DEPTH)
		return refuse(r, "nesting deeper than 64 levels");
	r->objects &= ~((uint64_t) 1 << r->depth);
	r->objects |= (uint64_t) object << r->depth;
	r->depth++;
	r->at++;
	r->expect = object ? EXPECT_FIRST_KEY : EXPECT_FIRST_ELEMENT;
	return 0;
}

static int end(struct json_reader *r, struct json_token *ret)
{
	ret->type = in_object(r) ? JSON_OBJECT_END : JSON_ARRAY_END;
	r->depth--;
	r->at++;
	r->expect = EXPECT_MORE;
	return 0;
}

static int value(struct json_reader *r, struct json_token *ret)
{
	if (r->at == r->end)
		return refuse(r, "an end where a value is missing");
	r->expect = EXPECT_MORE;
	switch (*r->at) {
	case '{':
		ret->type = JSON_OBJECT;
		return begin(r, true);
	case '[':
		ret->type = JSON_ARRAY;
		return begin(r, false);
	case '"':
		r->at++;
		ret->type = JSON_STRING;
		return string(r, &ret->text);
	case 't':
		return word(r, SLICE("true"), JSON_TRUE, &ret->type);
	case 'f':
		return word(r, SLICE("false"), JSON_FALSE, &ret->type);
	case 'n':
		return word(r, SLICE("null"), JSON_NULL, &ret->type);
	case '-':
	case '0':
	case '1':
	case '2':
	case '3':
	case '4':
	case '5':
	case '6':
	case '7':
	case '8':
	case '9':
		ret->type = JSON_NUMBER;
		return number(r, &ret->text);
	default:
		return refuse(r, "something that is not JSON");
	}
}

static int key(struct json_reader *r, struct json_token *ret)
{
	int error;

	if (r->at == r->end || *r->at != '"')
		return refuse(r, "an object whose key is missing");
	r->at++;
	ret->type = JSON_KEY;
	error = string(r, &ret->text);
	if (error)
		return error;
	skip_blanks(r);
	if (r->at == r->end || *r->at != ':')
		return refuse(r, "a key without its colon");
	r->at++;
	r->expect = EXPECT_VALUE;
	return 0;
}

static int more(struct json_reader *r, struct json_token *ret)
{
	if (r->depth == 0) {
		if (r->at < r->end)
			return refuse(r, "something behind the end of the JSON value");
		ret->type = JSON_END;
		return 0;
	}
	if (r->at == r->end)
		return refuse(r, in_object(r) ? "an object without its closing brace"
					      : "a list without its closing bracket");
	if (*r->at == (in_object(r) ? '}' : ']'))
		return end(r, ret);
	if (*r->at != ',')
		return refuse(r, "a value without a comma behind it");
	r->at++;
	skip_blanks(r);
	return in_object(r) ? key(r, ret) : value(r, ret);
}

int json_next(struct json_reader *r, struct json_token *ret)
{
	*ret = (struct json_token){ 0 };
	skip_blanks(r);
	switch ((enum expect) r->expect) {
	case EXPECT_VALUE:
		return value(r, ret);
	case EXPECT_FIRST_KEY:
		return r->at < r->end && *r->at == '}' ? end(r, ret) : key(r, ret);
	case EXPECT_FIRST_ELEMENT:
		return r->at < r->end && *r->at == ']' ? end(r, ret) : value(r, ret);
	case EXPECT_MORE:
		return more(r, ret);
	case EXPECT_NOTHING:
		break;
	}
	return BAD_INPUT;
}

static int skip_levels(struct json_reader *r, unsigned depth)
{
	while (r->depth >= depth) {
		struct json_token t;
		int error = json_next(r, &t);

		if (error)
			return error;
	}
	return 0;
}

int json_skip(struct json_reader *r, const struct json_token *first)
{
	struct json_token t = *first;
	int error = 0;

	r->skipping = true;
	if (t.type == JSON_KEY)
		error = json_next(r, &t);
	if (!error && (t.type == JSON_OBJECT || t.type == JSON_ARRAY))
		error = skip_levels(r, r->depth);
	r->skipping = false;
	return error;
}
