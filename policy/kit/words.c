#include "kit/words.h"

#include "base/glob.h"

bool words_match(const struct words *globs, struct slice text)
{
	for (size_t i = 0; i < globs->count; i++) {
		if (glob_match(globs->items[i], text))
			return true;
	}
	return false;
}
