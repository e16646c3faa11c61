/* unknown-operation.c - a changing call that is in no row of the route table. */
#include "policy/rule.h"

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	(void) config;

	if (in->op != OP_UNKNOWN)
		return 0;
	return verdict_object(
		v, PLACE_WORDS("the request"), in->target,
		"is no call that this plugin knows, so its effect is not known either. Use "
		"a documented call of the Docker Engine API, or a newer cis-authz.");
}

const struct rule rule_unknown_operation = {
	.id = "unknown-operation",
	.title = "Unknown changing calls are refused",
	.why = "A newer engine may offer new doors to old dangers; what is not known cannot be "
	       "judged.",
	.fields = "method and path",
	.comply = "Use the documented Docker Engine API, or update cis-authz together with the "
		  "engine.",
	.subjects = SUBJECT_CALL,
	.check = check,
};
