/* volumes-from.c - a container must not inherit mounts that were judged for another one. */
#include "policy/rule.h"

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct field_texts *from = &in->container.volumes_from;

	(void) config;

	for (size_t i = 0; i < from->count; i++) {
		int r;

		verdict_object(v, from->items[i].at, from->items[i].value,
			       "takes every mount of another container along, host paths too.");
		verdict_hint(v, "Volumes can be named one by one.");
		r = verdict_drop(v, SETTING_VOLUMES_FROM, from->items[i].value);

		if (r)
			return r;
	}
	return 0;
}

const struct rule rule_volumes_from = {
	.id = "volumes-from",
	.title = "Containers do not inherit mounts",
	.why = "The other container may hold mounts that an exception, or an older policy, let "
	       "through for it alone.",
	.fields = "HostConfig.VolumesFrom",
	.broken_by = "docker run --volumes-from web; compose: volumes_from: [web]",
	.comply = "Remove --volumes-from; name each volume that is shared with -v.",
	.nist = "4.4.3",
	.subjects = SUBJECT_CONTAINER,
	.check = check,
};
