#include "capture/denial.h"

#include <errno.h>

#include "authz/decide.h"
#include "base/arena.h"

int denial_keep(const struct violation *v, struct arena *a, const struct violation ***end)
{
	struct violation *copy = arena_alloc(a, 1, sizeof(*copy));
	int error = copy ? arena_copy(a, v->value, &copy->value) : -ENOMEM;

	if (!error)
		error = arena_copy(a, v->leads, &copy->leads);
	if (error)
		return error;
	copy->rule = v->rule;
	copy->action = ACTION_DENY;
	copy->read_only = v->read_only;
	**end = copy;
	*end = (const struct violation **) &copy->next;
	return 0;
}

int denial_of_request(struct slice envelope, const struct policy *policy, struct arena *a,
		      struct denial *ret)
{
	struct decision *d = arena_alloc(a, 1, sizeof(*d));
	struct decide_env env = { 0 };
	struct denial denial = { 0 };
	const struct violation **end = &denial.found;
	int error = d ? 0 : -ENOMEM;
	unsigned kept = 0;

	if (error)
		return error;
	decide(envelope, policy, &env, a, d);
	for (const struct violation *v = d->verdict ? verdict_violations(d->verdict) : NULL;
	     !error && v; v = v->next, kept++) {
		if (violation_denies(v))
			error = denial_keep(v, a, &end);
	}
	denial.intent = &d->intent;
	denial.failed = !d->verdict;
	denial.partial = d->verdict && verdict_count(d->verdict) > kept;
	if (!error)
		*ret = denial;
	return error;
}
