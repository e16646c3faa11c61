#include "access.h"

#include <errno.h>

#include "base/arena.h"
#include "base/glob.h"
#include "policy/op.h"
#include "yaml-doc.h"

static bool lists(const struct words *globs, struct slice text)
{
	for (size_t i = 0; i < globs->count; i++) {
		if (glob_match(globs->items[i], text))
			return true;
	}
	return false;
}

/* A star is any name; a caller without one is meant by the empty word alone. */
static bool names(const struct words *users, struct slice user)
{
	for (size_t i = 0; i < users->count; i++) {
		if (users->items[i].len == 0 ? user.len == 0
					     : user.len > 0 && glob_match(users->items[i], user))
			return true;
	}
	return false;
}

bool access_allows(const struct access *a, struct slice user, struct slice operation, size_t *rule)
{
	for (size_t i = 0; i < a->count; i++) {
		const struct access_rule *r = &a->rules[i];

		*rule = i + 1;
		if (!names(&r->users, user))
			continue;
		if (lists(&r->deny, operation))
			return false;
		if (lists(&r->allow, operation))
			return true;
	}
	*rule = 0;
	return !a->denies;
}

/* A pattern that meets no operation would be a rule that nobody notices is none. */
static int check_operation(const struct yaml_node *n, struct arena *a, struct diags *d)
{
	const char *names[OP_COUNT + 1] = { 0 };
	const char *nearest;

	for (enum op op = 0; op < OP_COUNT; op++) {
		names[op] = op_name(op);
		if (glob_match(n->text, slice_str(names[op])))
			return 0;
	}
	nearest = diag_nearest(n->text, names);
	if (nearest)
		return diag_add(d, n->mark, "there is no operation %s; did you mean `%s`?",
				yaml_words(n, a), nearest);
	return diag_add(
		d, n->mark,
		"there is no operation %s; write one such as container.create, or a glob such as container.*",
		yaml_words(n, a));
}

static int read_words(const struct yaml_node *n, const char *what, bool operations, struct arena *a,
		      struct words *ret, struct diags *d)
{
	struct slice *items;
	size_t count = 0;

	if (n->kind != YAML_LIST)
		return diag_add(d, n->mark, "`%s` must be a list in brackets, not %s", what,
				yaml_words(n, a));
	items = arena_alloc(a, n->count + 1, sizeof(*items));
	if (!items)
		return -ENOMEM;
	for (const struct yaml_node *word = n->first; word; word = word->next) {
		int err = 0;

		if (word->kind != YAML_SCALAR || (word->plain && word->text.len == 0))
			err = diag_add(d, word->mark, "`%s` must list words, not %s", what,
				       yaml_words(word, a));
		else if (operations)
			err = check_operation(word, a, d);
		if (err == 0)
			err = arena_copy(a, word->text, &items[count++]);
		if (err < 0)
			return err;
	}
	*ret = (struct words){ items, count };
	return 0;
}

static int read_list(const struct yaml_node *map, const char *key, bool operations, struct arena *a,
		     struct words *ret, struct diags *d)
{
	const struct yaml_node *n = yaml_get(map, slice_str(key));

	return n ? read_words(n, key, operations, a, ret, d) : 0;
}

static int read_rule(const struct yaml_node *n, struct arena *a, struct access_rule *ret,
		     struct diags *d)
{
	static const char *const known[] = { "users", "allow", "deny", NULL };
	int err;

	if (n->kind != YAML_MAP)
		return diag_add(
			d, n->mark,
			"a rule of `access` must be a mapping, such as { users: [\"ci-*\"], allow: "
			"[container.*] }, not %s",
			yaml_words(n, a));
	yaml_check_keys(n, known, "a rule of `access`", "key", a, d);
	if (!yaml_get(n, SLICE("users")))
		return diag_add(
			d, n->mark,
			"a rule of `access` needs `users`; [\"*\"] is everybody with a name, "
			"[\"\"] those without");
	if (!yaml_get(n, SLICE("allow")) && !yaml_get(n, SLICE("deny")))
		return diag_add(
			d, n->mark,
			"a rule of `access` needs `allow` or `deny`; it decides nothing now");
	err = read_list(n, "users", false, a, &ret->users, d);
	if (err == 0)
		err = read_list(n, "allow", true, a, &ret->allow, d);
	return err ? err : read_list(n, "deny", true, a, &ret->deny, d);
}

static int read_rules(const struct yaml_node *n, struct arena *a, struct access *ret,
		      struct diags *d)
{
	struct access_rule *rules;
	size_t count = 0;

	if (n->kind != YAML_LIST)
		return diag_add(d, n->mark, "`rules` of `access` must be a list, not %s",
				yaml_words(n, a));
	rules = arena_alloc(a, n->count + 1, sizeof(*rules));
	if (!rules)
		return -ENOMEM;
	for (const struct yaml_node *rule = n->first; rule; rule = rule->next) {
		int err = read_rule(rule, a, &rules[count++], d);

		if (err < 0)
			return err;
	}
	ret->rules = rules;
	ret->count = count;
	return 0;
}

static int read_default(const struct yaml_node *n, struct arena *a, struct access *ret,
			struct diags *d)
{
	bool denies = n->kind == YAML_SCALAR && slice_eq(n->text, SLICE("deny"));

	if (!denies && (n->kind != YAML_SCALAR || !slice_eq(n->text, SLICE("allow"))))
		return diag_add(d, n->mark, "`default` of `access` must be allow or deny, not %s",
				yaml_words(n, a));
	ret->denies = denies;
	return 0;
}

int access_read(const struct yaml_node *n, struct arena *a, struct access *ret, struct diags *d)
{
	static const char *const known[] = { "default", "rules", NULL };
	const struct yaml_node *fallback, *rules;
	struct access access = { 0 };
	int err = 0;

	if (n->kind != YAML_MAP)
		return diag_add(d, n->mark,
				"`access` must be a mapping of `default` and `rules`, not %s",
				yaml_words(n, a));
	yaml_check_keys(n, known, "`access`", "key", a, d);
	fallback = yaml_get(n, SLICE("default"));
	rules = yaml_get(n, SLICE("rules"));
	if (fallback)
		err = read_default(fallback, a, &access, d);
	if (err >= 0 && rules)
		err = read_rules(rules, a, &access, d);
	if (err < 0)
		return err;
	if (!access.denies && access.count == 0)
		return diag_add(d, n->mark,
				"`access` refuses nobody; give `rules`, or `default: deny`");
	*ret = access;
	return 0;
}
