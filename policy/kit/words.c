#include "kit/words.h"

#include <stddef.h>

#include "base/glob.h"

bool words_match(const struct words *globs, struct slice text)
{
	for (size_t i = 0; i < globs->count; i++) {
		if (glob_match(globs->items[i], text))
			return true;
	}
	return false;
}

const struct slice *words_plain(const struct words *globs)
{
	for (size_t i = 0; i < globs->count; i++) {
		if (!slice_find(globs->items[i], '*') && !slice_find(globs->items[i], '?'))
			return &globs->items[i];
	}
	return NULL;
}

bool choice_denies(struct slice word)
{
	return slice_eq(word, SLICE("deny"));
}

const char *choice_word(struct slice word)
{
	return choice_denies(word) || slice_eq(word, SLICE("allow")) ? NULL : "deny or allow";
}
