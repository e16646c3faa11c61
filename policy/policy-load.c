/*
 * policy-load.c - YAML to policy.
 *
 * A policy is laid in two layers upon one where every rule is off: first the profile, then the
 * file, each read by the same code. A mistake never stops the reading; it is noted, and one run
 * tells them all. What is read so far may then be half right, so nothing leaves this file while
 * `diags_bad`.
 */
#include "policy/policy-load.h"

#include <errno.h>

#include "access.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/read-file.h"
#include "param.h"
#include "policy-internal.h"
#include "policy/rule.h"
#include "profiles.h"
#include "yaml-doc.h"

#define EDITION "cis-docker-1.11.0"

enum {
	NAME_MOST = 64,
	SCRATCH_MOST = 160 << 20, /* what the tree of the largest file takes */
	TEXT_MOST = 4 * YAML_SIZE_MOST,
};

/* The file being read, and what it is laid upon. */
struct layer {
	struct policy *policy;
	struct arena *scratch; /* the tree and the words of messages; gone when loading is over */
	struct diags *diags;
	const struct yaml_node **set_by; /* for each rule: the key that set it in this layer */
};

struct choice {
	const char *word;
	int value;
};

static const struct choice actions[] = {
	{ "deny", ACTION_DENY },
	{ "warn", ACTION_WARN },
	{ "off", ACTION_OFF },
	{ 0 },
};

static const struct choice modes[] = { { "enforce", true }, { "warn", false }, { 0 } };

/* False when the node is none of the words; the caller says what would be. */
static bool choose(const struct yaml_node *n, const struct choice *choices, int *ret)
{
	for (; n->kind == YAML_SCALAR && choices->word; choices++) {
		if (slice_eq(n->text, slice_str(choices->word))) {
			*ret = choices->value;
			return true;
		}
	}
	return false;
}

static int read_version(struct layer *l, const struct yaml_node *n)
{
	if (yaml_plain(n) && slice_eq(n->text, SLICE("1")))
		return 0;
	return diag_add(
		l->diags, n->mark,
		"`version` must be 1 (without quotes), not %s; this program knows no other version "
		"of the policy language",
		yaml_words(n, l->scratch));
}

static bool is_name(struct slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') &&
		    !slice_find(SLICE("-_."), c))
			return false;
	}
	return s.len > 0 && s.len <= NAME_MOST;
}

static int read_name(struct layer *l, const struct yaml_node *n)
{
	if (n->kind != YAML_SCALAR || !is_name(n->text))
		return diag_add(l->diags, n->mark,
				"`name` must be 1 to %d letters, digits, `-`, `_` and `.`, such as "
				"web-hosts, not %s",
				NAME_MOST, yaml_words(n, l->scratch));
	return arena_copy(l->policy->arena, n->text, &l->policy->name);
}

static int read_benchmark(struct layer *l, const struct yaml_node *n)
{
	if (n->kind == YAML_SCALAR && slice_eq(n->text, SLICE(EDITION)))
		return 0;
	return diag_add(l->diags, n->mark,
			"`benchmark` must be " EDITION
			", not %s; this version reads numbers in no other "
			"edition",
			yaml_words(n, l->scratch));
}

static int read_mode(struct layer *l, const struct yaml_node *n)
{
	int enforce;

	if (!choose(n, modes, &enforce))
		return diag_add(l->diags, n->mark, "`mode` must be enforce or warn, not %s",
				yaml_words(n, l->scratch));
	l->policy->enforce = enforce;
	return 0;
}

static int read_action(struct layer *l, const struct yaml_node *n, const struct rule *rule)
{
	int action;

	if (!choose(n, actions, &action))
		return diag_add(l->diags, n->mark,
				"the action of `%s` must be deny, warn or off, not %s", rule->id,
				yaml_words(n, l->scratch));
	if (action == ACTION_OFF && rule->always)
		return diag_add(l->diags, n->mark,
				"`%s` may be lowered to warn, but not switched off", rule->id);
	l->policy->settings[rules_index(rule)].action = (enum action) action;
	return 0;
}

/* `action`, which may be left out, and the rule's own options, one at least of all these. */
static int read_options(struct layer *l, const struct yaml_node *n, const struct rule *rule)
{
	const struct yaml_node *action = yaml_get(n, SLICE("action"));
	size_t i = rules_index(rule);
	int err = 0;

	if (n->count == 0)
		return diag_add(l->diags, n->mark,
				"`%s` is given nothing; write deny, warn, off or options",
				rule->id);
	if (action)
		err = read_action(l, action, rule);
	if (err == 0 && l->policy->settings[i].action == ACTION_OFF && (!action || n->count > 1))
		err = diag_add(l->diags, n->mark,
			       "the options of `%s` have no effect, since the rule is off; add "
			       "`action: deny`",
			       rule->id);
	if (err < 0)
		return err;
	return param_read(rule, n, policy_config(l->policy, i), l->policy->arena, l->diags);
}

static bool is_number(struct slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		if ((s.ptr[i] < '0' || s.ptr[i] > '9') && s.ptr[i] != '.')
			return false;
	}
	return s.len > 0;
}

static int complain_number(const struct layer *l, const struct yaml_node *key)
{
	for (size_t i = 0; i < rules_count(); i++) {
		const struct rule *rule = rules_at(i);

		if (rule->later && slice_eq(key->text, slice_str(rule->later)))
			return diag_add(
				l->diags, key->mark,
				"%s is the number of `%s` in a later benchmark; write the name, since "
				"numbers are read in " EDITION,
				yaml_words(key, l->scratch), rule->id);
	}
	return diag_add(l->diags, key->mark,
			"no rule has the number %s in " EDITION "; `cis-authz rules` lists them",
			yaml_words(key, l->scratch));
}

static int complain_rule(const struct layer *l, const struct yaml_node *key)
{
	const char *nearest = rules_nearest(key->text);

	if (is_number(key->text))
		return complain_number(l, key);
	if (nearest)
		return diag_add(l->diags, key->mark,
				"unknown rule %s; did you mean `%s`? `cis-authz rules` lists them",
				yaml_words(key, l->scratch), nearest);
	return diag_add(l->diags, key->mark, "unknown rule %s; `cis-authz rules` lists them",
			yaml_words(key, l->scratch));
}

static int read_rule(struct layer *l, const struct yaml_node *n)
{
	const struct rule *rule = rules_find(n->key->text);
	const struct yaml_node **set_by;

	if (!rule)
		return complain_rule(l, n->key);
	set_by = &l->set_by[rules_index(rule)];
	if (*set_by) {
		diag_add(l->diags, n->key->mark,
			 "%s is the rule `%s` once more; keep one of the two",
			 yaml_words(n->key, l->scratch), rule->id);
		diag_note(l->diags, (*set_by)->mark, "first set here");
		return BAD_INPUT;
	}
	*set_by = n->key;
	return n->kind == YAML_MAP ? read_options(l, n, rule) : read_action(l, n, rule);
}

static int read_rules(struct layer *l, const struct yaml_node *n)
{
	if (n->kind != YAML_MAP)
		return diag_add(
			l->diags, n->mark,
			"`rules` must be a mapping, such as `privileged: deny` on a line each, not %s",
			yaml_words(n, l->scratch));
	for (const struct yaml_node *rule = n->first; rule; rule = rule->next) {
		int err = read_rule(l, rule);

		if (err < 0)
			return err;
	}
	return 0;
}

/* Settings of the rule trusted-users, under a key of their own: who may do what is read apart from
 * what is done. */
static int read_access(struct layer *l, const struct yaml_node *n)
{
	size_t i = rules_index(rules_find(SLICE("trusted-users")));
	struct rule_setting *setting = &l->policy->settings[i];

	if (setting->action == ACTION_OFF && l->set_by[i])
		return diag_add(
			l->diags, n->key->mark,
			"`access` has no effect, since the rule `trusted-users` is off; leave one of the two out");
	if (setting->action == ACTION_OFF)
		setting->action = ACTION_DENY;
	return access_read(n, l->policy->arena, policy_config(l->policy, i), l->diags);
}

/* Who writes these relies on them, so they are not passed over in silence. */
static int refuse_unenforced(struct layer *l, const struct yaml_node *n)
{
	return diag_add(
		l->diags, n->key->mark,
		"this version does not know %s yet, and would enforce nothing that stands there; "
		"remove it",
		yaml_words(n->key, l->scratch));
}

static const struct key {
	const char *name;
	int (*read)(struct layer *l, const struct yaml_node *n);
} keys[] = {
	{ "version", read_version }, { "name", read_name },   { "benchmark", read_benchmark },
	{ "profile", NULL }, /* choose_profile has read it: what the others mean rests on it */
	{ "mode", read_mode },       { "rules", read_rules }, { "exceptions", refuse_unenforced },
	{ "access", read_access },
};

enum { KEYS = sizeof(keys) / sizeof(keys[0]) };

static int read_key(struct layer *l, const struct yaml_node *n)
{
	for (size_t i = 0; i < KEYS; i++) {
		if (slice_eq(n->key->text, slice_str(keys[i].name)))
			return keys[i].read ? keys[i].read(l, n) : 0;
	}
	return 0;
}

/* An empty file (no `root`) changes nothing. */
static int lay(struct layer *l, const struct yaml_node *root)
{
	const char *known[KEYS + 1] = { 0 };

	if (!root)
		return 0;
	l->set_by = arena_alloc(l->scratch, rules_count(), sizeof(*l->set_by));
	if (!l->set_by)
		return -ENOMEM;
	if (root->kind != YAML_MAP)
		return diag_add(l->diags, root->mark,
				"a policy is a mapping of keys, such as `version: 1`, not %s",
				yaml_words(root, l->scratch));
	for (size_t i = 0; i < KEYS; i++)
		known[i] = keys[i].name;
	yaml_check_keys(root, known, "a policy", "key", l->scratch, l->diags);
	if (!yaml_get(root, SLICE("version")))
		diag_add(l->diags, root->mark,
			 "`version` is missing; write `version: 1` above this");
	for (const struct yaml_node *n = root->first; n; n = n->next) {
		int err = read_key(l, n);

		if (err < 0)
			return err;
	}
	return 0;
}

static const struct embedded_profile *find_profile(struct slice name)
{
	for (const struct embedded_profile *p = profiles; p->name; p++) {
		if (slice_eq(name, slice_str(p->name)))
			return p;
	}
	return NULL;
}

static void complain_profile(const struct layer *l, const struct yaml_node *n)
{
	struct buf b = BUF(l->scratch);
	struct slice names = SLICE("the name of one");

	for (const struct embedded_profile *p = profiles; p->name; p++) {
		if (p > profiles)
			buf_add(&b, p[1].name ? SLICE(", ") : SLICE(" or "));
		buf_add(&b, slice_str(p->name));
	}
	buf_done(&b, &names);
	diag_add(l->diags, n->mark, "`profile` must be %.*s, not %s", SLICE_ARG(names),
		 yaml_words(n, l->scratch));
}

/* Baseline where the file names none, and for the further reading of one that names it wrongly. */
static const struct embedded_profile *choose_profile(const struct layer *l,
						     const struct yaml_node *root)
{
	const struct embedded_profile *found = NULL;
	const struct yaml_node *n = NULL;

	if (root && root->kind == YAML_MAP)
		n = yaml_get(root, SLICE("profile"));
	if (n && n->kind == YAML_SCALAR)
		found = find_profile(n->text);
	if (n && !found)
		complain_profile(l, n);
	return found ? found : find_profile(SLICE("baseline"));
}

static int lay_profile(struct layer *l, const struct embedded_profile *profile)
{
	struct slice text = { profile->text, profile->len };
	const struct yaml_node *root;
	int err;

	l->policy->profile = slice_str(profile->name);
	err = yaml_read(l->scratch, text, profile->name, &root, l->diags);
	return err ? err : lay(l, root);
}

/* Both layers. 0 also when there are complaints. */
static int build(struct layer *l, struct slice text, const char *file)
{
	const struct embedded_profile *profile;
	const struct yaml_node *root;
	int err;

	err = yaml_read(l->scratch, text, file, &root, l->diags);
	if (err)
		return err;
	profile = choose_profile(l, root);
	err = lay_profile(l, profile);
	if (err < 0)
		return err;
	err = lay(l, root);
	if (err < 0)
		return err;
	policy_set_digest(l->policy, text, (struct slice){ profile->text, profile->len });
	return 0;
}

int policy_parse(struct slice text, const char *file, const struct policy **ret, struct diags *d)
{
	OWN(arena) scratch = arena_new(SCRATCH_MOST);
	struct policy *policy = policy_new();
	OWN_POLICY owner = policy;
	struct layer l = { .policy = policy, .scratch = scratch, .diags = d };
	int err;

	if (!scratch || !policy)
		return -ENOMEM;
	err = build(&l, text, file);
	if (err)
		return err;
	if (diags_bad(d))
		return BAD_INPUT;
	*ret = TAKE(owner);
	return 0;
}

int policy_load(const char *path, const struct policy **ret, struct diags *d)
{
	OWN(arena) a = NULL;
	struct slice text;
	int err;

	if (!path)
		return policy_parse(SLICE(""), "baseline", ret, d);
	a = arena_new(TEXT_MOST);
	if (!a)
		return -ENOMEM;
	err = read_file(a, path, YAML_SIZE_MOST, READ_FILE_TRUSTED, &text, d);
	if (err)
		return err;
	return policy_parse(text, path, ret, d);
}
