/* privileged.c - a privileged container is root on the host. */
#include "policy/rule.h"
#include "when/value.h"

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct field_bool *privileged = &in->container.privileged;

	(void) config;

	if (privileged->state != FIELD_SET || !privileged->value)
		return 0;
	verdict_object(v, privileged->at, SLICE("true"), "is true.");
	verdict_hint(v, "Single capabilities can be added instead.");
	return verdict_drop(v, SETTING_PRIVILEGED, SLICE(""));
}

const struct rule rule_privileged = {
	.id = "privileged",
	.number = "5.4",
	.number_1_6 = "5.5",
	.level = 1,
	.scored = true,
	.benchmark_title = "Do not use privileged containers",
	.title = "Containers are not privileged",
	.why = "--privileged gives every capability and every device of the host, and lifts "
	       "seccomp, AppArmor and the masks on /proc and /sys: what runs inside is root "
	       "outside.",
	.fields = "HostConfig.Privileged",
	.broken_by = "docker run --privileged; compose: privileged: true",
	.comply = "Remove --privileged (compose: privileged: true); add the single capability that "
		  "the program needs with --cap-add, a single device with --device.",
	.sole_value = "true",
	.value = value_true,
	.nist = "4.4.3",
	.subjects = SUBJECT_CONTAINER,
	.check = check,
};
