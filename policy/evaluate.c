/*
 * evaluate.c - runs the rules.
 *
 * Every rule that is on and concerned runs, whatever others found: a person learns of all
 * violations at once. A request whose body could not be read speaks of SUBJECT_CALL only, so no
 * rule judges a half-read container; opaque-request, which judges every call, objects to it. Then
 * exceptions take the weight from objections that they are for, some of them by having a rule judge
 * again (when/overlay.h).
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
#include "when/overlay.h"
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
		r = verdict_ask(v, rule, setting->action, j->intent, setting->config);
		if (r != 0)
			return r;
	}
	return 0;
}

/* Rules do not know of exceptions; a request that nobody objected to costs no look-up. */
static int except(struct judging *j, int64_t now, struct arena *a, struct verdict *v)
{
	const struct exceptions *exceptions = policy_exceptions(j->policy);
	struct violation *violation = verdict_objections(v);
	struct rejudging again = { j->intent, j->settings, violation, a, NULL };
	int r;

	if (!violation || exceptions->count + exceptions->elsewhere == 0)
		return 0;
	r = gather(j, now, a);
	for (; r == 0 && violation; violation = violation->next) {
		r = exceptions_find(exceptions, &j->facts, violation, &again,
				    &violation->exception);
		if (r == 0 && violation_denies(violation))
			r = near_explain(exceptions, &j->facts, violation, &again,
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
	if (r != 0)
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

/* A number beyond what the rule allows by its own options is within these, or it is not. */
static int weigh_options(const struct judging *j, const struct overlay *o,
			 const struct violation *found, bool was_by_it, struct arena *a,
			 enum finding *ret)
{
	const void *own = j->settings[rules_index(o->rule)].config, *with;
	uint64_t number;
	int r = overlay_apply(o, own, a, &with);

	if (r)
		return r;
	if (!rule_beyond_max(o->rule, own, found->value, &number))
		*ret = was_by_it ? FINDING_LIKELY_EXCEPTED : FINDING_UNKNOWN;
	else if (!rule_beyond_max(o->rule, with, found->value, &number))
		*ret = FINDING_EXCEPTED;
	return 0;
}

/* What can be told without the request, by which the rule would judge again. */
static int find_options(const struct judging *j, const struct violation *found, struct slice by,
			struct arena *a, enum finding *ret)
{
	const struct exceptions *e = policy_exceptions(j->policy);
	int r = 0;

	*ret = FINDING_COUNTS;
	for (size_t i = 0; r == 0 && *ret != FINDING_EXCEPTED && i < e->count; i++) {
		const struct overlay *o = overlays_find(&e->items[i].options, found->rule);

		if (o && exception_meets(&e->items[i], &j->facts))
			r = weigh_options(j, o, found, slice_eq(e->items[i].name, by), a, ret);
	}
	return r;
}

int evaluate_finding(const struct policy *p, const struct intent *in, int64_t now,
		     const struct violation *found, struct slice by, struct arena *a,
		     enum finding *ret)
{
	struct judging j = { .policy = p, .intent = in };
	struct rejudging not_at_hand = { in, NULL, found, a, NULL };
	const struct exception *exception;
	enum finding finding = FINDING_EXCEPTED;
	int r = enter(&j, now, a);

	if (r == 0)
		r = gather(&j, now, a);
	if (r == 0)
		r = exceptions_find(policy_exceptions(p), &j.facts, found, &not_at_hand,
				    &exception);
	if (r == 0 && !exception)
		r = find_options(&j, found, by, a, &finding);
	if (r == 0)
		*ret = finding;
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
