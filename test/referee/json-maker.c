#include "json-maker.h"

#include <string.h>

#include "base/array.h"
#include "base/utf8.h"

#define COUNT(array)        (COUNT_OF(array))
#define PICK(random, array) ((array)[random_below(random, COUNT(array))])

struct maker {
	struct random *random;
	struct document *document;
	bool sloppy;
};

static bool slips(const struct maker *m)
{
	return m->sloppy && random_one_in(m->random, 40);
}

void document_add(struct document *d, struct slice text)
{
	size_t room = sizeof(d->bytes) - d->len, len = text.len < room ? text.len : room;

	memcpy(d->bytes + d->len, text.ptr, len);
	d->len += len;
}

static void add(const struct maker *m, const char *text)
{
	document_add(m->document, slice_str(text));
}

static void add_byte(const struct maker *m, char byte)
{
	document_add(m->document, (struct slice){ &byte, 1 });
}

static void make_blanks(const struct maker *m)
{
	static const char *const slipped[] = { "\v",   "\f",           "\xc2\xa0", "/**/",
					       "//\n", "\xef\xbb\xbf", "\x1f",     "#" };

	while (random_one_in(m->random, 6))
		add_byte(m, " \n\t\r"[random_below(m->random, 4)]);
	if (slips(m))
		add(m, PICK(m->random, slipped));
}

static void make_code(const struct maker *m, uint32_t code)
{
	char bytes[4];

	document_add(m->document, (struct slice){ bytes, utf8_put(bytes, code) });
}

static void make_unit(const struct maker *m, uint32_t unit)
{
	const char *digits = random_one_in(m->random, 2) ? "0123456789abcdef" : "0123456789ABCDEF";

	add(m, "\\u");
	for (int shift = 12; shift >= 0; shift -= 4)
		add_byte(m, digits[unit >> shift & 0xf]);
}

/* Any character but NUL, in one escape or, above U+FFFF, in two. */
static void make_unicode_escape(const struct maker *m)
{
	static const uint32_t codes[] = { 0x01,  0x1f,   0x22,   0x5c,    0x7f,    0x80,
					  0x7ff, 0x800,  0xd7ff, 0xe000,  0xfffd,  0xffff,
					  0x17f, 0x212a, 0x2028, 0x10000, 0x1f600, 0x10ffff };
	uint32_t code = random_one_in(m->random, 2)
				? PICK(m->random, codes)
				: 1 + (uint32_t) random_below(m->random, 0xd7ff);

	if (code < 0x10000) {
		make_unit(m, code);
	} else {
		make_unit(m, 0xd800 + ((code - 0x10000) >> 10));
		make_unit(m, 0xdc00 + ((code - 0x10000) & 0x3ff));
	}
}

/* What no string may hold. */
static void make_slipped_piece(const struct maker *m)
{
	static const char *const pieces[] = {
		"\\u0000",
		"\\ud800",
		"\\udc00",
		"\\ud800\\ud800",
		"\\ud83d\\u0041",
		"\\ud83dx",
		"\\u12",
		"\\u12g4",
		"\\x41",
		"\\'",
		"\\",
		"\n",
		"\x01",
		"\xff",
		"\x80",
		"\xc0\x80",
		"\xc3",
		"\xe0\x9f\xbf",
		"\xed\xa0\x80",
		"\xed\xbf\xbf",
		"\xe2\x82",
		"\xf0\x8f\xbf\xbf",
		"\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80",
		"\"",
	};

	add(m, PICK(m->random, pieces));
}

static void make_string(const struct maker *m)
{
	static const char *const words[] = { "HostConfig", "Privileged", "/etc", "a", "b", "0" };
	static const char *const escapes[] = { "\\\"", "\\\\", "\\/", "\\b",
					       "\\f",  "\\n",  "\\r", "\\t" };
	static const uint32_t codes[] = { 0x7f,   0x80,   0x7ff,   0x800,   0xd7ff,
					  0xe000, 0xffff, 0x10000, 0x10ffff };

	add_byte(m, '"');
	while (!random_one_in(m->random, 3)) {
		if (slips(m))
			make_slipped_piece(m);
		else if (random_one_in(m->random, 4))
			add(m, PICK(m->random, escapes));
		else if (random_one_in(m->random, 4))
			make_unicode_escape(m);
		else if (random_one_in(m->random, 4))
			make_code(m, PICK(m->random, codes));
		else
			add(m, PICK(m->random, words));
	}
	add_byte(m, '"');
}

static void make_digits(const struct maker *m, size_t count)
{
	while (count-- > 0)
		add_byte(m, (char) ('0' + random_below(m->random, 10)));
}

static void make_slipped_number(const struct maker *m)
{
	static const char *const numbers[] = {
		"9223372036854775808",
		"-9223372036854775809",
		"18446744073709551616",
		"99999999999999999999999999",
		"1e100",
		"1e308",
		"1e309",
		"1e-400",
		"01",
		"-01",
		"00",
		"-",
		"+1",
		".5",
		"1.",
		"-.5",
		"1e",
		"1e+",
		"1.e5",
		"0x10",
		"1_000",
		"NaN",
		"Infinity",
	};

	add(m, PICK(m->random, numbers));
}

static void make_number(const struct maker *m)
{
	static const char *const numbers[] = { "0",
					       "-0",
					       "0.0",
					       "-0.0",
					       "0e0",
					       "1E+99",
					       "1e-99",
					       "-1.5e01",
					       "9223372036854775807",
					       "-9223372036854775808",
					       "2147483648",
					       "4294967296",
					       "9007199254740993" };

	if (slips(m)) {
		make_slipped_number(m);
		return;
	}
	if (random_one_in(m->random, 2)) {
		add(m, PICK(m->random, numbers));
		return;
	}
	add(m, random_one_in(m->random, 3) ? "-" : "");
	add_byte(m, (char) ('1' + random_below(m->random, 9)));
	make_digits(m, random_below(m->random, 18));
	if (random_one_in(m->random, 3)) {
		add_byte(m, '.');
		make_digits(m, 1 + random_below(m->random, 44));
	}
}

static void make_scalar(const struct maker *m)
{
	static const char *const words[] = { "null", "true", "false" };
	static const char *const slipped[] = { "nul", "TRUE", "nulll", "undefined", "'a'", "" };

	if (slips(m))
		add(m, PICK(m->random, slipped));
	else if (random_one_in(m->random, 3))
		add(m, PICK(m->random, words));
	else if (random_one_in(m->random, 2))
		make_number(m);
	else
		make_string(m);
}

static void make_value(const struct maker *m, unsigned depth);

static void make_entry(const struct maker *m, bool object, unsigned depth)
{
	if (object) {
		make_blanks(m);
		make_string(m);
		make_blanks(m);
		add(m, slips(m) ? "" : ":");
	}
	make_value(m, depth - 1);
}

static void make_nested(const struct maker *m, unsigned depth)
{
	bool object = random_one_in(m->random, 2);

	add_byte(m, object ? '{' : '[');
	make_blanks(m);
	for (bool first = true; !random_one_in(m->random, 4); first = false) {
		if (!first)
			add(m, slips(m) ? "" : ",");
		make_entry(m, object, depth);
	}
	add(m, slips(m) ? "," : "");
	add_byte(m, object != slips(m) ? '}' : ']');
}

static void make_value(const struct maker *m, unsigned depth)
{
	make_blanks(m);
	if (depth > 0 && random_one_in(m->random, 2))
		make_nested(m, depth);
	else
		make_scalar(m);
	make_blanks(m);
}

/* Around the deepest that is read, with a value at the bottom that may be a level of its own. */
static void make_deep(const struct maker *m)
{
	uint64_t objects = random_next(m->random);
	unsigned levels = 58 + (unsigned) random_below(m->random, 10);

	for (unsigned i = 0; i < levels; i++)
		add(m, objects >> i % 64 & 1 ? "{\"a\":" : "[");
	make_value(m, 2);
	for (unsigned i = levels; i-- > 0;)
		add_byte(m, objects >> i % 64 & 1 ? '}' : ']');
}

void json_make(struct random *random, bool sloppy, struct document *ret)
{
	struct maker m = { random, ret, sloppy };

	ret->len = 0;
	if (random_one_in(random, 16))
		make_deep(&m);
	else
		make_value(&m, 5);
	if (slips(&m))
		make_value(&m, 1);
}

static void insert(struct document *d, size_t at, struct slice text)
{
	size_t rest = d->len - at;

	if (d->len + text.len > sizeof(d->bytes))
		return;
	memmove(d->bytes + at + text.len, d->bytes + at, rest);
	memcpy(d->bytes + at, text.ptr, text.len);
	d->len += text.len;
}

static void cut(struct document *d, size_t at, size_t len)
{
	memmove(d->bytes + at, d->bytes + at + len, d->len - at - len);
	d->len -= len;
}

static void repeat(struct random *random, struct document *d, size_t at)
{
	size_t len = 1 + random_below(random, d->len - at);
	char piece[64];

	if (len > sizeof(piece))
		len = sizeof(piece);
	memcpy(piece, d->bytes + at, len);
	insert(d, at, (struct slice){ piece, len });
}

void json_mutate(struct random *random, struct document *d)
{
	static const char structure[] = "{}[]:,\"\\ \n0-.eEtfnu/";
	size_t at;
	char byte;

	if (d->len == 0)
		return;
	at = random_below(random, d->len);
	byte = structure[random_below(random, sizeof(structure))]; /* its NUL, too */
	switch (random_below(random, 7)) {
	case 0:
		d->bytes[at] ^= (char) (1 << random_below(random, 8));
		break;
	case 1:
		d->bytes[at] = byte;
		break;
	case 2:
		insert(d, at, (struct slice){ &byte, 1 });
		break;
	case 3:
		cut(d, at, 1);
		break;
	case 4:
		cut(d, at, 1 + random_below(random, d->len - at));
		break;
	case 5:
		d->len = at;
		break;
	default:
		repeat(random, d, at);
		break;
	}
}
