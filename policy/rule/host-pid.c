/* host-pid.c - a container must not see the host's processes. */
#include "policy/rule.h"
#include "when/value.h"

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct field_text *mode = &in->container.pid_mode;

	(void) config;

	if (mode->state != FIELD_SET || !slice_eq(mode->value, SLICE("host")))
		return 0;
	verdict_object(v, mode->at, mode->value, "is \"host\".");
	return verdict_drop(v, SETTING_PID, SLICE("host"));
}

const struct rule rule_host_pid = {
	.id = "host-pid",
	.number = "5.15",
	.number_1_6 = "5.16",
	.level = 1,
	.scored = true,
	.benchmark_title = "Do not share the host's process namespace",
	.title = "Containers do not share the host's process namespace",
	.why = "With it a container sees and, as root, signals and inspects every process of the "
	       "host.",
	.fields = "HostConfig.PidMode",
	.broken_by = "docker run --pid host; compose: pid: host",
	.comply = "Remove --pid host (compose: pid: host); debug the host from the host.",
	.sole_value = "host",
	.value = value_host,
	.nist = "4.4.3",
	.subjects = SUBJECT_CONTAINER,
	.check = check,
};
