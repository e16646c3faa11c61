#include "base/fold.h"

/* A letter outside of ASCII that becomes one of ASCII. */
struct letter {
	struct slice utf8;
	char ascii;
};

enum { LETTERS = 2 };

static const struct letter upper[LETTERS] = {
	{ SLICE_INIT("\xc5\xbf"), 's' }, /* U+017F, long s */
	{ SLICE_INIT("\xc4\xb1"), 'i' }, /* U+0131, dotless i */
};

static const struct letter lower[LETTERS] = {
	{ SLICE_INIT("\xe2\x84\xaa"), 'k' }, /* U+212A, Kelvin sign */
	{ SLICE_INIT("\xc4\xb0"), 'i' },     /* U+0130, I with a dot */
};

/* Takes one letter off; which case it is given in is the same for all. */
static char next(struct slice *text, const struct letter *letters)
{
	char c = text->ptr[0];

	for (size_t i = 0; i < LETTERS; i++) {
		if (slice_starts(*text, letters[i].utf8)) {
			*text = slice_from(*text, letters[i].utf8.len);
			return letters[i].ascii;
		}
	}
	*text = slice_from(*text, 1);
	return c >= 'A' && c <= 'Z' ? (char) (c - 'A' + 'a') : c;
}

static bool same(struct slice a, struct slice b, const struct letter *letters)
{
	while (a.len > 0 && b.len > 0) {
		if (next(&a, letters) != next(&b, letters))
			return false;
	}
	return a.len == 0 && b.len == 0;
}

bool fold_upper_eq(struct slice a, struct slice b)
{
	return same(a, b, upper);
}

bool fold_lower_eq(struct slice a, struct slice b)
{
	return same(a, b, lower);
}

struct slice fold_upper_word(struct slice text, const struct slice *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (fold_upper_eq(text, words[i]))
			return words[i];
	}
	return text;
}
