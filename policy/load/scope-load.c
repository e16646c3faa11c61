/*
 * scope-load.c - `scopes:` from YAML.
 *
 * A scope is read in two steps. What it is for is read where it stands; its rules only when all
 * layers are, since they start from what these add up to. Then the reader of `rules` writes into a
 * copy of those settings.
 */
#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "load/condition-check.h"
#include "load/draft.h"
#include "load/scope-check.h"
#include "policy-internal.h"
#include "policy/key.h"
#include "policy/profiles.h"
#include "yaml/yaml-doc.h"

enum { TEXT_MOST = 500, SCOPES_MOST = 1000 /* whole sets of settings */ };

static int complain(const struct layer *l, const struct yaml_node *n, const char *what)
{
	return diag_add(l->draft->diags, n->mark, "%s, not %s", what,
			yaml_words(n, l->draft->scratch));
}

static int read_name(const struct layer *l, const struct yaml_node *n, struct scope_draft *s)
{
	s->name = n;
	if (n->kind != YAML_SCALAR || !policy_is_name(n->text))
		return complain(l, n,
				"`name` of a scope must be 1 to 64 letters, digits, `-`, `_` and "
				"`.`, such as ci");
	return arena_copy(l->draft->policy->arena, n->text, &s->scope.name);
}

static int read_when(const struct layer *l, const struct yaml_node *n, struct scope_draft *s)
{
	int err = draft_read_when(l, n, &s->when);

	s->scope.when = s->when.when;
	return err ? err : scope_check_reach(l->draft, s);
}

static int read_profile(const struct layer *l, const struct yaml_node *n, struct scope_draft *s)
{
	s->profile_node = n;
	for (size_t i = 0; n->kind == YAML_SCALAR && profiles[i].name; i++) {
		if (slice_eq(n->text, slice_str(profiles[i].name)))
			s->profile = &profiles[i];
	}
	if (!s->profile)
		return complain(l, n,
				"`profile` of a scope must be one of those that come with the "
				"program, such as strict");
	return 0;
}

static int read_text(const struct layer *l, const struct yaml_node *n, const char *key,
		     const struct yaml_node **ret)
{
	*ret = n;
	if (n->kind == YAML_SCALAR && slice_trim(n->text).len > 0 && n->text.len <= TEXT_MOST)
		return 0;
	return diag_add(l->draft->diags, n->mark,
			"`%s` of a scope must be a text of at most %d characters, not %s", key,
			TEXT_MOST, yaml_words(n, l->draft->scratch));
}

static int keep(struct draft *d, const struct scope_draft *s)
{
	return ARENA_APPEND(d->scratch, d->scopes, d->scope_count, *s);
}

static int read_key(const struct layer *l, unsigned key, const struct yaml_node *n, void *ret)
{
	struct scope_draft *s = ret;

	switch ((enum key_of_SCOPE) key) {
	case KEY_SCOPE_name:
		return read_name(l, n, s);
	case KEY_SCOPE_when:
		return read_when(l, n, s);
	case KEY_SCOPE_profile:
		return read_profile(l, n, s);
	case KEY_SCOPE_rules:
		s->rules = n;
		return 0;
	case KEY_SCOPE_reason:
		return read_text(l, n, "reason", &s->reason);
	case KEY_SCOPE_owner:
		return read_text(l, n, "owner", &s->owner);
	}
	return 0;
}

static const char *need(unsigned key)
{
	switch ((enum key_of_SCOPE) key) {
	case KEY_SCOPE_name:
		return "a scope needs a `name`, which decision records tell it by";
	case KEY_SCOPE_when:
		return "a scope needs `when`, the requests that it is for; settings for all of "
		       "them stand under `rules` of the policy";
	case KEY_SCOPE_profile:
	case KEY_SCOPE_rules:
	case KEY_SCOPE_reason:
	case KEY_SCOPE_owner:
		break;
	}
	return NULL;
}

static int read_scope(const struct layer *l, const struct yaml_node *n)
{
	static const struct key_reader reader = { KEYS_SCOPE, "a scope", read_key, need };
	struct scope_draft s = { .layer = l, .node = n };
	int bad;

	if (n->kind != YAML_MAP)
		return complain(l, n, "a scope must be a mapping of name, when and rules");
	bad = draft_read_keys(l, n, &reader, &s);
	if (bad >= 0 && !s.profile_node && !s.rules)
		bad = diag_add(
			l->draft->diags, n->mark,
			"a scope needs `rules`, a `profile`, or both; it changes nothing now");
	return bad ? bad : keep(l->draft, &s);
}

int draft_read_scopes(struct layer *l, const struct yaml_node *n)
{
	if (n->kind != YAML_LIST)
		return complain(l, n,
				"`scopes` must be a list of mappings, each begun by `- name: ...`");
	if (l->draft->scope_count + n->count > SCOPES_MOST)
		return diag_add(l->draft->diags, n->mark,
				"there are %zu scopes; at most %d are possible",
				l->draft->scope_count + n->count, SCOPES_MOST);
	for (const struct yaml_node *item = n->first; item; item = item->next) {
		int err = read_scope(l, item);

		if (err < 0)
			return err;
	}
	return 0;
}

/* The lists that a config points to are never written again, so that two may share them. */
static struct rule_setting *copy_settings(const struct rule_setting *from, struct arena *a)
{
	struct rule_setting *copy = arena_alloc(a, rules_count(), sizeof(*copy));

	for (size_t i = 0; copy && i < rules_count(); i++) {
		void *config = NULL;

		if (rules_at(i)->size > 0) {
			config = arena_alloc(a, 1, rules_at(i)->size);
			if (!config)
				return NULL;
			memcpy(config, from[i].config, rules_at(i)->size);
		}
		copy[i] = (struct rule_setting){ from[i].action, config };
	}
	return copy;
}

/* Has `rules` written into what `settings` is a copy of. */
static int lay_rules(struct layer *l, const struct yaml_node *rules, struct rule_setting *settings)
{
	struct policy *p = l->draft->policy;
	struct rule_setting *outside = p->settings;
	int err;

	l->set_by = arena_alloc(l->draft->scratch, rules_count(), sizeof(*l->set_by));
	if (!l->set_by)
		return -ENOMEM;
	p->settings = settings;
	err = draft_read_rules(l, rules);
	p->settings = outside;
	return err;
}

/* Read once, however many scopes start from it. */
static int profile_settings(struct draft *d, const struct embedded_profile *profile,
			    const struct rule_setting **ret)
{
	size_t i = (size_t) (profile - profiles);
	struct layer l = { .draft = d, .built_in = true, .scope = true, .edition = EDITION_1_11_0 };
	struct slice text = { profile->text, profile->len };
	const struct yaml_node *root;
	struct rule_setting *settings;
	int err;

	if (i < PROFILES_MOST && d->profile_settings[i]) {
		*ret = d->profile_settings[i];
		return 0;
	}
	settings = policy_new_settings(d->policy);
	if (!settings)
		return -ENOMEM;
	err = yaml_read(d->scratch, text, profile->name, &root, d->diags);
	if (err == 0)
		err = lay_rules(&l, yaml_get(root, SLICE("rules")), settings);
	if (err == 0 && i < PROFILES_MOST) {
		d->profile_settings[i] = settings;
		d->texts[d->text_count++] = text;
	}
	*ret = settings;
	return err;
}

/* Who may do what is `access` of the policy, which no profile knows of. */
static void keep_access(const struct policy *p, struct rule_setting *settings)
{
	size_t i = rules_index(rules_find(SLICE("trusted-users")));

	settings[i] = p->settings[i];
}

static int lay_scope(struct draft *d, struct scope_draft *s)
{
	const struct rule_setting *base = d->policy->settings;
	struct layer l = {
		.draft = d, .below = s->layer->below, .scope = true, .edition = s->layer->edition
	};
	struct rule_setting *settings;
	int err = s->profile ? profile_settings(d, s->profile, &base) : 0;

	if (err)
		return err;
	settings = copy_settings(base, d->policy->arena);
	if (!settings)
		return -ENOMEM;
	if (s->profile)
		keep_access(d->policy, settings);
	if (s->rules)
		err = lay_rules(&l, s->rules, settings);
	s->scope.settings = settings;
	s->set_by = l.set_by;
	return err < 0 ? err : scope_check_settings(d, s, settings);
}

int draft_finish_scopes(struct draft *d)
{
	struct scopes *scopes = &d->policy->scopes;
	struct scope *items = arena_alloc(d->policy->arena, d->scope_count, sizeof(*items));
	int err = scope_check_names(d);

	if (!items)
		return -ENOMEM;
	for (size_t i = 0; err == 0 && i < d->scope_count; i++) {
		err = lay_scope(d, &d->scopes[i]);
		if (!d->scopes[i].when.elsewhere)
			items[scopes->count++] = d->scopes[i].scope;
	}
	if (err)
		return err;
	scope_check_sense(d);
	scopes->items = items;
	return scopes_index(scopes, d->policy->arena);
}
