#include "when/access.h"

#include <errno.h>

#include "base/arena.h"
#include "base/glob-index.h"
#include "base/glob.h"
#include "policy/intent.h"
#include "when/condition.h"

static bool decides(const struct access_rule *rule, const struct access_question *q)
{
	bool denied = bit_set_has(&rule->deny, q->op);

	if (!denied && !bit_set_has(&rule->allow, q->op))
		return false;
	if (rule->images.count == 0)
		return true;
	return q->images &&
	       images_fit(&rule->images, q->images, denied ? DOUBT_HOLDS : DOUBT_FAILS);
}

static size_t first_for_nameless(const struct access *a, const struct access_question *q)
{
	for (size_t i = 0; i < a->nameless_count; i++) {
		if (decides(&a->rules[a->nameless[i]], q))
			return a->nameless[i];
	}
	return a->count;
}

static size_t first_for(const struct access *a, const struct access_question *q)
{
	struct glob_search search = glob_index_search(a->by_user, q->user);
	const struct glob_entry *entries;
	size_t first = a->count, count;

	while (glob_index_next(&search, &entries, &count)) {
		for (size_t i = 0; i < count && entries[i].id < first; i++) {
			if (glob_match(entries[i].glob, q->user) &&
			    decides(&a->rules[entries[i].id], q))
				first = entries[i].id;
		}
	}
	return first;
}

bool access_allows(const struct access *a, const struct access_question *q, size_t *rule)
{
	size_t first = q->user.len > 0 ? first_for(a, q) : first_for_nameless(a, q);

	*rule = first < a->count ? first + 1 : 0;
	return first < a->count ? !bit_set_has(&a->rules[first].deny, q->op) : !a->denies;
}

/* Another name for an image is a way to it: what gets the name counts as well as the name. */
static int images_of(const struct intent *in, struct facts *ret)
{
	struct intent with = *in;
	struct image *images;

	if (!in->tagged)
		return facts_of(in, 0, in->arena, ret);
	images = arena_alloc(in->arena, in->images.count + 1, sizeof(*images));
	if (!images)
		return -ENOMEM;
	for (size_t i = 0; i < in->images.count; i++)
		images[i] = in->images.items[i];
	images[in->images.count] = *in->tagged;
	with.images = (struct images){ images, in->images.count + 1 };
	return facts_of(&with, 0, in->arena, ret);
}

int access_decide(const struct access *a, const struct intent *in, bool *ret, size_t *rule)
{
	struct access_question q = { .user = in->caller.user, .op = in->op };
	/* A service gets back the spec that it had before, whose image nobody is shown. */
	bool unknown = in->subjects & SUBJECT_ROLLBACK;
	struct facts facts;

	if (a->by_image && op_names_images(in->op)) {
		int r = images_of(in, &facts);

		if (r)
			return r;
		facts.images_known = facts.images_known && !unknown;
		q.images = unknown || facts.image_count > 0 ? &facts : NULL;
	}
	*ret = access_allows(a, &q, rule);
	return 0;
}

int access_index(struct access *a, struct arena *arena)
{
	struct glob_entry *entries;
	uint32_t *nameless;
	size_t users = 0, named = 0;

	for (size_t i = 0; i < a->count; i++) {
		users += a->rules[i].users.count;
		a->by_image = a->by_image || a->rules[i].images.count > 0;
	}
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
