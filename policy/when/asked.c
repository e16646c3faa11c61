#include "policy/asked.h"

#include <errno.h>

#include "base/arena.h"
#include "policy/intent.h"
#include "policy/policy.h"
#include "policy/rule.h"
#include "when/access.h"
#include "when/condition.h"
#include "when/exception.h"
#include "when/scope.h"

struct asked {
	struct intent intent;
	struct facts facts;
	unsigned known;
};

int asked_new(const struct asked_words *words, struct arena *a, const struct asked **ret)
{
	struct asked *q = arena_alloc(a, 1, sizeof(*q));
	int err;

	if (!q)
		return -ENOMEM;
	q->intent.arena = a;
	q->intent.op = words->op ? *words->op : OP_CONTAINER_CREATE;
	if (words->user)
		q->intent.caller.user = *words->user;
	if (words->image)
		q->intent.images = (struct images){ words->image, 1 };
	q->known = (words->op ? KNOWN_OPERATION : 0) | (words->user ? KNOWN_USER : 0) |
		   (words->image ? KNOWN_IMAGE : 0);
	err = facts_of(&q->intent, 0, a, &q->facts);
	if (err == 0)
		*ret = q;
	return err;
}

enum reach asked_scope(const struct asked *q, const struct policy *p, size_t scope)
{
	const struct scope *s = &policy_scopes(p)->items[scope];

	return when_reach(&s->when, &q->facts, q->known, scope_doubt(s));
}

enum reach asked_exception(const struct asked *q, const struct policy *p, size_t exception)
{
	return when_reach(&policy_exceptions(p)->items[exception].when, &q->facts, q->known,
			  DOUBT_FAILS);
}

bool asked_judges(const struct asked *q, size_t rule_index)
{
	return !(q->known & KNOWN_OPERATION) ||
	       (rules_at(rule_index)->subjects & op_subjects(q->intent.op));
}

/* What is certain of an image counts where the rule allows, what may be where it denies. */
static enum reach by_image(const struct asked *q, const struct access_rule *r)
{
	bool known_op = q->known & KNOWN_OPERATION;
	bool denies = !known_op || bit_set_has(&r->deny, q->intent.op);

	if (r->images.count == 0)
		return REACH_ALL;
	if (known_op && !op_names_images(q->intent.op))
		return REACH_NONE;
	if (!(q->known & KNOWN_IMAGE))
		return REACH_SOME;
	if (!images_fit(&r->images, &q->facts, denies ? DOUBT_HOLDS : DOUBT_FAILS))
		return REACH_NONE;
	return known_op ? REACH_ALL : REACH_SOME;
}

enum reach asked_access(const struct asked *q, const struct policy *p, size_t rule)
{
	size_t judge = rules_index(rules_find(SLICE("trusted-users")));
	const struct access *access = policy_setting(p, judge)->config;
	const struct access_rule *r = &access->rules[rule];
	struct when when = { .is = { .operations = r->allow, .users = r->users } };
	enum reach images = by_image(q, r), others;

	bit_set_join(&when.is.operations, &r->deny);
	others = when_reach(&when, &q->facts, q->known, DOUBT_FAILS);
	return images < others ? images : others;
}
