#include "base/buf.h"

#include "base/arena.h"
#include "base/plain.h"
#include "base/utf8.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { FIRST_CAP = 256 };

static bool grow(struct buf *b, size_t more)
{
	size_t cap = b->cap > 0 ? b->cap : FIRST_CAP;
	size_t need;
	char *ptr;

	if (b->failed)
		return false;
	b->failed = true;
	if (!b->arena)
		return false;
	if (__builtin_add_overflow(b->len, more, &need))
		return false;
	while (cap < need) {
		if (__builtin_mul_overflow(cap, 2u, &cap))
			return false;
	}
	ptr = arena_extend(b->arena, b->ptr, b->cap, cap);
	if (!ptr)
		return false;

	b->ptr = ptr;
	b->cap = cap;
	b->failed = false;
	return true;
}

/* Makes room for `more` bytes. */
static bool reserve(struct buf *b, size_t more)
{
	return (!b->failed && more <= b->cap - b->len) || grow(b, more);
}

void buf_add(struct buf *b, struct slice s)
{
	if (s.len == 0 || !reserve(b, s.len))
		return;
	memcpy(b->ptr + b->len, s.ptr, s.len);
	b->len += s.len;
}

void buf_char(struct buf *b, char c)
{
	if (reserve(b, 1))
		b->ptr[b->len++] = c;
}

static void add_number(struct buf *b, uint64_t value, unsigned base)
{
	char digits[20]; /* 2^64 - 1 has twenty */
	size_t at = sizeof(digits);

	do {
		digits[--at] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value > 0);
	buf_add(b, (struct slice){ digits + at, sizeof(digits) - at });
}

void buf_u64(struct buf *b, uint64_t value)
{
	add_number(b, value, 10);
}

void buf_hex(struct buf *b, uint64_t value)
{
	add_number(b, value, 16);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list args, again;
	size_t room = b->cap - b->len;
	int len;

	va_start(args, fmt);
	va_copy(again, args);
	/* Nearly every text fits the room that is there. vsnprintf also wants a place for its NUL;
	 * the next writer goes over that. */
	len = vsnprintf(room > 0 ? b->ptr + b->len : NULL, room, fmt, args);
	if (len < 0)
		b->failed = true;
	else if ((size_t) len >= room && reserve(b, (size_t) len + 1))
		vsnprintf(b->ptr + b->len, (size_t) len + 1, fmt, again);
	if (!b->failed)
		b->len += (size_t) len;
	va_end(again);
	va_end(args);
}

static void add_hex(struct buf *b, const char *before, uint32_t value, unsigned digits)
{
	buf_add(b, slice_str(before));
	while (digits > 0)
		buf_char(b, "0123456789abcdef"[value >> 4 * --digits & 0xf]);
}

static bool shows(uint32_t code)
{
	return !utf8_is_control(code) && !utf8_misleads(code);
}

static void json_escape(struct buf *b, uint32_t code)
{
	switch (code) {
	case '"':
		buf_add(b, SLICE("\\\""));
		break;
	case '\\':
		buf_add(b, SLICE("\\\\"));
		break;
	case '\n':
		buf_add(b, SLICE("\\n"));
		break;
	case '\t':
		buf_add(b, SLICE("\\t"));
		break;
	default:
		if (code > 0xffff) {
			add_hex(b, "\\u", 0xd7c0 + (code >> 10), 4);
			code = 0xdc00 | (code & 0x3ff);
		}
		add_hex(b, "\\u", code, 4);
	}
}

/* Writes the character at the start of `s`, which is not plain; returns its length there. */
static size_t json_character(struct buf *b, struct slice s)
{
	uint32_t code;
	size_t len = utf8_next(s, &code);

	if (len == 0) {
		buf_add(b, SLICE("\xef\xbf\xbd"));
		return 1;
	}
	if (code < 0x80 || !shows(code))
		json_escape(b, code);
	else
		buf_add(b, (struct slice){ s.ptr, len });
	return len;
}

/* There is room for it, and nothing in it needs an escape. */
static void add_quoted(struct buf *b, struct slice s)
{
	char *at = b->ptr + b->len;

	*at = '"';
	if (s.len > 0)
		memcpy(at + 1, s.ptr, s.len);
	at[1 + s.len] = '"';
	b->len += s.len + 2;
}

void buf_quoted(struct buf *b, struct slice s)
{
	if (reserve(b, s.len + 2))
		add_quoted(b, s);
}

void buf_json(struct buf *b, struct slice s)
{
	size_t run = plain_run(s);

	/* Nearly every text: nothing to escape. */
	if (run == s.len && reserve(b, run + 2)) {
		add_quoted(b, s);
		return;
	}
	buf_char(b, '"');
	while (s.len > 0) {
		run = plain_run(s);
		buf_add(b, (struct slice){ s.ptr, run });
		s = slice_from(s, run);
		if (s.len > 0)
			s = slice_from(s, json_character(b, s));
	}
	buf_char(b, '"');
}

void buf_percent(struct buf *b, struct slice s, struct slice plain)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char) s.ptr[i];

		if ((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
		    slice_find(plain, (char) c))
			buf_char(b, (char) c);
		else
			buf_printf(b, "%%%02X", c);
	}
}

void buf_plain(struct buf *b, struct slice s, size_t most)
{
	uint32_t code;
	size_t len;

	while (s.len > 0) {
		/* No further than is shown: a long text would be run through for each byte. */
		len = plain_run((struct slice){ s.ptr, s.len < most ? s.len : most });
		if (len > 0) {
			buf_add(b, (struct slice){ s.ptr, len });
			most -= len;
			s = slice_from(s, len);
			continue;
		}
		len = utf8_next(s, &code);
		if (most < (len > 0 ? len : 1)) {
			buf_add(b, SLICE("..."));
			return;
		}
		if (len > 0 && shows(code)) {
			buf_add(b, (struct slice){ s.ptr, len });
		} else {
			len = len > 0 ? len : 1;
			for (size_t i = 0; i < len; i++)
				add_hex(b, "\\x", (unsigned char) s.ptr[i], 2);
		}
		most -= len;
		s = slice_from(s, len);
	}
}

int buf_done(struct buf *b, struct slice *ret)
{
	if (b->failed)
		return -ENOMEM;
	*ret = b->len > 0 ? (struct slice){ b->ptr, b->len } : SLICE("");
	return 0;
}
