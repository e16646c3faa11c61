/*
 * access-check.c - halves and other doors, by the table in access-check.def.
 *
 * A rule's globs stand for its users: what other rules say of some of them alone is not looked at,
 * so that a warning is about all of a glob's users or about none.
 */
#include "load/access-check.h"

#include <errno.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/buf.h"
#include "load/draft.h"
#include "when/access.h"
#include "yaml/yaml-doc.h"

enum tie { NEEDS, DOOR };

struct op_pair {
	enum tie tie;
	enum op first, second;
	const char *words;
};

static const struct op_pair pairs[] = {
#define NEEDS(one, other, words)  { NEEDS, OP_##one, OP_##other, words },
#define DOOR(closed, open, words) { DOOR, OP_##closed, OP_##open, words },
#include "load/access-check.def"
#undef NEEDS
#undef DOOR
};

enum { PAIRS = COUNT_OF(pairs), USERS_NAMED = 3 };

struct finding {
	const struct op_pair *pair;
	struct slice users[USERS_NAMED];
	size_t count;
	size_t other; /* the rule that decides the other operation, from 1; 0 for the default */
};

/* Of images that no rule speaks of. */
static bool allows(const struct access *a, struct slice user, enum op op, size_t *rule)
{
	return access_allows(a, &(struct access_question){ user, op, NULL }, rule);
}

/* Only the rule that allows one half is told of it; the one that denies where the default allows.
 */
static bool is_half(const struct access *a, const struct op_pair *p, struct slice user, size_t rule,
		    size_t *other)
{
	bool by_image = a->rules[rule - 1].images.count > 0 && op_names_images(p->first) &&
			!bit_set_has(&a->rules[rule - 1].deny, p->first);
	size_t giver = rule, taker;

	if (!(by_image || allows(a, user, p->first, &giver)) || allows(a, user, p->second, &taker))
		return false;
	*other = giver == rule ? taker : giver;
	return rule == (giver ? giver : taker);
}

/* What is merely not allowed tells nothing; what a rule denies by name was meant to be closed. */
static bool is_open(const struct access *a, const struct op_pair *p, struct slice user, size_t rule,
		    size_t *other)
{
	size_t closer;

	return !allows(a, user, p->first, &closer) && closer == rule &&
	       allows(a, user, p->second, other);
}

static bool concerns(const struct access_rule *rule, const struct op_pair *p)
{
	if (bit_set_has(&rule->deny, p->first))
		return true;
	return p->tie == NEEDS &&
	       (bit_set_has(&rule->allow, p->first) || bit_set_has(&rule->deny, p->second));
}

static void look(const struct access *a, size_t rule, struct finding *f)
{
	const struct words *users = &a->rules[rule - 1].users;

	for (size_t i = 0; i < users->count; i++) {
		struct slice user = users->items[i];
		size_t other;

		if (!(f->pair->tie == NEEDS ? is_half : is_open)(a, f->pair, user, rule, &other))
			continue;
		if (f->count == 0)
			f->other = other;
		if (f->count < USERS_NAMED)
			f->users[f->count] = user;
		f->count++;
	}
}

/* As the policy has it: the loader doubles a star, since it is to stand for slashes as well. */
static void write_user(struct slice user, struct buf *b)
{
	if (user.len == 0) {
		buf_add(b, SLICE("callers without a name"));
		return;
	}
	buf_char(b, '`');
	for (size_t i = 0; i < user.len; i++) {
		if (user.ptr[i] != '*' || i == 0 || user.ptr[i - 1] != '*')
			buf_char(b, user.ptr[i]);
	}
	buf_char(b, '`');
}

static int write_users(const struct finding *f, struct arena *a, struct slice *ret)
{
	struct buf b = BUF(a);

	for (size_t i = 0; i < f->count && i < USERS_NAMED; i++) {
		if (i > 0)
			buf_add(&b, SLICE(", "));
		write_user(f->users[i], &b);
	}
	if (f->count > USERS_NAMED)
		buf_printf(&b, " and %zu more", f->count - USERS_NAMED);
	return buf_done(&b, ret);
}

static int warn(struct draft *d, size_t rule, const struct finding *f)
{
	const char *first = op_name(f->pair->first), *second = op_name(f->pair->second);
	struct mark at = d->access_nodes[rule - 1]->mark;
	struct slice users;

	if (write_users(f, d->scratch, &users) < 0)
		return -ENOMEM;
	if (f->pair->tie == NEEDS)
		diag_warn(d->diags, at,
			  "%.*s may call %s and not %s, and %s takes both; allow %s %s, or deny "
			  "%s too",
			  SLICE_ARG(users), first, second, f->pair->words, second,
			  d->access[rule - 1].images.count > 0
				  ? "in a rule without `images`, as it names none"
				  : "as well",
			  first);
	else
		diag_warn(d->diags, at,
			  "%.*s may not call %s, but may call %s, which %s; deny that as well",
			  SLICE_ARG(users), first, second, f->pair->words);
	if (f->other && f->other != rule)
		diag_note(d->diags, d->access_nodes[f->other - 1]->mark,
			  "the other one is decided by this rule");
	return 0;
}

static int check_rule(const struct access *a, struct draft *d, size_t rule)
{
	struct bit_set told = { 0 };

	for (size_t i = 0; i < PAIRS; i++) {
		struct finding f = { .pair = &pairs[i] };

		if (!concerns(&a->rules[rule - 1], f.pair) || bit_set_has(&told, f.pair->second))
			continue;
		look(a, rule, &f);
		if (f.count == 0)
			continue;
		if (warn(d, rule, &f) < 0)
			return -ENOMEM;
		/* Of an open door one of the closed ones beside it is enough to say. */
		if (f.pair->tie == DOOR)
			bit_set_add(&told, f.pair->second);
	}
	return 0;
}

int access_check(const struct access *access, struct draft *d)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < access->count; i++)
		r = check_rule(access, d, i + 1);
	return r;
}
