/* mount-propagation.c - what a container mounts must not appear on the host. */
#include "policy/rule.h"

static bool is_shared(struct slice propagation)
{
	return slice_eq(propagation, SLICE("shared")) || slice_eq(propagation, SLICE("rshared"));
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	(void) config;

	for (size_t i = 0; i < in->mounts.count; i++) {
		const struct mount *m = &in->mounts.items[i];
		int r;

		if (!is_shared(m->propagation))
			continue;
		verdict_object(v, m->at, m->propagation,
			       "is mounted %.*s: what the container mounts below it, the host "
			       "and other containers see.",
			       SLICE_ARG(m->propagation));
		r = verdict_drop(v, SETTING_PROPAGATION, m->propagation);
		if (r)
			return r;
	}
	return 0;
}

const struct rule rule_mount_propagation = {
	.id = "mount-propagation",
	.number = "5.19",
	.number_1_6 = "5.20",
	.level = 1,
	.scored = true,
	.benchmark_title = "Do not set mount propagation mode to shared",
	.title = "Mounts are not shared back to the host",
	.why = "A shared mount hands what is mounted inside on to the host: over a directory of "
	       "programs, or over another container's files.",
	.fields = "HostConfig.Binds, HostConfig.Mounts, ContainerSpec.Mounts of services, o among "
		  "the options of volumes",
	.broken_by = "docker run -v /srv:/srv:shared; compose: volumes: [/srv:/srv:shared]",
	.comply = "Remove shared or rshared from the mount; rslave lets mounts of the host appear "
		  "inside, and none go out.",
	.example_value = "rshared",
	.nist = "4.4.3",
	.subjects = SUBJECT_MOUNTS,
	.check = check,
};
