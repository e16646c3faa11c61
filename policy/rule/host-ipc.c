/* host-ipc.c - a container must not reach the host's shared memory. */
#include "policy/rule.h"
#include "when/value.h"

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct field_text *mode = &in->container.ipc_mode;

	(void) config;

	if (mode->state != FIELD_SET || !slice_eq(mode->value, SLICE("host")))
		return 0;
	verdict_object(v, mode->at, mode->value, "is \"host\".");
	return verdict_drop(v, SETTING_IPC, SLICE("host"));
}

const struct rule rule_host_ipc = {
	.id = "host-ipc",
	.number = "5.16",
	.number_1_6 = "5.17",
	.level = 1,
	.scored = true,
	.benchmark_title = "Do not share the host's IPC namespace",
	.title = "Containers do not share the host's IPC namespace",
	.why = "With it a container reads and writes the shared memory, semaphores and queues of "
	       "the host's programs.",
	.fields = "HostConfig.IpcMode",
	.broken_by = "docker run --ipc host; compose: ipc: host",
	.comply = "Remove --ipc host (compose: ipc: host); let one container share its own with "
		  "--ipc shareable.",
	.sole_value = "host",
	.value = value_host,
	.nist = "4.4.3",
	.subjects = SUBJECT_CONTAINER,
	.check = check,
};
