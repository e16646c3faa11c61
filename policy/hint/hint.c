#include "hint/hint.h"

#include <stdbool.h>

#include "base/array.h"

const char hint_rule[] = "a rule", hint_option[] = "an option", hint_action[] = "an action",
	   hint_mode[] = "a mode", hint_operation[] = "an operation";

struct hint {
	const char *owner, *words, *text;
};

/* Every rule's name, which many write where only `rules` has them. */
static const char rules[] =
#define RULE(name) #name " "
#include "policy/rules.def"
#undef RULE
	;

static const struct hint hints[] = {
#define HINT(owner, words, text) { owner, words, text },
#include "hint/hint.def"
	{ "a policy", rules, "it is a rule: write it under `rules`" },
	{ "a scope", rules, "it is a rule: write it under `rules`" },
	{ "an exception", rules,
	  "it is a rule: write it into the list `rules`, or with its options under `options`" },
};

static char plain(char c)
{
	return c == '-' ? '_' : c;
}

static bool same(struct slice a, struct slice b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		struct slice one = { &(char){ plain(a.ptr[i]) }, 1 };
		struct slice other = { &(char){ plain(b.ptr[i]) }, 1 };

		if (!slice_eq_nocase(one, other))
			return false;
	}
	return true;
}

static bool is_among(struct slice word, struct slice words)
{
	struct slice one;

	for (bool more = true; more;) {
		more = slice_cut(words, ' ', &one, &words);
		if (same(word, one))
			return true;
	}
	return false;
}

const char *hint_find(const char *owner, struct slice word)
{
	for (size_t i = 0; i < COUNT_OF(hints); i++) {
		if (slice_eq(slice_str(hints[i].owner), slice_str(owner)) &&
		    is_among(word, slice_str(hints[i].words)))
			return hints[i].text;
	}
	return NULL;
}
