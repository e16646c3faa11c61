/* container-namespaces.c - a container must not join the namespaces of another one. */
#include "base/array.h"
#include "policy/rule.h"

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct container *c = &in->container;
	const struct {
		const struct field_text *mode;
		enum setting setting;
	} modes[] = {
		{ &c->network_mode, SETTING_NETWORK },
		{ &c->pid_mode, SETTING_PID },
		{ &c->ipc_mode, SETTING_IPC },
	};

	(void) config;

	/* No option of a client sets it. */
	if (slice_starts(c->cgroup.value, SLICE("container:"))) {
		int r = verdict_object(v, c->cgroup.at, c->cgroup.value,
				       "joins another container. Leave it out.");

		if (r)
			return r;
	}
	for (size_t i = 0; i < COUNT_OF(modes); i++) {
		const struct field_text *mode = modes[i].mode;
		int r;

		if (!slice_starts(mode->value, SLICE("container:")))
			continue;
		verdict_object(v, mode->at, mode->value, "joins another container.");
		r = verdict_drop(v, modes[i].setting, mode->value);
		if (r)
			return r;
	}
	return 0;
}

const struct rule rule_container_namespaces = {
	.id = "container-namespaces",
	.title = "Containers do not join each other's namespaces",
	.why = "A container that was let through with the host's network or processes hands them "
	       "on to whoever joins it, and two containers that share one are no longer kept "
	       "apart.",
	.fields = "HostConfig.NetworkMode, PidMode, IpcMode, Cgroup; networkmode of builds",
	.broken_by =
		"docker run --network container:web, --pid container:web, --ipc container:web; "
		"compose: network_mode: service:web",
	.comply = "Remove --network, --pid or --ipc container:NAME; connect containers by a "
		  "network of their own.",
	.nist = "4.4.3",
	.subjects = SUBJECT_NAMESPACES,
	.check = check,
};
