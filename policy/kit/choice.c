#include "kit/choice.h"

#include <stddef.h>

bool choice_denies(struct slice word)
{
	return slice_eq(word, SLICE("deny"));
}

const char *choice_word(struct slice word)
{
	return choice_denies(word) || slice_eq(word, SLICE("allow")) ? NULL : "deny or allow";
}
