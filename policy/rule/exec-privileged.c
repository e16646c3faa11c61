/* exec-privileged.c - exec must not give a running container what its creation was denied. */
#include "policy/rule.h"
#include "when/value.h"

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct field_bool *privileged = &in->exec.privileged;

	(void) config;

	if (privileged->state != FIELD_SET || !privileged->value)
		return 0;
	verdict_object(v, privileged->at, SLICE("true"), "is true.");
	return verdict_drop(v, SETTING_PRIVILEGED, SLICE(""));
}

const struct rule rule_exec_privileged = {
	.id = "exec-privileged",
	.number = "5.22",
	.number_1_6 = "5.23",
	.level = 2,
	.scored = true,
	.benchmark_title = "Do not docker exec commands with privileged option",
	.title = "docker exec is not used with --privileged",
	.why = "It gives the new process every capability, whatever the container was started "
	       "with.",
	.fields = "Privileged of exec",
	.broken_by = "docker exec --privileged",
	.comply = "Remove --privileged from docker exec; if a capability is needed, start the "
		  "container with it.",
	.sole_value = "true",
	.value = value_true,
	.nist = "4.4.3",
	.subjects = SUBJECT_EXEC,
	.check = check,
};
