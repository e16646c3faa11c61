/*
 * group-load.c - `groups:` from YAML: names for users, which lists of users then hold in their
 * place.
 *
 * A group is gone when loading is over: its members stand wherever `@name` stood, so that a
 * decision knows of users alone. Those of a team's own profile are the policy's too.
 */
#include <errno.h>

#include "base/arena.h"
#include "load/draft.h"
#include "policy-internal.h"
#include "yaml/yaml-doc.h"

static struct group_draft *find(const struct draft *d, struct slice name)
{
	for (size_t i = 0; i < d->group_count; i++) {
		if (slice_eq(d->groups[i].node->key->text, name))
			return &d->groups[i];
	}
	return NULL;
}

static int check_members(const struct layer *l, const struct yaml_node *n)
{
	struct draft *d = l->draft;

	if (n->kind != YAML_LIST || n->count == 0)
		return diag_add(d->diags, n->mark,
				"a group must be a list of one or more users, such as [kim, "
				"\"ops-*\"], not %s",
				yaml_words(n, d->scratch));
	for (const struct yaml_node *user = n->first; user; user = user->next) {
		if (user->kind == YAML_SCALAR && slice_starts(user->text, SLICE("@")))
			return diag_add(
				d->diags, user->mark,
				"a group lists users and no groups; write the members of %s here",
				yaml_words(user, d->scratch));
	}
	return 0;
}

static int check_name(const struct layer *l, const struct yaml_node *n)
{
	struct draft *d = l->draft;
	const struct group_draft *other = find(d, n->key->text);

	if (!policy_is_name(n->key->text))
		return diag_add(d->diags, n->key->mark,
				"the name of a group must be 1 to 64 letters, digits, `-`, `_` and "
				"`.`, such as ops, not %s",
				yaml_words(n->key, d->scratch));
	if (!other)
		return 0;
	diag_add(d->diags, n->key->mark,
		 "the profile has a group %s too; use that one as it is, or give this one another "
		 "name",
		 yaml_words(n->key, d->scratch));
	diag_note(d->diags, other->node->key->mark, "the other one");
	return BAD_INPUT;
}

static int read_group(const struct layer *l, const struct yaml_node *n)
{
	struct draft *d = l->draft;
	struct group_draft group = { .node = n, .shared = l->shared };
	int err = check_name(l, n);

	if (err == 0)
		err = check_members(l, n);
	if (err == 0)
		err = draft_read_users(l, n, "groups", &group.users);
	if (err < 0)
		return err;
	/* One with a mistake is kept too: what names it is not mistaken. */
	return ARENA_APPEND(d->scratch, d->groups, d->group_count, group);
}

int draft_read_groups(struct layer *l, const struct yaml_node *n)
{
	if (n->kind != YAML_MAP)
		return diag_add(
			l->draft->diags, n->mark,
			"`groups` must be a mapping of names to lists of users, such as `ops: [kim, "
			"\"ops-*\"]`, not %s",
			yaml_words(n, l->draft->scratch));
	for (const struct yaml_node *group = n->first; group; group = group->next) {
		int err = read_group(l, group);

		if (err < 0)
			return err;
	}
	return 0;
}

static int complain(const struct draft *d, const struct yaml_node *word)
{
	const char **names = arena_alloc(d->scratch, d->group_count + 1, sizeof(*names));
	const char *nearest;

	if (!names)
		return -ENOMEM;
	for (size_t i = 0; i < d->group_count; i++) {
		struct slice name;
		int err = arena_printf(d->scratch, &name, "%.*s",
				       SLICE_ARG(d->groups[i].node->key->text));

		if (err)
			return err;
		names[i] = name.ptr;
	}
	nearest = diag_nearest(slice_from(word->text, 1), names);
	if (nearest)
		return diag_add(d->diags, word->mark, "there is no group %s; did you mean `@%s`?",
				yaml_words(word, d->scratch), nearest);
	return diag_add(
		d->diags, word->mark,
		"there is no group %s; name its members under `groups`, or write `?%.*s` for "
		"a user whose name begins so",
		yaml_words(word, d->scratch), SLICE_ARG(slice_from(word->text, 1)));
}

int draft_group(const struct draft *d, const struct yaml_node *word, const struct words **ret)
{
	struct group_draft *group;

	*ret = NULL;
	if (word->kind != YAML_SCALAR || !slice_starts(word->text, SLICE("@")))
		return 0;
	group = find(d, slice_from(word->text, 1));
	if (!group)
		return complain(d, word);
	group->used = true;
	*ret = &group->users;
	return 0;
}

void draft_finish_groups(const struct draft *d)
{
	if (diags_bad(d->diags))
		return;
	for (size_t i = 0; i < d->group_count; i++) {
		const struct yaml_node *name = d->groups[i].node->key;

		/* A team's own profile has groups for policies that need some of them. */
		if (!d->groups[i].used && !d->groups[i].shared)
			diag_warn(d->diags, name->mark,
				  "no list of users names the group %s; write `@%.*s` where it is "
				  "meant",
				  yaml_words(name, d->scratch), SLICE_ARG(name->text));
	}
}
