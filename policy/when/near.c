#include "when/near.h"

#include <errno.h>
#include <stdarg.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/glob-index.h"
#include "base/glob.h"
#include "base/place.h"
#include "policy/intent.h"
#include "policy/verdict.h"
#include "when/overlay.h"

enum {
	DAY = 24 * 60 * 60,
	DAY_TEXT = sizeof("YYYY-MM-DD") + 16,
	WORD_MOST = 200, /* of a glob or a value in the sentence */
	/* What can be missed besides the bits of enum when_miss. */
	MISS_HOST = 1 << 8,
	MISS_TIME = 1 << 9,
	MISS_VALUE = 1 << 10,
	MISS_OPTIONS = 1 << 11, /* nothing else is missed, and its options are not enough */
};

struct glob_list {
	struct glob_entry *items;
	size_t count;
};

static int add(struct glob_list *l, struct slice glob, size_t id, struct arena *a)
{
	void *items = l->items;
	struct glob_entry *entry = arena_grow(a, &items, l->count, sizeof(*entry));

	if (!entry)
		return -ENOMEM;
	*entry = (struct glob_entry){ .glob = glob, .id = (uint32_t) id };
	l->items = items;
	l->count++;
	return 0;
}

int near_index_new(struct exceptions *e, struct arena *a)
{
	struct glob_list images = { 0 }, users = { 0 }, containers = { 0 };
	int err = 0;

	for (size_t i = 0; i < e->count + e->elsewhere; i++) {
		const struct condition *is = &e->items[i].when.is;
		const struct words *globs = &is->containers;
		struct glob_list *list = &containers;

		if (is->images.count > 0) {
			globs = &is->images;
			list = &images;
		} else if (is->users.count > 0) {
			globs = &is->users;
			list = &users;
		}
		for (size_t j = 0; err == 0 && j < globs->count; j++)
			err = add(list,
				  list == &images ? image_repository(globs->items[j])
						  : globs->items[j],
				  i, a);
	}
	if (err == 0)
		err = glob_index_new(images.items, images.count, a, &e->near_by_image);
	if (err == 0)
		err = glob_index_new(users.items, users.count, a, &e->near_by_user);
	if (err == 0)
		err = glob_index_new(containers.items, containers.count, a, &e->near_by_container);
	return err;
}

/* An objection that looks for an exception that is near, and what it has found. */
struct hunt {
	const struct exceptions *exceptions;
	const struct facts *facts;
	const struct violation *violation;
	struct rejudging *again;
	const struct exception *best;
	unsigned misses;
};

static const struct overlay *options_of(const struct hunt *h, const struct exception *e)
{
	return overlays_find(&e->options, h->violation->rule);
}

static unsigned misses_of(const struct hunt *h, size_t i)
{
	const struct exception *e = &h->exceptions->items[i];
	unsigned misses = when_misses(&e->when, h->facts);

	if (i >= h->exceptions->count)
		misses |= MISS_HOST;
	if (h->facts->now >= e->expires)
		misses |= MISS_TIME;
	if (options_of(h, e))
		return misses ? misses : MISS_OPTIONS;
	if (!exception_values_fit(&e->values, h->facts, h->violation))
		misses |= MISS_VALUE;
	return misses;
}

static void look(struct hunt *h, const struct glob_index *index, struct slice text)
{
	struct glob_search search = glob_index_search(index, text);
	const struct glob_entry *entries;
	size_t count;

	while (glob_index_next(&search, &entries, &count)) {
		for (size_t i = 0; i < count; i++) {
			const struct exception *e = &h->exceptions->items[entries[i].id];
			unsigned misses;

			if (!exception_names(e, h->violation->rule) ||
			    !glob_match(entries[i].glob, text))
				continue;
			misses = misses_of(h, entries[i].id);
			if (h->best && __builtin_popcount(misses) > __builtin_popcount(h->misses))
				continue;
			/* Of those that miss as little the first in the policy. */
			if (h->best && e > h->best &&
			    __builtin_popcount(misses) == __builtin_popcount(h->misses))
				continue;
			h->best = e;
			h->misses = misses;
		}
	}
}

/* A sentence while its parts are added. */
struct sentence {
	struct buf b;
	bool any;
};

__attribute__((format(printf, 2, 3))) static void part(struct sentence *s, const char *fmt, ...);

static void part(struct sentence *s, const char *fmt, ...)
{
	struct slice text;
	va_list args;
	int err;

	va_start(args, fmt);
	err = arena_vprintf(s->b.arena, &text, fmt, args);
	va_end(args);
	if (err) {
		s->b.failed = true;
		return;
	}
	buf_add(&s->b, s->any ? SLICE(", and ") : SLICE(", but "));
	buf_add(&s->b, text);
	s->any = true;
}

static struct slice cut(struct slice word)
{
	word.len = word.len > WORD_MOST ? WORD_MOST : word.len;
	return word;
}

/* "it is for the image `a` (or 2 more), not for `b`" */
static void part_words(struct sentence *s, const char *noun, const struct words *globs,
		       struct slice given)
{
	struct slice first = cut(globs->items[0]), was = cut(given);
	struct buf more = BUF(s->b.arena);
	struct slice text = SLICE("");

	if (globs->count > 1)
		buf_printf(&more, " (or %zu more)", globs->count - 1);
	if (buf_done(&more, &text))
		s->b.failed = true;
	if (first.len == 0)
		part(s, "it is for a caller without a name, not for `%.*s`", SLICE_ARG(was));
	else if (was.len == 0)
		part(s, "it is for the %s `%.*s`%.*s, and this call has none", noun,
		     SLICE_ARG(first), SLICE_ARG(text));
	else
		part(s, "it is for the %s `%.*s`%.*s, not for `%.*s`", noun, SLICE_ARG(first),
		     SLICE_ARG(text), SLICE_ARG(was));
}

static void part_value(struct sentence *s, const struct hunt *h)
{
	const struct violation *v = h->violation;
	struct exception_value bare[1];
	struct violation as_read_only = *v;
	const struct exception_values *values = &h->best->values;
	struct slice value = cut(v->value), leads = cut(v->leads);

	as_read_only.read_only = true;
	if (exception_values_fit(values, h->facts, &as_read_only)) {
		part(s, "it lets `%.*s` be mounted read-only alone (:ro)", SLICE_ARG(value));
		return;
	}
	bare[0] = values->items[0];
	as_read_only.leads = SLICE("");
	if (leads.len > 0 && exception_values_fit(values, h->facts, &as_read_only))
		part(s, "`%.*s` leads to `%.*s`, which is not among its values", SLICE_ARG(value),
		     SLICE_ARG(leads));
	else if (value.len == 0)
		part(s, "its values are others, such as `%.*s`", SLICE_ARG(cut(bare[0].glob)));
	else
		part(s, "`%.*s` is not among its values", SLICE_ARG(value));
}

static void part_end(struct sentence *s, int64_t expires)
{
	time_t last = (time_t) (expires - DAY);
	char day[DAY_TEXT];
	struct tm tm;

	if (!gmtime_r(&last, &tm) || strftime(day, sizeof(day), "%Y-%m-%d", &tm) == 0)
		snprintf(day, sizeof(day), "an earlier day");
	part(s, "its last day was %s", day);
}

/* What the rule says by the exception's options; rules end their sentences with a full stop. */
static int part_options(struct sentence *s, const struct hunt *h)
{
	const struct verdict *found;
	const struct violation *v;
	struct buf place = BUF(s->b.arena);
	struct slice at, text;
	int err = overlay_judge(h->again, options_of(h, h->best), &found);

	if (err)
		return err;
	v = found ? verdict_violations(found) : NULL;
	if (!v) {
		part(s, "its options do not settle it");
		return 0;
	}
	place_write(v->at, &place);
	err = buf_done(&place, &at);
	text = v->text;
	text.len -= slice_ends(text, SLICE("."));
	part(s, "its options deny it too: %.*s %.*s", SLICE_ARG(at), SLICE_ARG(text));
	return err;
}

/* The image that does not fit, of a build with several. */
static struct slice image_of(const struct facts *f)
{
	return f->image_count > 0 ? f->images[0] : SLICE("");
}

static int write_misses(struct sentence *s, const struct hunt *h)
{
	const struct condition *is = &h->best->when.is;
	const struct facts *f = h->facts;
	unsigned misses = h->misses;

	if (misses & MISS_HOST)
		part(s, "it is for another host");
	if (misses & MISS_TIME)
		part_end(s, h->best->expires);
	if (misses & MISS_OPERATION)
		part(s, "it is not for %s", op_name(f->intent->op));
	if (misses & MISS_USER)
		part_words(s, "user", &is->users, f->intent->caller.user);
	if (misses & MISS_IMAGE && !f->images_known)
		part(s, "`%.*s` may be the beginning of an image's ID; name it in full",
		     SLICE_ARG(cut(image_of(f))));
	else if (misses & MISS_IMAGE)
		part_words(s, "image", &is->images, image_of(f));
	if (misses & MISS_CONTAINER)
		part_words(s, "container", &is->containers, f->container);
	if (misses & MISS_NOT)
		part(s, "its `not` shuts this request out");
	if (misses & MISS_VALUE)
		part_value(s, h);
	return misses & MISS_OPTIONS ? part_options(s, h) : 0;
}

static const char *shared(const struct hunt *h)
{
	const struct condition *is = &h->best->when.is;

	if (is->images.count > 0 && !(h->misses & MISS_IMAGE))
		return " and image";
	if (is->users.count > 0 && !(h->misses & MISS_USER))
		return " and user";
	return is->containers.count > 0 && !(h->misses & MISS_CONTAINER) ? " and container" : "";
}

int near_explain(const struct exceptions *e, const struct facts *f, const struct violation *v,
		 struct rejudging *again, struct slice *ret)
{
	struct hunt h = { .exceptions = e, .facts = f, .violation = v, .again = again };
	struct sentence s = { .b = BUF(again->arena) };
	int err;

	*ret = SLICE("");
	for (size_t i = 0; i < f->image_count; i++)
		look(&h, e->near_by_image, f->plain_images[i]);
	look(&h, e->near_by_user, f->intent->caller.user);
	look(&h, e->near_by_container, f->container);
	if (!h.best)
		return 0;
	buf_printf(&s.b, "The exception %.*s (%.*s) is for this rule%s", SLICE_ARG(h.best->name),
		   SLICE_ARG(h.best->at), shared(&h));
	err = write_misses(&s, &h);
	buf_char(&s.b, '.');
	return err ? err : buf_done(&s.b, ret);
}
