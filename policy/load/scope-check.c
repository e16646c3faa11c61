#include "load/scope-check.h"

#include <errno.h>
#include <stdlib.h>

#include "base/arena.h"
#include "load/condition-check.h"
#include "load/draft.h"
#include "policy-internal.h"
#include "strictness.h"
#include "yaml/yaml-doc.h"

int scope_check_reach(struct draft *d, const struct scope_draft *s)
{
	for (enum op op = 0; op < OP_COUNT; op++) {
		if (when_leaves(&s->scope.when, op))
			return 0;
	}
	return diag_add(d->diags, s->when.node->mark,
			"this scope can never match: no call has all that `when` asks for");
}

static int by_name(const void *a, const void *b)
{
	const struct scope_draft *const *x = a, *const *y = b;
	int order = slice_cmp((*x)->scope.name, (*y)->scope.name);

	return order != 0 ? order : (*x < *y ? -1 : *x > *y);
}

int scope_check_names(struct draft *d)
{
	const struct scope_draft **sorted =
		arena_alloc(d->scratch, d->scope_count, sizeof(const void *));

	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < d->scope_count; i++)
		sorted[i] = &d->scopes[i];
	qsort(sorted, d->scope_count, sizeof(const void *), by_name);
	for (size_t i = 1; i < d->scope_count; i++) {
		if (!slice_eq(sorted[i - 1]->scope.name, sorted[i]->scope.name))
			continue;
		diag_add(d->diags, sorted[i]->name->mark,
			 "two scopes have the name %s; decision records tell them by it",
			 yaml_words(sorted[i]->name, d->scratch));
		diag_note(d->diags, sorted[i - 1]->name->mark, "the other one");
	}
	return 0;
}

static struct mark mark_of(const struct scope_draft *s, size_t rule)
{
	if (s->set_by && s->set_by[rule])
		return s->set_by[rule]->mark;
	return s->profile_node ? s->profile_node->mark : s->node->mark;
}

/* What could not be read cannot be known to be what the scope is for. */
static void raise_fixed(const struct draft *d, const struct scope_draft *s, size_t i,
			struct rule_setting *settings)
{
	enum action outside = d->policy->settings[i].action;

	if (!rules_at(i)->always || settings[i].action >= outside)
		return;
	if (s->set_by && s->set_by[i])
		diag_add(d->diags, s->set_by[i]->mark,
			 "`%s` cannot be lowered in a scope: what cannot be read cannot be known "
			 "to be what the scope is for",
			 rules_at(i)->id);
	settings[i].action = outside;
}

static void complain_of_laxer(const struct draft *d, const struct scope_draft *s, size_t i,
			      const struct rule_setting *inside, const struct param *param)
{
	static const char ask[] = "say why in `reason`, and who answers for it in `owner`";
	const char *id = rules_at(i)->id;

	if (param)
		diag_add(d->diags, mark_of(s, i),
			 "`%s` of `%s` asks for less than outside of the scope `%.*s`, or cannot "
			 "be compared; %s",
			 param->name, id, SLICE_ARG(s->scope.name), ask);
	else
		diag_add(d->diags, mark_of(s, i),
			 "`%s` is %s in the scope `%.*s`, and %s outside of it; %s", id,
			 action_name(inside->action), SLICE_ARG(s->scope.name),
			 action_name(d->policy->settings[i].action), ask);
}

int scope_check_settings(const struct draft *d, struct scope_draft *s,
			 struct rule_setting *settings)
{
	bool answered = s->reason && s->owner;

	for (size_t i = 0; i < rules_count(); i++) {
		const struct rule_setting *outside = &d->policy->settings[i];
		const struct param *param;

		raise_fixed(d, s, i, settings);
		if (draft_check_final(d, s->layer, rules_at(i), &settings[i], mark_of(s, i)))
			continue;
		if (!setting_laxer(rules_at(i), &settings[i], outside, &param))
			continue;
		if (!answered && !s->scope.laxer)
			complain_of_laxer(d, s, i, &settings[i], param);
		s->scope.laxer = true;
	}
	return 0;
}

static void check_grip(const struct draft *d, const struct scope_draft *s)
{
	/* On this host, that is; others may read the same file. */
	bool of_host = yaml_get(s->when.node, SLICE("host"));

	if (when_matches_everything(&s->scope.when) && !of_host)
		diag_warn(d->diags, s->when.node->mark,
			  "the scope `%.*s` matches every request%s; what holds for all stands "
			  "under `rules` of the policy",
			  SLICE_ARG(s->scope.name),
			  s->scope.when.is.users.count > 0 ? " with a name" : "");
	else if (s->scope.laxer && !when_binds(&s->scope.when))
		diag_warn(d->diags, s->when.node->mark,
			  "the scope `%.*s` asks for less and rests neither on a user nor on an "
			  "image with its full digest: anybody may pick a container's name and tag "
			  "any image; add one of the two",
			  SLICE_ARG(s->scope.name));
}

static bool takes_all(const struct scope_draft *s)
{
	return when_matches_everything(&s->scope.when) && s->scope.when.is.users.count == 0 &&
	       !s->when.elsewhere;
}

/* Among mistakes the warnings would only distract, and may come of them. */
void scope_check_sense(const struct draft *d)
{
	const struct scope_draft *all = NULL;
	bool bad = diags_bad(d->diags);

	for (size_t i = 0; i < d->scope_count; i++) {
		const struct scope_draft *s = &d->scopes[i];

		if (all) {
			diag_add(d->diags, s->name->mark,
				 "the scope %s is for no request: one before it is for all; move "
				 "it up, or remove it",
				 yaml_words(s->name, d->scratch));
			diag_note(d->diags, all->name->mark, "that one");
		} else if (!bad) {
			check_grip(d, s);
		}
		if (!all && takes_all(s))
			all = s;
	}
}
