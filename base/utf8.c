#include "base/utf8.h"

#include <assert.h>
#include <string.h>

#include "base/array.h"

/* Requests are nearly all ASCII, and a body has megabytes of it. */
static size_t ascii_run(const char *text, size_t len)
{
	const uint64_t high_bits = 0x8080808080808080;
	uint64_t word;
	size_t i = 0;

	for (; len - i >= sizeof(word); i += sizeof(word)) {
		memcpy(&word, text + i, sizeof(word));
		if (word & high_bits)
			break;
	}
	while (i < len && (unsigned char) text[i] < 0x80)
		i++;
	return i;
}

bool utf8_valid(struct slice s)
{
	uint32_t code;
	size_t len;

	for (size_t i = 0; i < s.len; i += len) {
		len = ascii_run(s.ptr + i, s.len - i);
		if (len == 0)
			len = utf8_next(slice_from(s, i), &code);
		if (len == 0)
			return false;
	}
	return true;
}

/* 0xc0 and 0xc1 could only start overlong forms, 0xf5 and above only what no scalar value has. */
static size_t length_by_first(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xc2)
		return 0;
	if (first < 0xe0)
		return 2;
	if (first < 0xf0)
		return 3;
	return first < 0xf5 ? 4 : 0;
}

size_t utf8_next(struct slice s, uint32_t *ret)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	static const uint32_t first_bits[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	const unsigned char *text = (const unsigned char *) s.ptr;
	size_t len = s.len > 0 ? length_by_first(text[0]) : 0;
	uint32_t code;

	if (len == 0 || len > s.len)
		return 0;

	code = text[0] & first_bits[len];
	for (size_t i = 1; i < len; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (text[i] & 0x3f);
	}
	if (code < least[len] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0;

	*ret = code;
	return len;
}

bool utf8_is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code <= 0x9f);
}

bool utf8_misleads(uint32_t code)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{ 0xad, 0xad },       { 0x34f, 0x34f },     { 0x61c, 0x61c },
		{ 0x115f, 0x1160 },   { 0x17b4, 0x17b5 },   { 0x180e, 0x180e },
		{ 0x200b, 0x200f },   { 0x2028, 0x202e },   { 0x2060, 0x206f },
		{ 0x3164, 0x3164 },   { 0xfeff, 0xfeff },   { 0xffa0, 0xffa0 },
		{ 0xfff0, 0xfffb },   { 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a },
		{ 0xe0000, 0xe00ff }, { 0xe01f0, 0xe0fff },
	};

	for (size_t i = 0; i < COUNT_OF(ranges) && code >= ranges[i].first; i++) {
		if (code <= ranges[i].last)
			return true;
	}
	return false;
}

bool utf8_is_blank(uint32_t code)
{
	switch (code) {
	case ' ':
	case 0x85:
	case 0xa0:
	case 0x1680:
	case 0x2028:
	case 0x2029:
	case 0x202f:
	case 0x205f:
	case 0x3000:
		return true;
	}
	return (code >= '\t' && code <= '\r') || (code >= 0x2000 && code <= 0x200a);
}

/* Length of the blank that `s` ends with, 0 when it ends with none. */
static size_t last_blank(struct slice s)
{
	uint32_t code;

	for (size_t len = 1; len <= 3 && len <= s.len; len++) {
		if (utf8_next(slice_from(s, s.len - len), &code) == len)
			return utf8_is_blank(code) ? len : 0;
	}
	return 0;
}

struct slice utf8_trim(struct slice s)
{
	uint32_t code;
	size_t len;

	while ((len = utf8_next(s, &code)) > 0 && utf8_is_blank(code))
		s = slice_from(s, len);
	while ((len = last_blank(s)) > 0)
		s.len -= len;
	return s;
}

size_t utf8_put(char *out, uint32_t code)
{
	static const unsigned char first_mark[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t len = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

	assert(code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff));

	for (size_t i = len - 1; i > 0; i--) {
		out[i] = (char) (0x80 | (code & 0x3f));
		code >>= 6;
	}
	out[0] = (char) (first_mark[len] | code);
	return len;
}
