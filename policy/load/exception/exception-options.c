#include "load/exception/exception-options.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "load/draft.h"
#include "load/param.h"
#include "policy-internal.h"
#include "policy/key.h"
#include "strictness.h"
#include "when/overlay.h"
#include "yaml/yaml-doc.h"

static int refuse_rule(const struct layer *l, const struct yaml_node *n, const struct rule *rule,
		       const struct exception_draft *e)
{
	struct diags *d = l->draft->diags;

	if (rule->always)
		return diag_add(d, n->key->mark,
				"`%s` has no exceptions: what cannot be read cannot be known to be "
				"what the exception is for",
				rule->id);
	if (!rule->params)
		return diag_add(d, n->key->mark,
				"`%s` has no options; list it under `rules` of this exception",
				rule->id);
	if (bit_set_has(&e->exception.rules, rules_index(rule)))
		return diag_add(
			d, n->key->mark,
			"`%s` stands under `rules` of this exception too, which lets all of "
			"it pass; keep one of the two",
			rule->id);
	if (overlays_find(&e->exception.options, rule))
		return diag_add(
			d, n->key->mark,
			"`%s` stands twice in `options` of this exception; keep one of them",
			rule->id);
	return 0;
}

/* What a rule does, and for how long it is so, is not an exception's to say. */
static int refuse_setting(const struct layer *l, const struct yaml_node *n)
{
	for (const char *const *name = key_names(KEYS_SETTING); *name; name++) {
		const struct yaml_node *given = yaml_get(n, slice_str(*name));

		if (given)
			return diag_add(l->draft->diags, given->key->mark,
					"`%s` has no place in an exception, whose options stand in "
					"for the rule's own and leave all else as it is",
					*name);
	}
	return 0;
}

static int read_overlay(const struct layer *l, const struct yaml_node *n, const struct rule *rule,
			struct overlay *ret)
{
	struct draft *d = l->draft;
	size_t complaints = diags_count(d->diags);
	void *config = arena_alloc(d->policy->arena, 1, rule->size);
	int err;

	if (!config)
		return -ENOMEM;
	memcpy(config, rule->defaults, rule->size);
	err = param_read(rule, n, config, d->policy->arena, d->diags);
	if (err)
		return err;
	*ret = (struct overlay){ .rule = rule, .config = config };
	for (unsigned i = 0; rule->params[i].kind != PARAM_END; i++) {
		if (yaml_get(n, slice_str(rule->params[i].name)))
			ret->given |= 1U << i;
	}
	return diags_count(d->diags) > complaints ? BAD_INPUT : 0;
}

static int read_rule(const struct layer *l, const struct yaml_node *n,
		     const struct exception_draft *e, struct overlay *ret)
{
	const struct rule *rule;
	int err;

	if (n->kind != YAML_MAP || n->count == 0)
		return diag_add(
			l->draft->diags, n->mark,
			"each of `options` must be a rule and a mapping of its options, such "
			"as memory-limit: { max: 8g }, not %s: %s",
			yaml_words(n->key, l->draft->scratch), yaml_words(n, l->draft->scratch));
	rule = draft_rule(l, n->key);
	if (!rule)
		return BAD_INPUT;
	err = refuse_rule(l, n, rule, e);
	if (err == 0)
		err = refuse_setting(l, n);
	return err ? err : read_overlay(l, n, rule, ret);
}

int exception_read_options(const struct layer *l, const struct yaml_node *n,
			   struct exception_draft *e)
{
	struct overlay *items;
	int bad = 0;

	e->options = n;
	if (n->kind != YAML_MAP || n->count == 0)
		return diag_add(
			l->draft->diags, n->mark,
			"`options` of an exception must be a mapping of one or more rules to "
			"their options, such as { memory-limit: { max: 8g } }, not %s",
			yaml_words(n, l->draft->scratch));
	items = arena_alloc(l->draft->policy->arena, n->count, sizeof(*items));
	if (!items)
		return -ENOMEM;
	e->exception.options.items = items;
	for (const struct yaml_node *rule = n->first; rule; rule = rule->next) {
		int err = read_rule(l, rule, e, &items[e->exception.options.count]);

		if (err < 0)
			return err;
		e->exception.options.count += err == 0;
		bad |= err;
	}
	return bad;
}

/* The rule's setting where the request meets `scope`, from 1; 0: no scope. */
static const struct rule_setting *own_setting(const struct draft *d, size_t scope, size_t rule)
{
	return scope == 0 ? &d->policy->settings[rule]
			  : policy_scope_setting(d->policy, scope - 1, rule);
}

static int complain_of_conflict(const struct draft *d, const struct overlay *o,
				const struct yaml_node *n, size_t scope, const char *conflict)
{
	struct slice name = scope ? d->policy->scopes.items[scope - 1].name : SLICE("");

	return diag_add(d->diags, n->mark, "with these the settings of `%s`%s%.*s%s %s",
			o->rule->id, scope ? " in the scope `" : "", SLICE_ARG(name),
			scope ? "`" : "", conflict);
}

/* What is final is so outside of scopes; the options that are given stand in for a scope's
 * alike. */
static int check_overlay(struct draft *d, const struct exception_draft *e, const struct overlay *o,
			 const struct yaml_node *n)
{
	size_t rule = rules_index(o->rule);

	for (size_t scope = 0; scope <= d->policy->scopes.count; scope++) {
		const struct rule_setting *own = own_setting(d, scope, rule);
		struct rule_setting with = { own->action, NULL };
		const char *conflict;

		if (own->action == ACTION_OFF)
			continue;
		if (overlay_apply(o, own->config, d->scratch, &with.config))
			return -ENOMEM;
		conflict = o->rule->conflict ? o->rule->conflict(with.config) : NULL;
		if (conflict)
			return complain_of_conflict(d, o, n, scope, conflict);
		if (draft_check_final(d, e->layer, o->rule, &with, n->key->mark))
			return BAD_INPUT;
	}
	return 0;
}

int exception_check_options(struct draft *d, const struct exception_draft *e)
{
	const struct yaml_node *n = e->options ? e->options->first : NULL;
	int err = 0;

	for (size_t i = 0; n && err >= 0 && i < e->exception.options.count; i++, n = n->next)
		err = check_overlay(d, e, &e->exception.options.items[i], n);
	return err < 0 ? err : 0;
}

static int opens_something(struct draft *d, const struct overlay *o, bool *ret)
{
	size_t rule = rules_index(o->rule);

	*ret = false;
	for (size_t scope = 0; !*ret && scope <= d->policy->scopes.count; scope++) {
		const struct rule_setting *own = own_setting(d, scope, rule);
		struct rule_setting with = { own->action, NULL };
		const struct param *param;

		if (own->action == ACTION_OFF)
			continue;
		if (overlay_apply(o, own->config, d->scratch, &with.config))
			return -ENOMEM;
		*ret = setting_laxer(o->rule, &with, own, &param);
	}
	return 0;
}

int exception_check_options_sense(struct draft *d, const struct exception_draft *e)
{
	const struct yaml_node *n = e->options ? e->options->first : NULL;

	for (size_t i = 0; n && i < e->exception.options.count; i++, n = n->next) {
		const struct overlay *o = &e->exception.options.items[i];
		bool opens;

		if (opens_something(d, o, &opens))
			return -ENOMEM;
		if (!opens && policy_uses(d->policy, rules_index(o->rule)))
			diag_warn(d->diags, n->key->mark,
				  "the exception `%.*s` opens nothing: its options of `%s` ask for "
				  "no less than the rule's own",
				  SLICE_ARG(e->exception.name), o->rule->id);
	}
	return 0;
}
