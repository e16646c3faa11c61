#include "when/access.h"

#include <errno.h>

#include "base/arena.h"
#include "base/glob-index.h"
#include "base/glob.h"

static bool names(const struct access_rule *rule, enum op op)
{
	return bit_set_has(&rule->deny, op) || bit_set_has(&rule->allow, op);
}

static size_t first_for_nameless(const struct access *a, enum op op)
{
	for (size_t i = 0; i < a->nameless_count; i++) {
		if (names(&a->rules[a->nameless[i]], op))
			return a->nameless[i];
	}
	return a->count;
}

static size_t first_for(const struct access *a, struct slice user, enum op op)
{
	struct glob_search search = glob_index_search(a->by_user, user);
	const struct glob_entry *entries;
	size_t first = a->count, count;

	while (glob_index_next(&search, &entries, &count)) {
		for (size_t i = 0; i < count && entries[i].id < first; i++) {
			if (names(&a->rules[entries[i].id], op) &&
			    glob_match(entries[i].glob, user))
				first = entries[i].id;
		}
	}
	return first;
}

bool access_allows(const struct access *a, struct slice user, enum op op, size_t *rule)
{
	size_t first = user.len > 0 ? first_for(a, user, op) : first_for_nameless(a, op);

	*rule = first < a->count ? first + 1 : 0;
	return first < a->count ? !bit_set_has(&a->rules[first].deny, op) : !a->denies;
}

int access_index(struct access *a, struct arena *arena)
{
	struct glob_entry *entries;
	uint32_t *nameless;
	size_t users = 0, named = 0;

	for (size_t i = 0; i < a->count; i++)
		users += a->rules[i].users.count;
	entries = arena_alloc(arena, users, sizeof(*entries));
	nameless = arena_alloc(arena, users, sizeof(*nameless));
	if (!entries || !nameless)
		return -ENOMEM;
	for (size_t i = 0; i < a->count; i++) {
		const struct words *globs = &a->rules[i].users;

		for (size_t j = 0; j < globs->count; j++) {
			if (globs->items[j].len > 0)
				entries[named++] = (struct glob_entry){ .glob = globs->items[j],
									.id = (uint32_t) i };
			else
				nameless[a->nameless_count++] = (uint32_t) i;
		}
	}
	a->nameless = nameless;
	return glob_index_new(entries, named, arena, &a->by_user);
}
