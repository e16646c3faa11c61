#include "report/effective.h"

#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "policy/asked.h"
#include "policy/exception.h"
#include "policy/policy.h"
#include "policy/rule.h"
#include "report/flow.h"

void effective_open(struct effective *e)
{
	size_t count = policy_scope_count(e->policy);

	e->scope = 0;
	while (e->scope < count && asked_scope(e->asked, e->policy, e->scope) != REACH_ALL)
		e->scope++;
}

bool effective_in_scope(const struct effective *e)
{
	return e->scope < policy_scope_count(e->policy);
}

const struct rule_setting *effective_setting(const struct effective *e, size_t rule)
{
	return effective_in_scope(e) ? policy_scope_setting(e->policy, e->scope, rule)
				     : policy_setting(e->policy, rule);
}

const struct rule_source *effective_source(const struct effective *e, size_t rule)
{
	return effective_in_scope(e) ? &e->sources->scopes[e->scope].rules[rule]
				     : &e->sources->rules[rule];
}

struct slice effective_done(struct effective *e, struct buf *b)
{
	struct slice text = SLICE("");

	if (buf_done(b, &text))
		e->failed = true;
	return text;
}

static struct slice value_in(struct effective *e, struct arena *a, const struct param *p,
			     const struct rule_setting *setting)
{
	struct buf b = BUF(a);

	flow_value(&b, p, setting->config);
	return effective_done(e, &b);
}

struct slice effective_value(struct effective *e, const struct param *p,
			     const struct rule_setting *setting)
{
	return value_in(e, e->arena, p, setting);
}

bool effective_same(struct effective *e, const struct param *p, const struct rule_setting *a,
		    const struct rule_setting *b)
{
	arena_reset(e->scratch);
	return slice_eq(value_in(e, e->scratch, p, a), value_in(e, e->scratch, p, b));
}

/* Options of a rule that is off have no effect. */
static bool same_setting(struct effective *e, size_t rule, const struct rule_setting *a,
			 const struct rule_setting *b)
{
	if (a->action != b->action)
		return false;
	for (const struct param *p = rules_at(rule)->params; p && p->kind != PARAM_END; p++) {
		if (a->action != ACTION_OFF && !effective_same(e, p, a, b))
			return false;
	}
	return true;
}

bool effective_changed(struct effective *e, size_t rule)
{
	return !same_setting(e, rule, effective_setting(e, rule), policy_setting(e->profile, rule));
}

bool effective_next_scope(struct effective *e, size_t rule, size_t *at, size_t *ret)
{
	while (*at < e->scope) {
		*ret = (*at)++;
		if (asked_scope(e->asked, e->policy, *ret) == REACH_SOME &&
		    !same_setting(e, rule, effective_setting(e, rule),
				  policy_scope_setting(e->policy, *ret, rule)))
			return true;
	}
	return false;
}

bool effective_next_exception(struct effective *e, size_t rule, size_t *at, size_t *ret)
{
	while (*at < policy_exception_count(e->policy)) {
		*ret = (*at)++;
		if (exception_names(policy_exception_at(e->policy, *ret), rules_at(rule)) &&
		    asked_exception(e->asked, e->policy, *ret) != REACH_NONE)
			return true;
	}
	return false;
}

bool effective_next_access(struct effective *e, size_t *at, size_t *ret)
{
	while (*at < e->sources->access_count) {
		enum reach reach = asked_access(e->asked, e->policy, *at);

		*ret = (*at)++;
		if (reach == REACH_ALL)
			*at = e->sources->access_count;
		if (reach != REACH_NONE)
			return true;
	}
	return false;
}

static void add_left(struct buf *b, const char *key, struct slice words, bool known)
{
	if (words.len == 0 || known)
		return;
	buf_printf(b, "%s%s %.*s", b->len > 0 ? ", " : "", key, SLICE_ARG(words));
}

struct slice effective_left(struct effective *e, const struct when_words *when)
{
	struct buf b = BUF(e->arena);

	add_left(&b, "user", when->user, e->user);
	add_left(&b, "image", when->image, e->image);
	add_left(&b, "container", when->container, false);
	add_left(&b, "operation", when->operation, e->operation);
	add_left(&b, "not", when->is_not, false);
	return effective_done(e, &b);
}

struct slice effective_last_day(struct effective *e, size_t exception)
{
	int64_t expires = policy_exception_at(e->policy, exception)->expires;
	struct buf b = BUF(e->arena);
	time_t last = (time_t) (expires - 1);
	struct tm tm;

	if (expires != EXCEPTION_NEVER && gmtime_r(&last, &tm))
		buf_printf(&b, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
	return effective_done(e, &b);
}
