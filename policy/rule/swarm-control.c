/* swarm-control.c - whoever steers the swarm starts containers on its hosts. */
#include "policy/op.h"
#include "policy/rule.h"

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	(void) config;

	return verdict_object(
		v, PLACE_WORDS("the request"), slice_str(op_name(in->op)),
		"would change the swarm or this host's part in it. Ask whoever runs the cluster.");
}

const struct rule rule_swarm_control = {
	.id = "swarm-control",
	.title = "The swarm is not changed by ordinary callers",
	.why = "A host that joins a stranger's swarm runs the stranger's containers; a node made "
	       "a manager, or a new signing key, hands the cluster over.",
	.fields = "swarm init, join, leave, update, unlock; node update and removal",
	.broken_by = "docker swarm init, join, leave, update, unlock; docker node update, rm",
	.comply = "Have the swarm set up by whoever runs the cluster.",
	.nist = "4.3.1",
	.subjects = SUBJECT_SWARM,
	.check = check,
};
