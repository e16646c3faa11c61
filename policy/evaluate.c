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

#include "policy-internal.h"
#include "policy/intent.h"
#include "policy/policy.h"
#include "policy/rule.h"
#include "policy/verdict.h"
#include "when/exception.h"
#include "when/near.h"
#include "when/scope.h"

/* A request, with what is gathered of it where scopes or exceptions want to know. */
struct judging {
	const struct policy *policy;
	const struct intent *intent;
	const struct rule_setting *settings; /* the policy's, or those of the scope */
	const struct scope *scope;           /* NULL where none is for the request */
	struct facts facts;
	bool gathered;
};

static int gather(struct judging *j, int64_t now, struct arena *a)
{
	int r = j->gathered ? 0 : facts_of(j->intent, now, a, &j->facts);

	j->gathered = r == 0;
	return r;
}

/* Once for all rules: a policy without scopes pays one comparison. */
static int enter(struct judging *j, int64_t now, struct arena *a)
{
	const struct scopes *scopes = policy_scopes(j->policy);
	int r;

	j->settings = policy_setting(j->policy, 0);
	if (scopes->count == 0)
		return 0;
	r = gather(j, now, a);
	if (r)
		return r;
	j->scope = scopes_find(scopes, &j->facts);
	if (j->scope)
		j->settings = j->scope->settings;
	return 0;
}

static int run_rules(const struct judging *j, struct verdict *v)
{
	for (size_t i = 0; i < rules_count(); i++) {
		const struct rule *rule = rules_at(i);
		const struct rule_setting *setting = &j->settings[i];
		int r;

		/* First what rules nearly all of them out for most calls. */
		if (!(rule->subjects & j->intent->subjects))
			continue;
		if (setting->action == ACTION_OFF)
			continue;
		verdict_open_rule(v, rule, setting->action);
		r = rule->check(j->intent, setting->config, v);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Rules do not know of exceptions; a request that nobody objected to costs no look-up. */
static int except(struct judging *j, int64_t now, struct arena *a, struct verdict *v)
{
	const struct exceptions *exceptions = policy_exceptions(j->policy);
	struct violation *violation = verdict_objections(v);
	int r;

	if (!violation || exceptions->count + exceptions->elsewhere == 0)
		return 0;
	r = gather(j, now, a);
	for (; r == 0 && violation; violation = violation->next) {
		size_t rule = rules_index(violation->rule);

		violation->exception = exceptions_find(exceptions, &j->facts, rule, violation);
		if (violation_denies(violation))
			r = near_explain(exceptions, &j->facts, rule, violation, a,
					 &violation->near);
	}
	return r;
}

int evaluate(const struct policy *p, const struct intent *in, int64_t now, struct arena *a,
	     struct verdict **ret)
{
	struct judging j = { .policy = p, .intent = in };
	struct verdict *v = verdict_new(a);
	int r = v ? enter(&j, now, a) : -ENOMEM;

	if (r == 0 && j.scope)
		verdict_set_scope(v, j.scope->name);
	if (r == 0)
		r = run_rules(&j, v);
	if (r == 0)
		r = except(&j, now, a, v);
	if (r < 0)
		return r;
	verdict_close(v, policy_enforces(p));
	*ret = v;
	return 0;
}

int evaluate_sights(const struct policy *p, const struct intent *in, int64_t now, struct arena *a,
		    unsigned *ret)
{
	struct judging j = { .policy = p, .intent = in };
	unsigned sights = 0;
	int r = enter(&j, now, a);

	if (r != 0)
		return r;
	for (size_t i = 0; i < rules_count(); i++) {
		const struct rule *rule = rules_at(i);

		if (rule->sights && (rule->subjects & in->subjects) &&
		    j.settings[i].action != ACTION_OFF)
			sights |= rule->sights(in, j.settings[i].config);
	}
	*ret = sights;
	return 0;
}

int evaluate_settings(const struct policy *p, const struct intent *in, int64_t now, struct arena *a,
		      const struct rule_setting **ret)
{
	struct judging j = { .policy = p, .intent = in };
	int r = enter(&j, now, a);

	if (r == 0)
		*ret = j.settings;
	return r;
}

int evaluate_finding(const struct policy *p, const struct intent *in, int64_t now,
		     const struct violation *found, struct arena *a, bool *ret)
{
	struct facts facts;
	int r = facts_of(in, now, a, &facts);

	if (r == 0)
		*ret = exceptions_find(policy_exceptions(p), &facts, rules_index(found->rule),
				       found) != NULL;
	return r;
}

int evaluate_names(const struct intent *in, struct arena *a, struct names *ret)
{
	struct facts facts;
	int r = facts_of(in, 0, a, &facts);

	if (r == 0)
		*ret = (struct names){
			.images = { facts.images, facts.image_count },
			.images_known = facts.images_known,
			.container = facts.container,
		};
	return r;
}
