/*
 * evaluate.c - the only caller of rules.
 *
 * Every rule that is on and concerned runs, whatever others found: a person learns of all
 * violations at once. A request whose body could not be read speaks of SUBJECT_CALL only, so no
 * rule judges a half-read container; opaque-request, which judges every call, objects to it. Then
 * exceptions take the weight from objections that they are for.
 */
#include "policy/evaluate.h"

#include <errno.h>

#include "exception.h"
#include "policy-internal.h"
#include "policy/intent.h"
#include "policy/policy.h"
#include "policy/rule.h"
#include "policy/verdict.h"

static int run_rules(const struct policy *p, const struct intent *in, struct verdict *v)
{
	for (size_t i = 0; i < rules_count(); i++) {
		const struct rule *rule = rules_at(i);
		const struct rule_setting *setting;
		int r;

		/* First what rules nearly all of them out for most calls. */
		if (!(rule->subjects & in->subjects))
			continue;
		setting = policy_setting(p, i);
		if (setting->action == ACTION_OFF)
			continue;
		verdict_open_rule(v, rule, setting->action);
		r = rule->check(in, setting->config, v);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Rules do not know of exceptions; a request that nobody objected to costs no look-up. */
static int except(const struct policy *p, const struct intent *in, int64_t now, struct arena *a,
		  struct verdict *v)
{
	const struct exceptions *exceptions = policy_exceptions(p);
	struct violation *violation = verdict_objections(v);
	struct facts facts;
	int r;

	if (!violation || exceptions->count == 0)
		return 0;
	r = facts_of(in, now, a, &facts);
	for (; r == 0 && violation; violation = violation->next)
		violation->exception = exceptions_find(exceptions, &facts,
						       rules_index(violation->rule), violation);
	return r;
}

int evaluate(const struct policy *p, const struct intent *in, int64_t now, struct arena *a,
	     struct verdict **ret)
{
	struct verdict *v = verdict_new(a);
	int r = v ? run_rules(p, in, v) : -ENOMEM;

	if (r == 0)
		r = except(p, in, now, a, v);
	if (r < 0)
		return r;
	verdict_close(v, policy_enforces(p));
	*ret = v;
	return 0;
}

int evaluate_finding(const struct policy *p, const struct intent *in, int64_t now,
		     const struct rule *rule, struct slice value, struct arena *a, bool *ret)
{
	const struct violation found = { .rule = rule, .value = value };
	struct facts facts;
	int r = facts_of(in, now, a, &facts);

	if (r == 0)
		*ret = exceptions_find(policy_exceptions(p), &facts, rules_index(rule), &found) !=
		       NULL;
	return r;
}
