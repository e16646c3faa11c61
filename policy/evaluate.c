/*
 * evaluate.c - the only caller of rules.
 *
 * Every rule that is on and concerned runs, whatever others found: a person learns of all
 * violations at once. A request whose body could not be read speaks of SUBJECT_CALL only, so no
 * rule judges a half-read container; opaque-request, which judges every call, objects to it.
 */
#include "policy/evaluate.h"

#include <errno.h>

#include "policy/intent.h"
#include "policy/policy.h"
#include "policy/rule.h"
#include "policy/verdict.h"

int evaluate(const struct policy *p, const struct intent *in, struct arena *a, struct verdict **ret)
{
	struct verdict *v = verdict_new(a);

	if (!v)
		return -ENOMEM;

	for (size_t i = 0; i < rules_count(); i++) {
		const struct rule *rule = rules_at(i);
		const struct rule_setting *setting = policy_setting(p, i);
		int r;

		if (setting->action == ACTION_OFF || !(rule->subjects & in->subjects))
			continue;
		verdict_open_rule(v, rule, setting->action);
		r = rule->check(in, setting->config, v);
		if (r < 0)
			return r;
	}

	verdict_close(v, policy_enforces(p));
	*ret = v;
	return 0;
}
