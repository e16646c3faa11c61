/*
 * access-load.c - `access:` from YAML.
 *
 * The rules of a team's own profile stand before the file's, and as the first that matches decides,
 * the file cannot give what the profile refuses.
 */
#include "base/arena.h"
#include "kit/words.h"
#include "load/access-check.h"
#include "load/condition-check.h"
#include "load/draft.h"
#include "policy-internal.h"
#include "policy/key.h"
#include "yaml/yaml-doc.h"

static int add_rule(struct draft *d, const struct access_rule *rule, const struct yaml_node *n)
{
	size_t count = d->access_count;
	int err = ARENA_APPEND(d->scratch, d->access_nodes, count, n);

	return err ? err : ARENA_APPEND(d->policy->arena, d->access, d->access_count, *rule);
}

/* A rule while it is read. */
struct rule_draft {
	struct access_rule rule;
	const struct yaml_node *images, *allow;
};

/* The operations that it may decide. */
static struct bit_set operations_of(const struct access_rule *rule)
{
	struct bit_set names = rule->allow;

	bit_set_join(&names, &rule->deny);
	for (enum op op = 0; op < OP_COUNT && rule->images.count > 0; op++) {
		if (!op_names_images(op))
			bit_set_remove(&names, op);
	}
	return names;
}

static int read_users(const struct layer *l, const struct yaml_node *n, struct words *ret)
{
	if (n->kind != YAML_LIST)
		return diag_add(l->draft->diags, n->mark,
				"`users` must be a list in brackets, not %s",
				yaml_words(n, l->draft->scratch));
	return draft_read_users(l, n, "users", ret);
}

static int read_images(const struct layer *l, const struct yaml_node *n, struct words *ret)
{
	int err;

	if (n->kind != YAML_LIST || n->count == 0)
		return diag_add(l->draft->diags, n->mark,
				"`images` must be a list of one or more in brackets, such as "
				"[\"registry.example.com/team/**\"], not %s",
				yaml_words(n, l->draft->scratch));
	err = draft_read_globs(l, n, "images", ret);
	return err ? err : condition_check_images(l->draft, n);
}

/* A list that is empty names nothing; a rule that names nothing is complained of elsewhere. */
static int read_operations(const struct layer *l, const struct yaml_node *n, const char *key,
			   enum op_use use, struct bit_set *ret)
{
	if (n->kind != YAML_LIST)
		return diag_add(l->draft->diags, n->mark, "`%s` must be a list in brackets, not %s",
				key, yaml_words(n, l->draft->scratch));
	return draft_read_operations(l, n, key, use, ret);
}

static int check_effect(const struct layer *l, const struct yaml_node *n,
			const struct rule_draft *r)
{
	const struct access_rule *rule = &r->rule;

	if (bit_set_empty(&rule->allow) && bit_set_empty(&rule->deny))
		return diag_add(
			l->draft->diags, n->mark,
			"a rule of `access` needs `allow` or `deny`; it decides nothing now");
	if (r->allow && bit_set_within(&rule->allow, &rule->deny))
		return diag_add(l->draft->diags, r->allow->mark,
				"`allow` has no effect here, since `deny` names all of it and goes "
				"before it; leave one of the two out");
	return 0;
}

/* Of such calls a rule by image says nothing, which its writer would not notice. */
static int check_images(const struct layer *l, const struct rule_draft *r)
{
	struct bit_set names = operations_of(&r->rule);

	if (!r->images || !bit_set_empty(&names))
		return 0;
	return diag_add(
		l->draft->diags, r->images->mark,
		"this rule decides nothing: it is for calls that name an image, and none of "
		"its operations does; list one such as container.create, image.pull or "
		"image.build, or take `images` out");
}

static bool denies(const struct draft *d)
{
	return d->access_default && choice_denies(d->access_default->text);
}

/* What the profile refuses to everybody that it does not name, no file upon it may give. */
static int check_final(const struct layer *l, const struct yaml_node *n,
		       const struct access_rule *rule)
{
	const struct rule *judge = rules_find(SLICE("trusted-users"));
	const struct final_rule *final = draft_final(l->draft, l, judge);

	if (!final || bit_set_empty(&rule->allow) || !denies(l->draft))
		return 0;
	diag_add(l->draft->diags, n->mark,
		 "this rule allows what the profile's `default: deny` refuses, and the profile has "
		 "`trusted-users` final; take it out here, or have it put into the profile");
	diag_note(l->draft->diags, final->key->mark, "final here");
	return BAD_INPUT;
}

static int read_rule_key(const struct layer *l, unsigned key, const struct yaml_node *n, void *ret)
{
	struct rule_draft *r = ret;

	switch ((enum key_of_ACCESS_RULE) key) {
	case KEY_ACCESS_RULE_users:
		return read_users(l, n, &r->rule.users);
	case KEY_ACCESS_RULE_images:
		r->images = n;
		return read_images(l, n, &r->rule.images);
	case KEY_ACCESS_RULE_allow:
		r->allow = n;
		return read_operations(l, n, "allow", OPS_ALLOWED, &r->rule.allow);
	case KEY_ACCESS_RULE_deny:
		return read_operations(l, n, "deny", OPS_MEANT, &r->rule.deny);
	}
	return 0;
}

static const char *need_in_rule(unsigned key)
{
	if (key != KEY_ACCESS_RULE_users)
		return NULL;
	return "a rule of `access` needs `users`; [\"*\"] is everybody with a name, [\"\"] those "
	       "without";
}

static int read_rule(const struct layer *l, const struct yaml_node *n)
{
	static const struct key_reader reader = { KEYS_ACCESS_RULE, "a rule of `access`",
						  read_rule_key, need_in_rule };
	struct rule_draft r = { 0 };
	int bad;

	if (n->kind != YAML_MAP)
		return diag_add(
			l->draft->diags, n->mark,
			"a rule of `access` must be a mapping, such as { users: [\"ci-*\"], allow: "
			"[container.*] }, not %s",
			yaml_words(n, l->draft->scratch));
	bad = draft_read_keys(l, n, &reader, &r);
	if (bad == 0)
		bad = check_effect(l, n, &r);
	if (bad == 0)
		bad = check_images(l, &r);
	if (bad == 0)
		bad = check_final(l, n, &r.rule);
	return bad ? bad : add_rule(l->draft, &r.rule, n);
}

static int read_rules(const struct layer *l, const struct yaml_node *n)
{
	if (n->kind != YAML_LIST)
		return diag_add(l->draft->diags, n->mark,
				"`rules` of `access` must be a list, not %s",
				yaml_words(n, l->draft->scratch));
	for (const struct yaml_node *rule = n->first; rule; rule = rule->next) {
		int err = read_rule(l, rule);

		if (err < 0)
			return err;
	}
	return 0;
}

static int read_default(const struct layer *l, const struct yaml_node *n)
{
	struct draft *d = l->draft;

	if (n->kind != YAML_SCALAR || choice_word(n->text))
		return diag_add(d->diags, n->mark,
				"`default` of `access` must be allow or deny, not %s",
				yaml_words(n, d->scratch));
	if (d->access_default && !slice_eq(d->access_default->text, n->text)) {
		diag_add(d->diags, n->mark,
			 "`default` of `access` is %s here, and the profile says otherwise; leave "
			 "one of the two out",
			 yaml_words(n, d->scratch));
		diag_note(d->diags, d->access_default->mark, "%s by the profile",
			  yaml_words(d->access_default, d->scratch));
		return BAD_INPUT;
	}
	d->access_default = n;
	return 0;
}

/* `default` comes first: what a rule may give rests on it. */
static int read_key(const struct layer *l, unsigned key, const struct yaml_node *n, void *ret)
{
	const struct yaml_node **rules = ret;

	switch ((enum key_of_ACCESS) key) {
	case KEY_ACCESS_default:
		return read_default(l, n);
	case KEY_ACCESS_rules:
		*rules = n;
		return read_rules(l, n);
	}
	return 0;
}

int draft_read_access(struct layer *l, const struct yaml_node *n)
{
	static const struct key_reader reader = { KEYS_ACCESS, "`access`", read_key, NULL };
	const struct yaml_node *rules = NULL;
	struct draft *d = l->draft;
	int bad;

	if (n->kind != YAML_MAP)
		return diag_add(d->diags, n->mark,
				"`access` must be a mapping of `default` and `rules`, not %s",
				yaml_words(n, d->scratch));
	bad = draft_read_keys(l, n, &reader, &rules);
	if (bad == 0 && (!rules || rules->count == 0) && !denies(d))
		bad = diag_add(d->diags, n->mark,
			       "`access` refuses nobody; give `rules`, or `default: deny`");
	return bad;
}

/* What earlier rules decide for everybody of a kind, and the latest of those rules. */
struct decided {
	struct bit_set operations;
	const struct yaml_node *by;
};

enum kind { NAMED, NAMELESS, KINDS };

static enum kind kind_of(struct slice user)
{
	return user.len > 0 ? NAMED : NAMELESS;
}

static bool means_all(struct slice user)
{
	for (size_t i = 0; i < user.len; i++) {
		if (user.ptr[i] != '*')
			return false;
	}
	return true;
}

/* Whether each of the rule's users would find all that it names decided. */
static bool is_decided(const struct access_rule *rule, const struct bit_set *names,
		       const struct decided *before)
{
	for (size_t i = 0; i < rule->users.count; i++) {
		if (!bit_set_within(names, &before[kind_of(rule->users.items[i])].operations))
			return false;
	}
	return rule->users.count > 0;
}

static void decide_for_all(const struct access_rule *rule, const struct bit_set *names,
			   const struct yaml_node *n, struct decided *before)
{
	for (size_t i = 0; i < rule->users.count; i++) {
		struct decided *d = &before[kind_of(rule->users.items[i])];

		if (!means_all(rule->users.items[i]))
			continue;
		bit_set_join(&d->operations, names);
		d->by = n;
	}
}

static void complain_of_decided(const struct draft *d)
{
	struct decided before[KINDS] = { 0 };

	for (size_t i = 0; i < d->access_count; i++) {
		const struct access_rule *rule = &d->access[i];
		struct bit_set names = operations_of(rule);

		if (is_decided(rule, &names, before)) {
			diag_add(
				d->diags, d->access_nodes[i]->mark,
				"this rule of `access` decides nothing: rules before it decide all "
				"that it names, for all its users; move it up, or remove it");
			diag_note(d->diags, before[kind_of(rule->users.items[0])].by->mark,
				  "the last of them");
		}
		/* Of other images it leaves the decision to those behind it. */
		if (rule->images.count == 0)
			decide_for_all(rule, &names, d->access_nodes[i], before);
	}
}

/* Valid, and seldom meant: whoever wrote it waits for rules that are not there. */
static void warn_of_nothing_allowed(const struct draft *d)
{
	for (size_t i = 0; i < d->access_count; i++) {
		if (!bit_set_empty(&d->access[i].allow))
			return;
	}
	/* A rule with a mistake is not among them. */
	if (denies(d) && !diags_bad(d->diags))
		diag_warn(
			d->diags, d->access_default->mark,
			"`default: deny` here denies every call of everybody, docker ps too, as no "
			"rule of `access` allows any; add `rules`, such as { users: [\"ops-*\"], "
			"allow: [\"*\"] }");
}

int draft_finish_access(struct draft *d)
{
	struct access *access =
		policy_config(d->policy, rules_index(rules_find(SLICE("trusted-users"))));
	int err;

	if (d->access_count == 0 && !d->access_default)
		return 0;
	complain_of_decided(d);
	warn_of_nothing_allowed(d);
	*access = (struct access){
		.denies = denies(d),
		.rules = d->access,
		.count = d->access_count,
	};
	err = access_index(access, d->policy->arena);
	return err ? err : access_check(access, d);
}
