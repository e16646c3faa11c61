/*
 * base64.c - four characters at a time, and nothing that Go would not write.
 *
 * The envelope holds the whole body in base64, up to megabytes of it. nettle's decoder spends some
 * 45 instructions on a character, and so was a fifth of a decision; it also takes blanks and a
 * missing end. The unit test holds the two against each other.
 */
#include "docker/base64.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"

enum { NONE = 0x80 }; /* a bit that no value has */

/* Cheaper made for each text than kept for all of them. */
struct alphabet {
	uint8_t value[256]; /* of a character: six bits, or NONE */
};

static void learn(struct alphabet *a)
{
	static const char characters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	memset(a->value, NONE, sizeof(a->value));
	for (uint8_t i = 0; i < 64; i++)
		a->value[(unsigned char) characters[i]] = i;
}

/* Writes three bytes. */
static bool decode_four(const struct alphabet *a, const char *text, char *out)
{
	uint32_t v0 = a->value[(unsigned char) text[0]], v1 = a->value[(unsigned char) text[1]];
	uint32_t v2 = a->value[(unsigned char) text[2]], v3 = a->value[(unsigned char) text[3]];
	uint32_t bits = v0 << 18 | v1 << 12 | v2 << 6 | v3;

	out[0] = (char) (bits >> 16);
	out[1] = (char) (bits >> 8);
	out[2] = (char) bits;
	return ((v0 | v1 | v2 | v3) & NONE) == 0;
}

/* The end of a text, which may be filled up with one or two '='. Returns how many bytes it is
 * worth, or -1. */
static int decode_last(const struct alphabet *a, const char *text, char *out)
{
	char four[4], three[3];
	int bytes = text[3] != '=' ? 3 : text[2] != '=' ? 2 : 1;

	/* 'A' has no bits, so what is left of the filled-up bytes must be zero as well. */
	memcpy(four, text, sizeof(four));
	memset(four + 1 + bytes, 'A', (size_t) (3 - bytes));
	if (!decode_four(a, four, three))
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
	struct alphabet alphabet;
	char *bytes;
	size_t len = 0;
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

	learn(&alphabet);
	for (size_t i = 0; i < text.len - 4; i += 4, len += 3) {
		if (!decode_four(&alphabet, text.ptr + i, bytes + len))
			return BAD_INPUT;
	}
	last = decode_last(&alphabet, text.ptr + text.len - 4, bytes + len);
	if (last < 0)
		return BAD_INPUT;
	*ret = (struct slice){ bytes, len + (size_t) last };
	return 0;
}
