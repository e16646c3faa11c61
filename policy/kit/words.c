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

/* "[::1]:5000/app": how much of it is the address. */
static size_t address_len(struct slice glob)
{
	size_t len = 1;

	if (!slice_starts(glob, SLICE("[")))
		return 0;
	while (len < glob.len && slice_find(SLICE("0123456789abcdef:."), glob.ptr[len]))
		len++;
	return len < glob.len && glob.ptr[len] == ']' && slice_find(glob, ':') ? len + 1 : 0;
}

bool words_are_regexp(struct slice glob)
{
	for (size_t i = address_len(glob); i < glob.len; i++) {
		struct slice rest = slice_from(glob, i);

		if (slice_find(SLICE("^$()|\\+![]{} "), glob.ptr[i]) ||
		    slice_starts(rest, SLICE("/.*")) || slice_starts(rest, SLICE(":.*")))
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
