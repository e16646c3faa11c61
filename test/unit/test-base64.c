/* test-base64.c - our decoder against nettle's, which takes blanks and missing ends besides. */
#include "json/base64.h"

#include "unit.h"

#include <errno.h>
#include <nettle/base64.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/diag.h"

static void assert_reads(const char *text, struct slice want)
{
	OWN(arena) a = arena_new(65536);
	struct slice got;

	assert_int_equal(base64_read(a, slice_str(text), &got), 0);
	assert_slice(got, want);
}

static void assert_refused(struct slice text)
{
	OWN(arena) a = arena_new(65536);
	struct slice got;

	assert_int_equal(base64_read(a, text, &got), BAD_INPUT);
}

static void what_go_writes(void **state)
{
	(void) state;
	assert_reads("", SLICE(""));
	assert_reads("Zg==", SLICE("f"));
	assert_reads("Zm8=", SLICE("fo"));
	assert_reads("Zm9v", SLICE("foo"));
	assert_reads("Zm9vYg==", SLICE("foob"));
	assert_reads("+/+/", SLICE("\xfb\xff\xbf"));
	assert_reads("AAAA", SLICE("\0\0\0"));
}

static void what_go_does_not_write(void **state)
{
	static const char *const texts[] = {
		"Z",    "Zg",   "Zg=",      "====",     "=g==",      "Z===",       "Zg=A",
		"Zm=v", "Zh==", "Zm9=",     "Zm9v\n",   "Zm9v\nZg=", " Zm9",       "Zm9v====",
		"Zm_v", "Zm-v", "Zg==Zm9v", "Zm9vZ===", "Zm9\xff",   "Zm9vZg==\n",
	};

	(void) state;
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		assert_refused(slice_str(texts[i]));
	assert_refused(SLICE("Zm\0v"));
}

/* Nothing is written unless the arena has room for all of it. */
static void no_memory(void **state)
{
	OWN(arena) a = arena_new(2);
	struct slice got;

	(void) state;
	assert_int_equal(base64_read(a, SLICE("Zm9v"), &got), -ENOMEM);
}

/* All of one length; nettle encodes, we decode, and a wrong byte anywhere is noticed. */
static void assert_round_trip(size_t len)
{
	OWN(arena) a = arena_new(1 << 20);
	uint8_t bytes[64];
	char text[BASE64_ENCODE_RAW_LENGTH(sizeof(bytes))];
	size_t text_len = BASE64_ENCODE_RAW_LENGTH(len);
	struct slice got, tight_text;

	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t) (i * 151 + len * 7);
	base64_encode_raw(text, len, bytes);
	tight_text = tight((struct slice){ text, text_len });
	assert_int_equal(base64_read(a, tight_text, &got), 0);
	assert_slice(got, ((struct slice){ (const char *) bytes, len }));
	untight(tight_text);

	for (size_t at = 0; at < text_len; at++) {
		char kept = text[at];

		text[at] = '!';
		assert_refused((struct slice){ text, text_len });
		text[at] = kept;
	}
}

static void every_length(void **state)
{
	(void) state;
	for (size_t len = 1; len <= 64; len++)
		assert_round_trip(len);
}

/* What nettle takes of four characters, we take alike, blanks and a missing end excepted. */
static void every_pair_at_the_end(void **state)
{
	(void) state;
	for (int c = 0; c < 256; c++) {
		for (int d = 0; d < 256; d++) {
			OWN(arena) a = arena_new(64);
			char text[] = { 'Z', 'm', (char) c, (char) d };
			struct base64_decode_ctx ctx;
			struct slice got;
			uint8_t out[8];
			size_t len = sizeof(out);
			bool blank = strchr(" \t\n\v\f\r", c) || strchr(" \t\n\v\f\r", d);
			bool theirs;

			base64_decode_init(&ctx);
			theirs = base64_decode_update(&ctx, &len, out, sizeof(text), text) &&
				 base64_decode_final(&ctx) && !blank;
			assert_int_equal(base64_read(a, (struct slice){ text, 4 }, &got) == 0,
					 theirs);
			if (theirs)
				assert_slice(got, ((struct slice){ (const char *) out, len }));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_go_writes),
		cmocka_unit_test(what_go_does_not_write),
		cmocka_unit_test(no_memory),
		cmocka_unit_test(every_length),
		cmocka_unit_test(every_pair_at_the_end),
	};

	return cmocka_run_group_tests_name("base64", tests, NULL, NULL);
}
