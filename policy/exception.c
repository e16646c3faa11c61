#include "exception.h"

#include <errno.h>

#include "base/arena.h"
#include "base/glob-index.h"
#include "base/glob.h"
#include "base/path.h"
#include "kit/caller.h"
#include "kit/words.h"
#include "policy/intent.h"
#include "policy/verdict.h"

/* Of several globs the one that says least decides how many texts lead here. */
static size_t narrowness(const struct words *globs)
{
	size_t least = globs->count > 0 ? SIZE_MAX : 0;

	for (size_t i = 0; i < globs->count; i++) {
		size_t len = glob_beginning(globs->items[i]).len;

		least = len < least ? len : least;
	}
	return least;
}

enum key { BY_USER, BY_IMAGE, BY_CONTAINER, BY_NOTHING, KEYS };

static enum key key_of(const struct exception *e, const struct words **ret)
{
	static const struct slice nothing[] = { { "", 0 } };
	static const struct words empty = { nothing, 1 };
	const struct words *globs[] = { &e->users, &e->images, &e->containers };
	enum key best = BY_NOTHING;
	size_t most = 0;

	*ret = &empty;
	for (enum key k = BY_USER; k < BY_NOTHING; k++) {
		size_t n = narrowness(globs[k]);

		if (n > most) {
			most = n;
			best = k;
			*ret = globs[k];
		}
	}
	return best;
}

struct entries {
	struct glob_entry *items;
	size_t count;
};

static int add_entries(struct entries *e, const struct words *globs, uint32_t id, struct arena *a)
{
	for (size_t i = 0; i < globs->count; i++) {
		void *items = e->items;
		struct glob_entry *entry = arena_grow(a, &items, e->count, sizeof(*entry));

		if (!entry)
			return -ENOMEM;
		*entry = (struct glob_entry){ .glob = globs->items[i], .id = id };
		e->items = items;
		e->count++;
	}
	return 0;
}

int exceptions_index(struct exceptions *e, struct arena *a)
{
	const struct glob_index **indices[KEYS] = { &e->by_user, &e->by_image, &e->by_container,
						    &e->by_nothing };
	struct entries entries[KEYS] = { 0 };
	int err = 0;

	for (size_t i = 0; err == 0 && i < e->count; i++) {
		const struct words *globs;
		enum key key = key_of(&e->items[i], &globs);

		err = add_entries(&entries[key], globs, (uint32_t) i, a);
	}
	for (enum key k = 0; err == 0 && k < KEYS; k++)
		err = glob_index_new(entries[k].items, entries[k].count, a, indices[k]);
	return err;
}

/* A commit and a prune speak of containers too, but their path names none. */
bool exception_sees_container(enum op op)
{
	struct slice name = slice_str(op_name(op));

	if (op == OP_CONTAINER_LIST || op == OP_CONTAINER_PRUNE || op == OP_CONTAINER_COMMIT)
		return false;
	return op == OP_EXEC_CREATE || glob_match(SLICE("container.*"), name) ||
	       glob_match(SLICE("checkpoint.*"), name);
}

static struct slice container_of(const struct intent *in)
{
	struct slice name = in->object;

	if (!exception_sees_container(in->op))
		return SLICE("");
	if (in->op == OP_CONTAINER_CREATE)
		name = in->container.name.value;
	/* The daemon takes a name with a slash in front for the one without. */
	return slice_starts(name, SLICE("/")) ? slice_from(name, 1) : name;
}

/*
 * The daemon goes by the digest where one is given, and a tag beside it is decoration. A short name
 * that may be the beginning of an ID may be any image.
 */
static int name_image(const struct image *image, struct arena *a, struct slice *ret_full,
		      struct slice *ret_plain)
{
	bool digest = image->digest.len > 0;

	*ret_plain = image->name;
	if (image->is_id) {
		*ret_full = image->given;
		return 0;
	}
	return arena_printf(a, ret_full, "%.*s%c%.*s", SLICE_ARG(image->name), digest ? '@' : ':',
			    SLICE_ARG(digest ? image->digest : image->tag));
}

int exception_facts(const struct intent *in, int64_t now, struct arena *a,
		    struct exception_facts *ret)
{
	size_t count = in->images.count;
	struct slice *full = arena_alloc(a, count + 1, sizeof(*full));
	struct slice *plain = arena_alloc(a, count + 1, sizeof(*plain));
	bool known = count > 0;

	if (!full || !plain)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		int err = name_image(&in->images.items[i], a, &full[i], &plain[i]);

		if (err)
			return err;
		known = known && !in->images.items[i].may_be_id;
	}
	*ret = (struct exception_facts){
		.intent = in,
		.container = container_of(in),
		.images = full,
		.plain_images = plain,
		.image_count = count,
		.images_known = known,
		.now = now,
	};
	return 0;
}

/* All of them must fit: a build may name an image that it may and one that it may not. */
static bool images_fit(const struct words *globs, const struct exception_facts *f)
{
	if (globs->count == 0)
		return true;
	for (size_t i = 0; i < f->image_count; i++) {
		if (!words_match(globs, f->images[i]) && !words_match(globs, f->plain_images[i]))
			return false;
	}
	return f->images_known;
}

static bool container_fits(const struct words *globs, struct slice container)
{
	return globs->count == 0 || (container.len > 0 && words_match(globs, container));
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

static bool fits(const struct exception *e, const struct exception_facts *f, size_t rule_index,
		 const struct violation *v)
{
	return bit_set_has(&e->rules, rule_index) && f->now < e->expires &&
	       bit_set_has(&e->operations, f->intent->op) &&
	       (e->users.count == 0 || caller_is(&e->users, f->intent->caller.user)) &&
	       images_fit(&e->images, f) && container_fits(&e->containers, f->container) &&
	       values_fit(&e->values, v);
}

const struct exception *exceptions_find(const struct exceptions *e,
					const struct exception_facts *facts, size_t rule_index,
					const struct violation *v)
{
	struct glob_search searches[KEYS] = {
		[BY_USER] = glob_index_search(e->by_user, facts->intent->caller.user),
		[BY_IMAGE] = glob_index_search(
			e->by_image, facts->image_count > 0 ? facts->images[0] : SLICE("")),
		[BY_CONTAINER] = glob_index_search(e->by_container, facts->container),
		[BY_NOTHING] = glob_index_search(e->by_nothing, SLICE("")),
	};
	const struct glob_entry *entries;
	size_t first = e->count, count;

	for (enum key k = 0; k < KEYS; k++) {
		while (glob_index_next(&searches[k], &entries, &count)) {
			for (size_t i = 0; i < count && entries[i].id < first; i++) {
				if (fits(&e->items[entries[i].id], facts, rule_index, v))
					first = entries[i].id;
			}
		}
	}
	return first < e->count ? &e->items[first] : NULL;
}
