#include "base/array.h"
#include "base/glob.h"

#include "unit.h"

#include <time.h>

static void table(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool match;
	} rows[] = {
		{ "", "", true },
		{ "", "a", false },
		{ "a", "", false },
		{ "abc", "abc", true },
		{ "abc", "abcd", false },
		{ "abcd", "abc", false },
		{ "ABC", "abc", false },
		{ "*", "", true },
		{ "*", "abc", true },
		{ "*", "a/b", false },
		{ "*", "/", false },
		{ "**", "", true },
		{ "**", "a/b//c", true },
		{ "***", "a/b", true },
		{ "?", "a", true },
		{ "?", "", false },
		{ "?", "/", false },
		{ "?", "ab", false },
		{ "a*", "a", true },
		{ "*a", "ba", true },
		{ "*a", "baa", true },
		{ "*a", "b/a", false },
		{ "**a", "b/a", true },
		{ "a*c", "ac", true },
		{ "a*c", "abcbc", true },
		{ "a*c", "ab/c", false },
		{ "a**c", "ab/c", true },
		{ "/etc/**", "/etc/passwd", true },
		{ "/etc/**", "/etc/a/b", true },
		{ "/etc/**", "/etc", false },
		{ "/etc/**", "/etcetera", false },
		{ "docker.io/library/*", "docker.io/library/redis:7", true },
		{ "docker.io/library/*", "docker.io/library/a/b", false },
		{ "registry.example.com/**", "registry.example.com.evil.org/x", false },
		{ "r/**/x@sha256:*", "r/a/b/x@sha256:00", true },
		{ "r/**/x@sha256:*", "r/x@sha256:00", false },
		{ "**/a*b/c", "a1/a2b/a3b/c", true },
		{ "**/a*b", "/aaa/aaa/aab", true },
		{ "**/a*b", "/aaa/aab/aaa", false },
		{ "[a]", "a", false },
		{ "[a]", "[a]", true },
		{ "\\*", "\\x", true },
		{ "{a,b}", "a", false },
	};

	(void) state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct slice pattern = tight(slice_str(rows[i].pattern));
		struct slice text = tight(slice_str(rows[i].text));

		if (glob_match(pattern, text) != rows[i].match)
			fail_msg("`%s` against `%s`", rows[i].pattern, rows[i].text);
		untight(pattern);
		untight(text);
	}
}

static void bytes_behind_nul_count(void **state)
{
	(void) state;
	assert_false(glob_match(SLICE("ok"), SLICE("ok\0evil")));
	assert_true(glob_match(SLICE("ok*"), SLICE("ok\0\xff")));
	assert_true(glob_match(SLICE("ok?"), SLICE("ok\0")));
	assert_true(glob_match((struct slice){ NULL, 0 }, (struct slice){ NULL, 0 }));

	/* What stands behind a pattern in memory is none of it. */
	assert_false(glob_match((struct slice){ "a***", 2 }, SLICE("ax/y")));
	assert_false(glob_match((struct slice){ NULL, 0 }, SLICE("\0")));
}

/* The definition, word for word, in exponential time. */
static bool plain_match(const char *p, const char *t)
{
	if (*p == '\0')
		return *t == '\0';
	if (p[0] == '*' && p[1] == '*')
		return plain_match(p + 2, t) || (*t && plain_match(p, t + 1));
	if (p[0] == '*')
		return plain_match(p + 1, t) || (*t && *t != '/' && plain_match(p, t + 1));
	if (*p == '?')
		return *t && *t != '/' && plain_match(p + 1, t + 1);
	return *p == *t && plain_match(p + 1, t + 1);
}

static void spell(char *out, size_t number, const char *letters, size_t base, size_t len)
{
	for (size_t i = 0; i < len; i++, number /= base)
		out[i] = letters[number % base];
	out[len] = '\0';
}

/* All patterns of up to six signs against all texts of up to six. */
static void same_as_the_definition(void **state)
{
	char pattern[8], text[8];
	size_t patterns = 1, matches = 0;

	(void) state;
	for (size_t plen = 0; plen <= 6; plen++, patterns *= 4) {
		for (size_t p = 0; p < patterns; p++) {
			size_t texts = 1;

			spell(pattern, p, "a/*?", 4, plen);
			for (size_t tlen = 0; tlen <= 6; tlen++, texts *= 2) {
				for (size_t t = 0; t < texts; t++) {
					bool want;

					spell(text, t, "a/", 2, tlen);
					want = plain_match(pattern, text);
					matches += want;
					if (glob_match(slice_str(pattern), slice_str(text)) != want)
						fail_msg("`%s` against `%s`", pattern, text);
				}
			}
		}
	}
	assert_true(matches > 1000);
}

/* Longer ones, by chance, where several stars stand between several slashes. */
static void same_as_the_definition_when_long(void **state)
{
	char pattern[12], text[16];
	unsigned seed = 1;

	(void) state;
	for (unsigned i = 0; i < 300000; i++) {
		size_t plen = 5 + (size_t) rand_r(&seed) % 6, tlen = 6 + (size_t) rand_r(&seed) % 9;

		for (size_t k = 0; k < plen; k++)
			pattern[k] = "ab//***?"[rand_r(&seed) % 8];
		pattern[plen] = '\0';
		for (size_t k = 0; k < tlen; k++)
			text[k] = "aab/"[rand_r(&seed) % 4];
		text[tlen] = '\0';
		if (glob_match(slice_str(pattern), slice_str(text)) != plain_match(pattern, text))
			fail_msg("`%s` against `%s`", pattern, text);
	}
}

static double seconds(struct slice pattern, struct slice text)
{
	clock_t start = clock();

	assert_false(glob_match(pattern, text));
	return (double) (clock() - start) / CLOCKS_PER_SEC;
}

/* A quadratic matcher needs hours for these; they end in no letter, by which they could be told
 * apart at once. */
static void time_is_linear(void **state)
{
	enum { LEN = 4 << 20 };
	struct slice text;
	char *bytes = malloc(LEN);

	(void) state;
	assert_non_null(bytes);
	text = (struct slice){ bytes, LEN };
	memset(bytes, 'a', LEN);
	assert_true(seconds(SLICE("**a*b?"), text) < 5);
	assert_true(seconds(SLICE("a*a*a*a*a*a*b?"), text) < 5);
	assert_true(seconds(SLICE("**a**a**a**a**b?"), text) < 5);
	bytes[LEN / 2] = '/';
	bytes[LEN - 1] = '/';
	assert_true(seconds(SLICE("**a*b?"), text) < 5);
	assert_true(seconds(SLICE("**a*/a*b?"), text) < 5);
	assert_true(seconds(SLICE("**a*/a*/b*"), text) < 5);
	for (size_t i = 0; i < LEN; i += 64)
		bytes[i] = '/';
	assert_true(seconds(SLICE("**/a*a*/a*a*/a*b?"), text) < 5);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table),
		cmocka_unit_test(bytes_behind_nul_count),
		cmocka_unit_test(same_as_the_definition),
		cmocka_unit_test(same_as_the_definition_when_long),
		cmocka_unit_test(time_is_linear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
