/*
 * condition-load.c - `when:` from YAML, of exceptions and scopes, with the `not:` in it.
 *
 * What could never match is refused here: its writer believes in something that is not there.
 */
#include <errno.h>

#include "base/arena.h"
#include "kit/words.h"
#include "load/condition-check.h"
#include "load/draft.h"
#include "policy-internal.h"
#include "policy/key.h"
#include "when/condition.h"
#include "yaml/yaml-doc.h"

/* A `when`, or the `not` in it, while it is read. */
struct asked {
	struct condition *condition;
	bool elsewhere; /* `host` means other hosts than this one */
};

static int read_users(const struct layer *l, const struct yaml_node *n, struct asked *ret)
{
	return draft_read_users(l, n, "user", &ret->condition->users);
}

static int read_images(const struct layer *l, const struct yaml_node *n, struct asked *ret)
{
	int err = draft_read_globs(l, n, "image", &ret->condition->images);

	return err ? err : condition_check_images(l->draft, n);
}

static int read_containers(const struct layer *l, const struct yaml_node *n, struct asked *ret)
{
	int err = draft_read_globs(l, n, "container", &ret->condition->containers);

	return err ? err : condition_check_containers(l->draft, n);
}

static int read_operations(const struct layer *l, const struct yaml_node *n, struct asked *ret)
{
	ret->condition->operations = (struct bit_set){ 0 };
	return draft_read_operations(l, n, "operation", OPS_MEANT, &ret->condition->operations);
}

static int read_hosts(const struct layer *l, const struct yaml_node *n, struct asked *ret)
{
	struct words hosts;
	int err = draft_read_globs(l, n, "host", &hosts);

	if (err == 0)
		err = condition_check_hosts(l->draft, n);
	if (err == 0)
		ret->elsewhere = !words_match(&hosts, l->draft->host);
	return err;
}

/* `not` has the same keys but itself. */
_Static_assert((int) KEY_NOT_user == (int) KEY_WHEN_user && (int) KEY_NOT_host == KEY_WHEN_host,
	       "in the same order");

static int read_key(const struct layer *l, unsigned key, const struct yaml_node *n, void *ret)
{
	switch ((enum key_of_WHEN) key) {
	case KEY_WHEN_user:
		return read_users(l, n, ret);
	case KEY_WHEN_image:
		return read_images(l, n, ret);
	case KEY_WHEN_container:
		return read_containers(l, n, ret);
	case KEY_WHEN_operation:
		return read_operations(l, n, ret);
	case KEY_WHEN_host:
		return read_hosts(l, n, ret);
	case KEY_WHEN_not:
		return 0; /* read when all else is */
	}
	return 0;
}

static int check_key(const struct layer *l, const struct yaml_node *key)
{
	static const char *const free_words[] = { "label", "labels", "env", "environment", NULL };

	for (const char *const *word = free_words; *word; word++) {
		if (slice_eq(key->text, slice_str(*word)))
			return diag_add(
				l->draft->diags, key->mark,
				"`%s` cannot be asked for: every caller can set it to what the "
				"policy wants; ask for user or image",
				*word);
	}
	return 0;
}

/* `words` says what the mapping is; `scope` which keys it may have. */
static int read_asked(const struct layer *l, const struct yaml_node *n, const char *words,
		      enum key_scope scope, struct asked *ret)
{
	const struct key_reader reader = { scope, words, read_key, NULL };

	if (n->kind != YAML_MAP || n->count == 0)
		return diag_add(l->draft->diags, n->mark,
				"%s must be a mapping of one or more of user, image, container, "
				"operation and host, not %s",
				words, yaml_words(n, l->draft->scratch));
	for (const struct yaml_node *key = n->first; key; key = key->next) {
		if (check_key(l, key->key))
			return BAD_INPUT;
	}
	for (enum op op = 0; op < OP_COUNT; op++)
		bit_set_add(&ret->condition->operations, op);
	return draft_read_keys(l, n, &reader, ret);
}

static int read_not(const struct layer *l, const struct yaml_node *n, struct when_draft *ret)
{
	struct condition *c = arena_alloc(l->draft->policy->arena, 1, sizeof(*c));
	struct asked asked = { .condition = c };
	int err;

	if (!c)
		return -ENOMEM;
	err = read_asked(l, n, "`not`", KEYS_NOT, &asked);
	if (err || asked.elsewhere)
		return err;
	/* This host is all that it asks for: nothing is left here. */
	if (n->count == 1 && yaml_get(n, SLICE("host")))
		ret->elsewhere = true;
	else
		ret->when.is_not = c;
	return 0;
}

int draft_read_when(const struct layer *l, const struct yaml_node *n, struct when_draft *ret)
{
	struct asked asked = { .condition = &ret->when.is };
	const struct yaml_node *is_not;
	int err, bad;

	ret->node = n;
	bad = read_asked(l, n, "`when`", KEYS_WHEN, &asked);
	ret->elsewhere = asked.elsewhere;
	is_not = n->kind == YAML_MAP ? yaml_get(n, SLICE("not")) : NULL;
	if (bad < 0 || !is_not)
		return bad;
	err = read_not(l, is_not, ret);
	if (err == 0 && bad == 0 && ret->when.is_not && when_shuts_out_all(&ret->when))
		err = diag_add(
			l->draft->diags, is_not->mark,
			"`not` shuts out every request that `when` asks for; ask for less in "
			"it");
	return err ? err : bad;
}
