#include "load/draft.h"

#include <errno.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/buf.h"
#include "hint/hint.h"
#include "policy-internal.h"
#include "yaml/yaml-doc.h"

int draft_read_keys(const struct layer *l, const struct yaml_node *map, const struct key_reader *r,
		    void *ret)
{
	const char *const *names = key_names(r->scope);
	int bad = 0;

	yaml_check_keys(map, names, r->what, "key", l->draft->scratch, l->draft->diags);
	for (unsigned key = 0; names[key]; key++) {
		const struct yaml_node *n = yaml_get(map, slice_str(names[key]));
		const char *missing = !n && r->need ? r->need(key) : NULL;
		int err = 0;

		if (n)
			err = r->read(l, key, n, ret);
		else if (missing)
			err = diag_add(l->draft->diags, map->mark, "%s", missing);
		if (err < 0)
			return err;
		bad |= err;
	}
	return bad;
}

/* What to write instead of `!`, by the key that the word stands under. */
static const char *instead_of_bang(const char *what)
{
	static const struct {
		const char *what, *instead;
	} known[] = {
		{ "users", "give these users a rule of their own before this one, with `deny`" },
		{ "images", "give these images a rule of their own before this one" },
		{ "groups", "list the members alone" },
		{ "allow", "list it under `deny` of the same rule, without `!`" },
		{ "deny", "list it under `allow` of a rule before this one, without `!`" },
		{ "values", "list the values that are meant; all others stay denied" },
	};

	for (size_t i = 0; i < COUNT_OF(known); i++) {
		if (slice_eq(slice_str(known[i].what), slice_str(what)))
			return known[i].instead;
	}
	return "list it under `not:` of `when`, without `!`";
}

int draft_refuse_bang(const struct layer *l, const struct yaml_node *word, const char *what)
{
	if (word->kind != YAML_SCALAR || !slice_starts(word->text, SLICE("!")))
		return 0;
	return diag_add(l->draft->diags, word->mark,
			"`!` does not mean \"not\" in %s: it is a letter like any other; to shut "
			"something out, %s",
			yaml_words(word, l->draft->scratch), instead_of_bang(what));
}

/* `first` and its siblings: the items of a list, or the one word itself. */
static int copy_words(const struct layer *l, const struct yaml_node *first, size_t count,
		      const char *what, struct words *ret)
{
	struct slice *items = arena_alloc(l->draft->policy->arena, count, sizeof(*items));
	size_t copied = 0;

	if (!items)
		return -ENOMEM;
	for (const struct yaml_node *n = first; copied < count; n = n->next) {
		int err;

		if (n->kind != YAML_SCALAR || (n->plain && n->text.len == 0))
			return diag_add(l->draft->diags, n->mark, "`%s` must list words, not %s",
					what, yaml_words(n, l->draft->scratch));
		if (draft_refuse_bang(l, n, what))
			return BAD_INPUT;
		err = arena_copy(l->draft->policy->arena, n->text, &items[copied++]);
		if (err)
			return err;
	}
	*ret = (struct words){ items, count };
	return 0;
}

int draft_read_globs(const struct layer *l, const struct yaml_node *n, const char *what,
		     struct words *ret)
{
	if (n->kind == YAML_LIST && n->count > 0)
		return copy_words(l, n->first, n->count, what, ret);
	if (n->kind == YAML_SCALAR && (!n->plain || n->text.len > 0))
		return copy_words(l, n, 1, what, ret);
	return diag_add(l->draft->diags, n->mark, "`%s` must be a word or a list of words, not %s",
			what, yaml_words(n, l->draft->scratch));
}

/* Each star twice. */
static int widen(struct slice glob, struct arena *a, struct slice *ret)
{
	struct buf b = BUF(a);

	for (size_t i = 0; i < glob.len; i++) {
		buf_char(&b, glob.ptr[i]);
		if (glob.ptr[i] == '*')
			buf_char(&b, '*');
	}
	return buf_done(&b, ret);
}

/* Where the members of groups stand, and where the users that are named themselves. */
static int expand(const struct layer *l, const struct yaml_node *first, const struct words *words,
		  struct words *ret)
{
	const struct yaml_node *n = first;
	size_t count = 0;
	struct slice *items = NULL;

	for (size_t i = 0; i < words->count; i++, n = n->next) {
		const struct words *members, own = { &words->items[i], 1 };
		int err = draft_group(l->draft, n, &members);

		if (err)
			return err;
		/* A list that is one group is that group's own: many such lists take no room. */
		if (members && words->count == 1) {
			*ret = *members;
			return 0;
		}
		members = members ? members : &own;
		for (size_t j = 0; j < members->count; j++) {
			err = ARENA_APPEND(l->draft->policy->arena, items, count,
					   members->items[j]);
			if (err)
				return err;
		}
	}
	*ret = (struct words){ items, count };
	return 0;
}

static bool names_group(const struct words *words)
{
	for (size_t i = 0; i < words->count; i++) {
		if (slice_starts(words->items[i], SLICE("@")))
			return true;
	}
	return false;
}

int draft_read_users(const struct layer *l, const struct yaml_node *n, const char *what,
		     struct words *ret)
{
	struct words words;
	int err = draft_read_globs(l, n, what, &words);
	bool groups = err == 0 && names_group(&words);

	/* They were copied into this policy and are nobody else's yet. */
	for (size_t i = 0; err == 0 && i < words.count; i++)
		if (slice_find(words.items[i], '*'))
			err = widen(words.items[i], l->draft->policy->arena,
				    (struct slice *) &words.items[i]);
	if (err == 0 && groups)
		err = expand(l, n->kind == YAML_LIST ? n->first : n, &words, &words);
	if (err == 0)
		*ret = words;
	return err;
}

static int complain_verb(const struct layer *l, const struct yaml_node *n, const char *what)
{
	return diag_add(l->draft->diags, n->mark,
			"%s can only be allowed and has no meaning under `%s`, since other "
			"commands make the same calls; name operations, or run, exec or build",
			yaml_words(n, l->draft->scratch), what);
}

static bool is_used(const char *word, enum op_use use)
{
	return op_match(slice_str(word), use, &(struct bit_set){ 0 });
}

/* What people call a command of docker by is mostly what it does with a container. */
static const char *of_container(struct slice word)
{
	for (enum op op = 0; op < OP_COUNT; op++) {
		struct slice name = slice_str(op_name(op));

		if (slice_starts(name, SLICE("container.")) &&
		    slice_eq(slice_from(name, sizeof("container.") - 1), word))
			return op_name(op);
	}
	return NULL;
}

/* Many write the whole command. */
static struct slice without_docker(struct slice word)
{
	return slice_starts(word, SLICE("docker ")) ? slice_from(word, sizeof("docker ") - 1)
						    : word;
}

static const char *nearest_operation(const struct layer *l, struct slice word, enum op_use use)
{
	size_t groups = 0, count = 0;
	const char **names;

	if (of_container(word))
		return of_container(word);

	while (op_group(groups))
		groups++;
	names = arena_alloc(l->draft->scratch, groups + OP_COUNT + 1, sizeof(*names));
	if (!names)
		return NULL;
	for (size_t i = 0; i < groups; i++) {
		if (is_used(op_group(i), use))
			names[count++] = op_group(i);
	}
	for (enum op op = 0; op < OP_COUNT; op++)
		names[count++] = op_name(op);
	return diag_nearest(word, names);
}

static int complain_operation(const struct layer *l, const struct yaml_node *n, const char *what,
			      enum op_use use)
{
	const char *nearest = NULL, *hint = NULL;

	if (n->kind == YAML_SCALAR && op_match(n->text, OPS_ALLOWED, &(struct bit_set){ 0 }))
		return complain_verb(l, n, what);
	if (n->kind == YAML_SCALAR) {
		hint = hint_find(hint_operation, without_docker(n->text));
		nearest = nearest_operation(l, without_docker(n->text), use);
	}
	if (hint)
		return diag_add(l->draft->diags, n->mark, "there is no operation %s; %s",
				yaml_words(n, l->draft->scratch), hint);
	if (nearest)
		return diag_add(l->draft->diags, n->mark,
				"there is no operation %s; did you mean `%s`?",
				yaml_words(n, l->draft->scratch), nearest);
	return diag_add(
		l->draft->diags, n->mark,
		"there is no operation %s; write one such as container.create, a glob such as "
		"container.*, a command such as `run`, or `reads`, `changes` or `deletes`; `cis-authz rules --operations` lists them",
		yaml_words(n, l->draft->scratch));
}

/* False when the word names no operation. */
static bool match_operations(struct draft *d, struct slice word, enum op_use use,
			     struct bit_set *ret)
{
	struct operation_word *known = d->operation_words;
	struct operation_word new = { .word = word, .use = use };
	size_t i = 0;

	while (i < d->operation_word_count &&
	       (known[i].use != use || !slice_eq(known[i].word, word)))
		i++;
	if (i == d->operation_word_count) {
		if (!op_match(word, use, &new.operations))
			return false;
		/* When there is no more room the last place is used again. */
		i = i < OPERATION_WORDS ? d->operation_word_count++ : i - 1;
		known[i] = new;
	}
	bit_set_join(ret, &known[i].operations);
	return true;
}

/* A pattern that meets no operation would be a rule that nobody notices is none. */
int draft_read_operations(const struct layer *l, const struct yaml_node *n, const char *what,
			  enum op_use use, struct bit_set *ret)
{
	const struct yaml_node *word = n->kind == YAML_LIST ? n->first : n;
	size_t count = n->kind == YAML_LIST ? n->count : 1;
	int err = 0;

	if (n->kind == YAML_MAP || (yaml_plain(n) && n->text.len == 0))
		return diag_add(l->draft->diags, n->mark,
				"`%s` must be a word or a list of words, not %s", what,
				yaml_words(n, l->draft->scratch));
	for (; count > 0; count--, word = word->next) {
		if (draft_refuse_bang(l, word, what))
			err = BAD_INPUT;
		else if (word->kind != YAML_SCALAR ||
			 !match_operations(l->draft, word->text, use, ret))
			err = complain_operation(l, word, what, use);
	}
	return err;
}
