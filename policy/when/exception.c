#include "when/exception.h"

#include <errno.h>

#include "base/arena.h"
#include "base/glob.h"
#include "base/path.h"
#include "kit/caller.h"
#include "kit/host-paths.h"
#include "policy/intent.h"
#include "policy/verdict.h"
#include "when/near.h"
#include "when/overlay.h"
#include "when/value.h"

int exceptions_index(struct exceptions *e, struct arena *a)
{
	struct indexed *items = arena_alloc(a, e->count, sizeof(*items));

	if (!items)
		return -ENOMEM;
	for (size_t i = 0; i < e->count; i++)
		items[i] = (struct indexed){ &e->items[i].when, DOUBT_FAILS };
	if (when_index_new(items, e->count, a, &e->index))
		return -ENOMEM;
	return near_index_new(e, a);
}

/* A path that is not clean may match a glob for what is below /srv, and lead to another place. */
static bool is_plain(struct slice value)
{
	return !slice_starts(value, SLICE("/")) || path_is_clean(value);
}

static bool names(struct slice glob, const struct violation *v, struct slice value)
{
	return glob_match(glob, value) || (v->rule->sizes && value_same_size(glob, value));
}

/* Whether the policy lists the value; `ret_named`: as it is, and not by a glob. */
static bool is_listed(const struct exception_values *values, const struct facts *f,
		      const struct violation *v, struct slice value, bool *ret_named)
{
	bool listed = false;

	*ret_named = false;
	for (size_t i = 0; is_plain(value) && i < values->count; i++) {
		struct user_glob room;
		struct slice glob;

		if ((values->items[i].read_only && !v->read_only) ||
		    (values->items[i].rule && values->items[i].rule != v->rule) ||
		    !caller_glob(values->items[i].glob, f->intent->caller.user, &room, &glob) ||
		    !names(glob, v, value))
			continue;
		listed = true;
		*ret_named = *ret_named || slice_eq(glob, value);
	}
	return listed;
}

/* Nobody but root can lead the path elsewhere: /var/run/docker.sock is /run/docker.sock. */
static bool is_roots_way(const struct facts *f, struct slice path)
{
	struct slice part;

	return slice_starts(path, SLICE("/")) &&
	       host_path_replaceable(f->intent, path, &part) == 0 && part.len == 0;
}

/*
 * Values tell the findings of one rule apart; where there is but one, the rule's name said it. What
 * leads elsewhere must be listed by both names, or by one of them where the way is root's: by where
 * it leads, which is what is mounted, or by the very name that is written. A glob of such names
 * says nothing of where each of them leads.
 */
bool exception_values_fit(const struct exception_values *values, const struct facts *f,
			  const struct violation *v)
{
	bool said, leads, named, unused;

	if (values->count == 0 ||
	    (v->rule->sole_value && slice_eq(v->value, slice_str(v->rule->sole_value))))
		return true;
	said = is_listed(values, f, v, v->value, &named);
	if (v->leads.len == 0)
		return said;
	leads = is_listed(values, f, v, v->leads, &unused);
	if (said && leads)
		return true;
	return slice_starts(v->leads, SLICE("/")) && (leads || named) && is_roots_way(f, v->value);
}

bool exception_names(const struct exception *e, const struct rule *rule)
{
	return bit_set_has(&e->rules, rules_index(rule)) || overlays_find(&e->options, rule);
}

bool exception_meets(const struct exception *e, const struct facts *f)
{
	return f->now < e->expires && when_holds(&e->when, f, DOUBT_FAILS);
}

/* An objection that looks for its exception. */
struct search {
	const struct exceptions *exceptions;
	const struct facts *facts;
	size_t rule_index;
	const struct violation *violation;
	struct rejudging *again;
	int *error; /* of the first rule that could not judge again */
};

static bool settles(const struct search *s, const struct overlay *o)
{
	bool settled = false;

	if (*s->error == 0)
		*s->error = overlay_settles(s->again, o, s->violation, &settled);
	return settled;
}

static bool fits(const void *cls, size_t i)
{
	const struct search *s = cls;
	const struct exception *e = &s->exceptions->items[i];
	const struct overlay *options = overlays_find(&e->options, s->violation->rule);

	if (!options && !bit_set_has(&e->rules, s->rule_index))
		return false;
	if (!exception_meets(e, s->facts))
		return false;
	return options ? settles(s, options)
		       : exception_values_fit(&e->values, s->facts, s->violation);
}

int exceptions_find(const struct exceptions *e, const struct facts *facts,
		    const struct violation *v, struct rejudging *again,
		    const struct exception **ret)
{
	int error = 0;
	struct search s = { e, facts, rules_index(v->rule), v, again, &error };
	size_t first = when_index_first(&e->index, e->count, facts, fits, &s);

	*ret = error == 0 && first < e->count ? &e->items[first] : NULL;
	return error;
}
