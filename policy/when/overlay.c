#include "when/overlay.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/place.h"
#include "policy/policy.h"
#include "policy/rule.h"
#include "policy/verdict.h"

struct trial {
	const struct overlay *overlay;
	const struct verdict *verdict;
	struct trial *next;
};

const struct overlay *overlays_find(const struct overlays *o, const struct rule *rule)
{
	for (size_t i = 0; i < o->count; i++) {
		if (o->items[i].rule == rule)
			return &o->items[i];
	}
	return NULL;
}

int overlay_apply(const struct overlay *o, const void *config, struct arena *a, const void **ret)
{
	char *made = arena_alloc(a, 1, o->rule->size);

	if (!made)
		return -ENOMEM;
	memcpy(made, config, o->rule->size);
	for (unsigned i = 0; o->rule->params[i].kind != PARAM_END; i++) {
		const struct param *p = &o->rule->params[i];

		if (o->given & 1U << i)
			memcpy(made + p->offset, (const char *) o->config + p->offset,
			       param_size(p));
	}
	*ret = made;
	return 0;
}

static int judge(const struct rejudging *j, const struct overlay *o, const struct verdict **ret)
{
	const struct rule_setting *own = &j->settings[rules_index(o->rule)];
	struct verdict *v = verdict_new(j->arena);
	const void *config;
	int r = v ? overlay_apply(o, own->config, j->arena, &config) : -ENOMEM;

	if (r)
		return r;
	r = verdict_ask(v, o->rule, own->action, j->intent, config);
	if (r == 0)
		*ret = v;
	return r;
}

int overlay_judge(struct rejudging *j, const struct overlay *o, const struct verdict **ret)
{
	struct trial *t = j->trials;
	int r;

	*ret = NULL;
	if (!j->settings)
		return 0;
	while (t && t->overlay != o)
		t = t->next;
	if (t) {
		*ret = t->verdict;
		return 0;
	}
	t = arena_alloc(j->arena, 1, sizeof(*t));
	if (!t)
		return -ENOMEM;
	r = judge(j, o, ret);
	if (r)
		return r;
	*t = (struct trial){ o, *ret, j->trials };
	j->trials = t;
	return 0;
}

/* In the caller's spelling: a rule may have made the node anew. */
static int same_place(const struct place *a, const struct place *b, struct arena *arena, bool *ret)
{
	struct buf text = BUF(arena), other = BUF(arena);
	struct slice one, two;

	*ret = a == b;
	if (*ret)
		return 0;
	place_write(a, &text);
	place_write(b, &other);
	if (buf_done(&text, &one) || buf_done(&other, &two))
		return -ENOMEM;
	*ret = slice_eq(one, two);
	return 0;
}

static int same(const struct violation *v, const struct violation *w, struct arena *a, bool *ret)
{
	*ret = false;
	if (v->rule != w->rule || !slice_eq(v->value, w->value) || !slice_eq(v->leads, w->leads) ||
	    v->read_only != w->read_only)
		return 0;
	return same_place(v->at, w->at, a, ret);
}

/* Whether the objection is one of the list. */
static int stands_in(const struct violation *list, const struct violation *v, struct arena *a,
		     bool *ret)
{
	int r = 0;

	*ret = false;
	for (; r == 0 && !*ret && list; list = list->next)
		r = same(list, v, a, ret);
	return r;
}

int overlay_settles(struct rejudging *j, const struct overlay *o, const struct violation *v,
		    bool *ret)
{
	const struct verdict *verdict;
	const struct violation *again;
	bool found = false;
	unsigned kept = 0;
	int r = overlay_judge(j, o, &verdict);

	*ret = false;
	if (r || !verdict)
		return r;
	for (again = verdict_violations(verdict); again; again = again->next, kept++) {
		bool was_found;

		r = stands_in(j->found, again, j->arena, &was_found);
		if (r || !was_found)
			return r;
	}
	r = stands_in(verdict_violations(verdict), v, j->arena, &found);
	/* Of those that were not kept nobody can tell. */
	*ret = r == 0 && !found && verdict_count(verdict) == kept;
	return r;
}
