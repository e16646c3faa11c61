/*
 * host-cgroupns.c - a container does not see the host's tree of control groups.
 *
 * Only what is asked for is judged. Below API 1.41, and by the daemon's own default on a host with
 * version 1 of control groups, the host's namespace is used without anybody saying so.
 */
#include "policy/rule.h"
#include "when/value.h"

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct field_text *mode = &in->container.cgroupns_mode;

	(void) config;

	if (mode->state != FIELD_SET || !slice_eq(mode->value, SLICE("host")))
		return 0;
	verdict_object(v, mode->at, mode->value, "is \"host\".");
	return verdict_drop(v, SETTING_CGROUPNS, SLICE("host"));
}

const struct rule rule_host_cgroupns = {
	.id = "host-cgroupns",
	.title = "Containers do not use the host's cgroup namespace",
	.why = "It shows the container how the host's control groups are named and laid out, other "
	       "containers' included, and is the first step of escapes that write to a release "
	       "agent. The benchmark does not have it, as control groups had no namespace then; "
	       "level1 denies it beside its 5.24.",
	.fields = "HostConfig.CgroupnsMode",
	.broken_by = "docker run --cgroupns host; compose: cgroup: host",
	.comply = "Remove --cgroupns host (compose: cgroup: host), or use --cgroupns private.",
	.sole_value = "host",
	.value = value_host,
	.nist = "4.4.3",
	.subjects = SUBJECT_NAMESPACES,
	.check = check,
};
