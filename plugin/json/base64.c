/*
 * base64.c - sixteen characters at a time, and nothing that Go would not write.
 *
 * The envelope holds the whole body in base64, up to megabytes of it. nettle's decoder spends some
 * 45 instructions on a character, and so was a fifth of a decision; it also takes blanks and a
 * missing end. The unit test holds the two against each other.
 */
#include "json/base64.h"

#include <endian.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <nettle/base64.h>

#include "base/arena.h"
#include "base/diag.h"

enum { NONE = 0x80 }; /* a bit that no value has */

/* Six bits, or NONE. */
static uint32_t value_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (uint32_t) (c - 'A');
	if (c >= 'a' && c <= 'z')
		return (uint32_t) (c - 'a' + 26);
	if (c >= '0' && c <= '9')
		return (uint32_t) (c - '0' + 52);
	return c == '+' ? 62 : c == '/' ? 63 : NONE;
}

/* Writes three bytes. */
static bool decode_four(const char *text, char *out)
{
	uint32_t v0 = value_of(text[0]), v1 = value_of(text[1]);
	uint32_t v2 = value_of(text[2]), v3 = value_of(text[3]);
	uint32_t bits = v0 << 18 | v1 << 12 | v2 << 6 | v3;

	out[0] = (char) (bits >> 16);
	out[1] = (char) (bits >> 8);
	out[2] = (char) bits;
	return ((v0 | v1 | v2 | v3) & NONE) == 0;
}

/* The compiler's own vectors: sixteen bytes, or four words of what four characters stand for. */
enum { STRIDE = 16, WORTH = 12, WORDS = 4 };
typedef int8_t bytes_vector __attribute__((vector_size(STRIDE)));
typedef uint32_t words_vector __attribute__((vector_size(STRIDE)));

static bytes_vector between(bytes_vector text, char first, char last)
{
	/* Many processors know "more" and "less" of bytes, but not "or equal". */
	return (bytes_vector) ((text > (char) (first - 1)) & (text < (char) (last + 1)));
}

/* Of each character: six bits, or, with `known` zero there, nothing. */
static bytes_vector values_of(bytes_vector text, bytes_vector *known)
{
	bytes_vector upper = between(text, 'A', 'Z'), lower = between(text, 'a', 'z');
	bytes_vector digit = between(text, '0', '9');
	bytes_vector plus = (bytes_vector) (text == '+'), slash = (bytes_vector) (text == '/');
	bytes_vector shift = (upper & -'A') | (lower & (26 - 'a')) | (digit & (52 - '0')) |
			     (plus & (62 - '+')) | (slash & (63 - '/'));

	*known = upper | lower | digit | plus | slash;
	return text + shift;
}

/* Words as a little-endian machine reads them: the first character is in the lowest byte, and so
 * will be the first byte of three. */
static words_vector join(words_vector v)
{
	return (v << 2 & 0xfc) | (v >> 12 & 0x3) | (v << 4 & 0xf000) | (v >> 10 & 0xf00) |
	       (v << 6 & 0xc00000) | (v >> 8 & 0x3f0000);
}

/* Writes WORTH bytes, and one more that the next writer goes over. */
static bool decode_stride(const char *text, char *out)
{
	bytes_vector characters, values, known;
	uint32_t words[WORDS];
	uint64_t halves[2];
	words_vector joined;

	memcpy(&characters, text, STRIDE);
	values = values_of(characters, &known);
	memcpy(halves, &known, STRIDE);
	joined = join((words_vector) values);
	memcpy(words, &joined, STRIDE);
	for (size_t i = 0; i < WORDS; i++)
		memcpy(out + 3 * i, &words[i], sizeof(words[i]));
	return (halves[0] & halves[1]) == UINT64_MAX;
}

/* The end of a text, which may be filled up with one or two '='. Returns how many bytes it is
 * worth, or -1. */
static int decode_last(const char *text, char *out)
{
	char four[4], three[3];
	int bytes = text[3] != '=' ? 3 : text[2] != '=' ? 2 : 1;

	/* 'A' has no bits, so what is left of the filled-up bytes must be zero as well. */
	memcpy(four, text, sizeof(four));
	memset(four + 1 + bytes, 'A', (size_t) (3 - bytes));
	if (!decode_four(four, three))
		return -1;
	for (int i = bytes; i < 3; i++) {
		if (three[i] != 0)
			return -1;
	}
	memcpy(out, three, (size_t) bytes);
	return bytes;
}

int base64_read(struct arena *a, struct slice text, struct slice *ret)
{
	char *bytes;
	size_t at = 0, len = 0;
	int last;

	if (text.len == 0) {
		*ret = SLICE("");
		return 0;
	}
	if (text.len % 4 != 0)
		return BAD_INPUT;
	bytes = arena_bytes(a, text.len / 4 * 3);
	if (!bytes)
		return -ENOMEM;

	/* The last four characters come after all strides, so there is room for the one byte. */
	for (; htole32(1) == 1 && text.len - at >= STRIDE + 4; at += STRIDE, len += WORTH) {
		if (!decode_stride(text.ptr + at, bytes + len))
			return BAD_INPUT;
	}
	for (; text.len - at > 4; at += 4, len += 3) {
		if (!decode_four(text.ptr + at, bytes + len))
			return BAD_INPUT;
	}
	last = decode_last(text.ptr + at, bytes + len);
	if (last < 0)
		return BAD_INPUT;
	*ret = (struct slice){ bytes, len + (size_t) last };
	return 0;
}

int base64_write(struct arena *a, struct slice bytes, struct slice *ret)
{
	size_t len = BASE64_ENCODE_RAW_LENGTH(bytes.len);
	char *text = arena_bytes(a, len + 1);

	if (!text)
		return -ENOMEM;
	base64_encode_raw(text, bytes.len, (const uint8_t *) bytes.ptr);
	*ret = (struct slice){ text, len };
	return 0;
}
