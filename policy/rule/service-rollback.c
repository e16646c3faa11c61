/*
 * service-rollback.c - a service does not go back to a spec that nobody is shown.
 *
 * The spec that comes back may be older than the policy, or have been judged by another one; what
 * the request carries as its body is not what happens.
 */
#include "policy/rule.h"

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct field_text *rollback = &in->service.rollback;

	(void) config;

	return verdict_object(v, rollback->at, rollback->value,
			      "is \"%.*s\", which brings back a spec that this plugin is not "
			      "shown. Give the service the settings that it shall have with docker "
			      "service update.",
			      SLICE_ARG(rollback->value));
}

const struct rule rule_service_rollback = {
	.id = "service-rollback",
	.title = "Services do not go back to a spec that is not shown",
	.why = "The spec that the swarm restores is not in the request. It may ask for what this "
	       "policy denies: it was given before the plugin was here, under another policy, or "
	       "by a caller who has an exception.",
	.fields = "rollback of service update",
	.broken_by = "docker service rollback, docker service update --rollback",
	.comply = "Give the service the settings that it shall have with docker service update, as "
		  "docker service inspect --format '{{json .PreviousSpec}}' shows them. An "
		  "automatic way back, --update-failure-action rollback, is not judged: it leads "
		  "to what was in force a moment before.",
	.example_value = "previous",
	.nist = "4.3.1",
	.subjects = SUBJECT_ROLLBACK,
	.check = check,
};
