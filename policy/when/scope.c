#include "when/scope.h"

#include <errno.h>

#include "base/arena.h"

enum doubt scope_doubt(const struct scope *s)
{
	return s->laxer ? DOUBT_FAILS : DOUBT_HOLDS;
}

int scopes_index(struct scopes *s, struct arena *a)
{
	struct indexed *items = arena_alloc(a, s->count, sizeof(*items));

	if (!items)
		return -ENOMEM;
	for (size_t i = 0; i < s->count; i++)
		items[i] = (struct indexed){ &s->items[i].when, scope_doubt(&s->items[i]) };
	return when_index_new(items, s->count, a, &s->index);
}

struct search {
	const struct scopes *scopes;
	const struct facts *facts;
};

static bool fits(const void *cls, size_t i)
{
	const struct search *search = cls;
	const struct scope *s = &search->scopes->items[i];

	return when_holds(&s->when, search->facts, scope_doubt(s));
}

const struct scope *scopes_find(const struct scopes *s, const struct facts *facts)
{
	struct search search = { s, facts };
	size_t first = when_index_first(&s->index, s->count, facts, fits, &search);

	return first < s->count ? &s->items[first] : NULL;
}
