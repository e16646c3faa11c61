/* host-userns.c - a container must not turn the daemon's user mapping off. */
#include "policy/rule.h"
#include "when/value.h"

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct field_text *mode = &in->container.userns_mode;

	(void) config;

	if (mode->state != FIELD_SET || !slice_eq(mode->value, SLICE("host")))
		return 0;
	verdict_object(v, mode->at, mode->value, "is \"host\".");
	return verdict_drop(v, SETTING_USERNS, SLICE("host"));
}

const struct rule rule_host_userns = {
	.id = "host-userns",
	.number = "2.8",
	.number_1_6 = "5.31",
	.level = 2,
	.scored = true,
	.benchmark_title = "Enable user namespace support",
	.title = "Containers do not leave the user namespace",
	.why = "Where the daemon maps root of a container to a harmless user, this turns the "
	       "mapping off: root in the container is root on the host again.",
	.fields = "HostConfig.UsernsMode",
	.broken_by = "docker run --userns host; compose: userns_mode: host",
	.comply = "Remove --userns host (compose: userns_mode: host). The daemon's own part, "
		  "which no request shows: start it with --userns-remap default, or userns- "
		  "remap in daemon.json; docker info then lists userns.",
	.sole_value = "host",
	.value = value_host,
	.nist = "4.4.3",
	.subjects = SUBJECT_CONTAINER,
	.check = check,
};
