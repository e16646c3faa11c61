/* host-uts.c - a container must not be able to rename the host. */
#include "policy/rule.h"
#include "when/value.h"

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct field_text *mode = &in->container.uts_mode;

	(void) config;

	if (mode->state != FIELD_SET || !slice_eq(mode->value, SLICE("host")))
		return 0;
	verdict_object(v, mode->at, mode->value, "is \"host\".");
	return verdict_drop(v, SETTING_UTS, SLICE("host"));
}

const struct rule rule_host_uts = {
	.id = "host-uts",
	.number = "5.20",
	.number_1_6 = "5.21",
	.level = 1,
	.scored = true,
	.benchmark_title = "Do not share the host's UTS namespace",
	.title = "Containers do not share the host's UTS namespace",
	.why = "With it, and CAP_SYS_ADMIN, a container renames the host.",
	.fields = "HostConfig.UTSMode",
	.broken_by = "docker run --uts host; compose: uts: host",
	.comply = "Remove --uts host (compose: uts: host); set the container's own name with "
		  "--hostname.",
	.sole_value = "host",
	.value = value_host,
	.nist = "4.4.3",
	.subjects = SUBJECT_CONTAINER,
	.check = check,
};
