#include "exception.h"

#include <errno.h>

#include "base/arena.h"
#include "base/path.h"
#include "policy/intent.h"
#include "policy/verdict.h"
#include "words.h"

int exceptions_index(struct exceptions *e, struct arena *a)
{
	struct indexed *items = arena_alloc(a, e->count + 1, sizeof(*items));

	if (!items)
		return -ENOMEM;
	for (size_t i = 0; i < e->count; i++)
		items[i] = (struct indexed){ &e->items[i].when, DOUBT_FAILS };
	return when_index_new(items, e->count, a, &e->index);
}

/* A path that is not clean may match a glob for what is below /srv, and lead to another place. */
static bool is_plain(struct slice value)
{
	return !slice_starts(value, SLICE("/")) || path_is_clean(value);
}

static bool value_fits(const struct words *globs, struct slice value)
{
	return is_plain(value) && words_match(globs, value);
}

/* Values tell the findings of one rule apart; where there is but one, the rule's name said it. */
static bool values_fit(const struct words *globs, const struct violation *v)
{
	if (globs->count == 0 || (v->rule->plain && slice_eq(v->value, slice_str(v->rule->plain))))
		return true;
	return value_fits(globs, v->value) && (v->leads.len == 0 || value_fits(globs, v->leads));
}

/* An objection that looks for its exception. */
struct search {
	const struct exceptions *exceptions;
	const struct facts *facts;
	size_t rule_index;
	const struct violation *violation;
};

static bool fits(const void *cls, size_t i)
{
	const struct search *s = cls;
	const struct exception *e = &s->exceptions->items[i];

	return bit_set_has(&e->rules, s->rule_index) && s->facts->now < e->expires &&
	       when_holds(&e->when, s->facts, DOUBT_FAILS) && values_fit(&e->values, s->violation);
}

const struct exception *exceptions_find(const struct exceptions *e, const struct facts *facts,
					size_t rule_index, const struct violation *v)
{
	struct search s = { e, facts, rule_index, v };
	size_t first = when_index_first(&e->index, e->count, facts, fits, &s);

	return first < e->count ? &e->items[first] : NULL;
}
