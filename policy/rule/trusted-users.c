/* trusted-users.c - who may call what, as the policy's `access:` says. */
#include "policy/op.h"
#include "policy/rule.h"
#include "when/access.h"

static const struct access everybody = { 0 };

static int object(const struct intent *in, size_t rule, struct verdict *v)
{
	struct slice user = in->caller.user;
	struct slice who =
		user.len > 0 ? user
			     : SLICE("without a name, having shown no TLS client certificate,");

	if (rule == 0)
		return verdict_object(
			v, PLACE_WORDS("the caller"), user,
			"is %.*s and may not call %s: no rule of `access` allows it. Ask whoever writes the "
			"policy.",
			SLICE_ARG(who), op_name(in->op));
	return verdict_object(
		v, PLACE_WORDS("the caller"), user,
		"is %.*s and may not call %s, by rule %zu of `access`. Ask whoever writes the policy.",
		SLICE_ARG(who), op_name(in->op), rule);
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	size_t rule;

	if (access_allows(config, in->caller.user, in->op, &rule))
		return 0;
	return object(in, rule, v);
}

const struct rule rule_trusted_users = {
	.id = "trusted-users",
	.number = "1.6",
	.number_1_6 = "1.1.2",
	.level = 1,
	.scored = true,
	.profile = PROFILE_LINUX_HOST,
	.benchmark_title = "Only allow trusted users to control Docker daemon",
	.title = "Only trusted users control the daemon",
	.why = "Whoever may start containers may be root on the host; not everybody who may list them should be able "
	       "to start, enter or remove them.",
	.fields = "the common name of the caller's TLS client certificate, and the operation",
	.broken_by = "any call by somebody whom the policy's `access` does not allow it",
	.comply =
		"Ask whoever writes the policy. Callers get a name from a TLS client certificate; on the unix socket "
		"all are one, so keep the group docker empty but for people who may be root.",
	.nist = "4.3.1",
	.subjects = SUBJECT_CALL,
	.size = sizeof(struct access),
	.defaults = &everybody,
	.check = check,
};
