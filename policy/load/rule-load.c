/* rule-load.c - `rules:` from YAML: what each rule does, and its settings. */
#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "hint/hint.h"
#include "load/draft.h"
#include "load/param.h"
#include "policy-internal.h"
#include "policy/recommendation.h"
#include "policy/rule.h"
#include "strictness.h"
#include "yaml/yaml-doc.h"

static struct rule_setting *setting_of(const struct layer *l, const struct rule *rule)
{
	return &l->draft->policy->settings[rules_index(rule)];
}

/* A value or a list where only an option of the rule can take it, as in `memory-limit: 4g`. */
static const char *hint_of_action(const struct yaml_node *n, const struct rule *rule)
{
	bool value = n->kind == YAML_LIST || (n->kind == YAML_SCALAR && n->text.len > 0 &&
					      n->text.ptr[0] >= '0' && n->text.ptr[0] <= '9');

	if (value && rule->params)
		return "options are a mapping, { NAME: VALUE }; `cis-authz explain` has their names";
	return n->kind == YAML_SCALAR ? hint_find(hint_action, n->text) : NULL;
}

static int read_action(struct layer *l, const struct yaml_node *n, const struct rule *rule)
{
	static const struct slice words[] = {
		[ACTION_OFF] = SLICE_INIT("off"),
		[ACTION_WARN] = SLICE_INIT("warn"),
		[ACTION_DENY] = SLICE_INIT("deny"),
	};
	const char *hint = hint_of_action(n, rule);
	enum action action = ACTION_OFF;

	while (action <= ACTION_DENY &&
	       !(n->kind == YAML_SCALAR && slice_eq(n->text, words[action])))
		action++;
	if (action > ACTION_DENY)
		return diag_add(l->draft->diags, n->mark,
				"the action of `%s` must be deny, warn or off, not %s%s%s",
				rule->id, yaml_words(n, l->draft->scratch), hint ? "; " : "",
				hint ? hint : "");
	if (action == ACTION_OFF && rule->always)
		return diag_add(l->draft->diags, n->mark,
				"`%s` may be lowered to warn, but not switched off", rule->id);
	setting_of(l, rule)->action = action;
	return 0;
}

static bool is_list(const struct param *p)
{
	return p->kind == PARAM_WORDS_ || p->kind == PARAM_PATHS_ ||
	       p->kind == PARAM_ALLOWED_PATHS_ || p->kind == PARAM_DEVICES_;
}

/* Every list begins like a list of words. A built-in profile says so on purpose: it says
 * everything. */
static void warn_of_empty(const struct layer *l, const struct yaml_node *n, const struct rule *rule)
{
	const char *config = setting_of(l, rule)->config;

	for (const struct param *p = rule->params; p && p->kind != PARAM_END; p++) {
		const struct yaml_node *given = yaml_get(n, slice_str(p->name));
		const void *before = config + p->offset;

		if (!l->built_in && given && is_list(p) && given->kind == YAML_LIST &&
		    given->count == 0 && ((const struct words *) before)->count == 0)
			diag_warn(
				l->draft->diags, given->mark,
				"`%s` of `%s` is empty, as it is without this; leave it out, or list "
				"something",
				p->name, rule->id);
	}
}

static int read_settings(struct layer *l, const struct yaml_node *n, const struct rule *rule)
{
	void *config = policy_config(l->draft->policy, rules_index(rule));
	size_t complaints = diags_count(l->draft->diags);
	const char *conflict = NULL;
	int err;

	warn_of_empty(l, n, rule);
	err = param_read(rule, n, config, l->draft->policy->arena, l->draft->diags);
	if (err)
		return err;
	if (rule->conflict && diags_count(l->draft->diags) == complaints)
		conflict = rule->conflict(config);
	if (conflict)
		return diag_add(l->draft->diags, n->mark, "the settings of `%s` %s", rule->id,
				conflict);
	return 0;
}

static int keep_final(struct layer *l, const struct rule *rule)
{
	size_t i = rules_index(rule);
	const struct rule_setting *now = setting_of(l, rule);
	struct final_rule *final = &l->draft->finals[i];
	void *config = NULL;

	if (rule->size > 0) {
		config = arena_alloc(l->draft->policy->arena, 1, rule->size);
		if (!config)
			return -ENOMEM;
		memcpy(config, now->config, rule->size);
	}
	*final = (struct final_rule){ l, l->set_by[i], { now->action, config } };
	return 0;
}

/* When the settings are read, which it makes final. */
static int read_final(struct layer *l, const struct yaml_node *n, const struct rule *rule)
{
	struct diags *d = l->draft->diags;
	bool yes = yaml_plain(n) && slice_eq(n->text, SLICE("true"));
	const struct final_rule *before = draft_final(l->draft, l, rule);

	if (!yes && !(yaml_plain(n) && slice_eq(n->text, SLICE("false"))))
		return diag_add(d, n->mark, "`final` must be true or false, without quotes, not %s",
				yaml_words(n, l->draft->scratch));
	if (l->scope)
		return diag_add(d, n->key->mark,
				"`final` has no place in a scope, which no file builds upon; write "
				"it under `rules` of the policy");
	if (!yes && before) {
		diag_add(d, n->key->mark, "`%s` stays final, whatever is written here", rule->id);
		diag_note(d, before->key->mark, "the profile has it final");
		return BAD_INPUT;
	}
	return yes && !before ? keep_final(l, rule) : 0;
}

const struct final_rule *draft_final(const struct draft *d, const struct layer *l,
				     const struct rule *rule)
{
	const struct final_rule *final = &d->finals[rules_index(rule)];
	const struct layer *below = l->below;

	while (below && below != final->layer)
		below = below->below;
	return below ? final : NULL;
}

int draft_check_final(const struct draft *d, const struct layer *l, const struct rule *rule,
		      const struct rule_setting *setting, struct mark at)
{
	const struct final_rule *final = draft_final(d, l, rule);
	const struct param *param;

	if (!final || !setting_laxer(rule, setting, &final->setting, &param))
		return 0;
	if (param)
		diag_add(d->diags, at,
			 "`%s` of `%s` asks for less here than in the profile, or cannot be "
			 "compared, and the profile has the rule final; take it out here, or have "
			 "it changed there",
			 param->name, rule->id);
	else
		diag_add(d->diags, at,
			 "`%s` is %s here, and the profile has it final; take it out here, or have "
			 "it changed there",
			 rule->id, action_name(setting->action));
	diag_note(d->diags, final->key->mark, "the profile says %s, final",
		  action_name(final->setting.action));
	return BAD_INPUT;
}

/* `action`, which may be left out, and the rule's own options, one at least of all these. */
static int read_options(struct layer *l, const struct yaml_node *n, const struct rule *rule)
{
	const struct yaml_node *action = yaml_get(n, SLICE("action"));
	const struct yaml_node *final = yaml_get(n, SLICE("final"));
	int err = 0, bad;

	if (n->count == 0)
		return diag_add(l->draft->diags, n->mark,
				"`%s` is given nothing; write deny, warn, off or options",
				rule->id);
	if (action)
		err = read_action(l, action, rule);
	if (err == 0 && setting_of(l, rule)->action == ACTION_OFF && (!action || n->count > 1))
		err = diag_add(l->draft->diags, n->mark,
			       "the options of `%s` have no effect, since the rule is off; add "
			       "`action: deny`",
			       rule->id);
	bad = err < 0 ? err : read_settings(l, n, rule);
	if (err || bad)
		return bad < 0 ? bad : BAD_INPUT;
	return final ? read_final(l, final, rule) : 0;
}

static bool is_number(struct slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		if ((s.ptr[i] < '0' || s.ptr[i] > '9') && s.ptr[i] != '.')
			return false;
	}
	return s.len > 0;
}

static int complain_number(const struct layer *l, const struct yaml_node *word)
{
	const struct recommendation *r = recommendations_find(word->text);

	for (enum edition e = 0; e < EDITIONS; e++) {
		const struct rule *rule = edition_rule(e, word->text);

		if (rule)
			return diag_add(
				l->draft->diags, word->mark,
				"%s is the number of `%s` in %s; write the name, or `benchmark: %s`, "
				"since numbers are read in %s here",
				yaml_words(word, l->draft->scratch), rule->id, edition_name(e),
				edition_name(e), edition_name(l->edition));
	}
	if (r && l->edition == EDITION_1_11_0)
		return diag_add(l->draft->diags, word->mark,
				"%s, \"%s\", is nothing that a request could break, so no rule "
				"judges it; `cis-authz explain %s` says what helps",
				yaml_words(word, l->draft->scratch), r->title, r->number);
	return diag_add(l->draft->diags, word->mark,
			"no rule has the number %s in %s; `cis-authz rules` lists them",
			yaml_words(word, l->draft->scratch), edition_name(l->edition));
}

static const struct rule *complain_rule(const struct layer *l, const struct yaml_node *word)
{
	const char *nearest = word->kind == YAML_SCALAR ? rules_nearest(word->text) : NULL;
	const char *hint = word->kind == YAML_SCALAR ? hint_find(hint_rule, word->text) : NULL;

	if (word->kind == YAML_SCALAR && is_number(word->text))
		complain_number(l, word);
	else if (hint)
		diag_add(l->draft->diags, word->mark, "unknown rule %s; %s",
			 yaml_words(word, l->draft->scratch), hint);
	else if (nearest)
		diag_add(l->draft->diags, word->mark,
			 "unknown rule %s; did you mean `%s`? `cis-authz rules` lists them",
			 yaml_words(word, l->draft->scratch), nearest);
	else
		diag_add(l->draft->diags, word->mark,
			 "unknown rule %s; `cis-authz rules` lists them",
			 yaml_words(word, l->draft->scratch));
	return NULL;
}

const struct rule *draft_rule(const struct layer *l, const struct yaml_node *word)
{
	const struct rule *rule = NULL;

	if (word->kind == YAML_SCALAR) {
		rule = rules_find(word->text);
		if (!rule)
			rule = edition_rule(l->edition, word->text);
	}
	return rule ? rule : complain_rule(l, word);
}

/* What the team's own profile asks for is not taken back without a word. */
static void warn_of_lowering(const struct layer *l, const struct rule *rule, enum action before)
{
	size_t i = rules_index(rule);
	enum action now = setting_of(l, rule)->action;

	if (!l->below || !l->below->set_by[i] || now >= before)
		return;
	diag_warn(l->draft->diags, l->set_by[i]->mark, "`%s` is lowered to %s here", rule->id,
		  action_name(now));
	diag_note(l->draft->diags, l->below->set_by[i]->mark, "the profile says %s",
		  action_name(before));
}

static int read_rule(struct layer *l, const struct yaml_node *n)
{
	const struct rule *rule = draft_rule(l, n->key);
	const struct yaml_node **set_by;
	enum action before;
	int err;

	if (!rule)
		return BAD_INPUT;
	set_by = &l->set_by[rules_index(rule)];
	if (*set_by) {
		diag_add(l->draft->diags, n->key->mark,
			 "%s is the rule `%s` once more; keep one of the two",
			 yaml_words(n->key, l->draft->scratch), rule->id);
		diag_note(l->draft->diags, (*set_by)->mark, "first set here");
		return BAD_INPUT;
	}
	*set_by = n->key;
	before = setting_of(l, rule)->action;
	err = n->kind == YAML_MAP ? read_options(l, n, rule) : read_action(l, n, rule);
	if (err == 0 && !l->scope)
		err = draft_check_final(l->draft, l, rule, setting_of(l, rule), n->key->mark);
	if (err == 0)
		warn_of_lowering(l, rule, before);
	return err;
}

int draft_read_rules(struct layer *l, const struct yaml_node *n)
{
	if (n->kind != YAML_MAP)
		return diag_add(
			l->draft->diags, n->mark,
			"`rules` must be a mapping, such as `privileged: deny` on a line each, not %s",
			yaml_words(n, l->draft->scratch));
	for (const struct yaml_node *rule = n->first; rule; rule = rule->next) {
		int err = read_rule(l, rule);

		if (err < 0)
			return err;
	}
	return 0;
}
