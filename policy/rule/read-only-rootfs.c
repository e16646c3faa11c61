/* read-only-rootfs.c - a container's own files must not change while it runs. */
#include "kit/rule-words.h"
#include "policy/rule.h"
#include "when/value.h"

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct field_bool *read_only = &in->container.read_only_rootfs;
	const struct place *at = read_only->at;

	(void) config;

	if (read_only->value)
		return 0;
	if (!at)
		at = for_service(in) ? PLACE_WORDS("TaskTemplate.ContainerSpec.ReadOnly")
				     : PLACE_WORDS("HostConfig.ReadonlyRootfs");
	verdict_object(v, at, at == read_only->at ? SLICE("false") : SLICE(""),
		       "is not true, so the container may write anywhere in its root file "
		       "system.");
	verdict_hint(v, "What it must write can go to a tmpfs or a volume.");
	verdict_add(v, SETTING_READ_ONLY, SLICE(""));
	return verdict_add(v, SETTING_TMPFS, SLICE("/tmp"));
}

const struct rule rule_read_only_rootfs = {
	.id = "read-only-rootfs",
	.number = "5.12",
	.number_1_6 = "5.13",
	.level = 1,
	.scored = true,
	.benchmark_title = "Mount container's root filesystem as read only",
	.title = "The root file system of containers is read-only",
	.why = "Who breaks into a program cannot replace it, or leave tools beside it, where nothing "
	       "can be written; what must be kept is in volumes, where it can be found.",
	.fields = "HostConfig.ReadonlyRootfs, ContainerSpec.ReadOnly of a service",
	.broken_by = "docker run without --read-only; compose: no read_only: true",
	.comply = "Add --read-only (compose: read_only: true); give the directories that must be "
		  "writable with --tmpfs or -v.",
	.value = value_bool,
	.nist = "4.4.3",
	.subjects = SUBJECT_CONTAINER,
	.check = check,
};
