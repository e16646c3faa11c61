/* unmasked-paths.c - the engine hides parts of /proc and /sys from every container; they stay
 * hidden. */
#include "policy/rule.h"

static int check_list(const struct field_texts *paths, struct verdict *v)
{
	/* null and absent mean the engine's list; any list that is given replaces it, an empty one
	 * with nothing. */
	if (paths->state != FIELD_SET)
		return 0;
	verdict_object(v, paths->at, SLICE(""),
		       "replaces the engine's list of paths to hide. Remove --security-opt "
		       "systempaths=unconfined.");
	return verdict_drop(v, "--security-opt systempaths=unconfined");
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct field_texts *options = &in->container.security_opt;
	int r = check_list(&in->container.masked_paths, v);

	(void) config;

	if (r == 0)
		r = check_list(&in->container.readonly_paths, v);
	for (size_t i = 0; r == 0 && i < options->count; i++) {
		if (!slice_starts(options->items[i].value, SLICE("systempaths")))
			continue;
		verdict_object(v, options->items[i].at, options->items[i].value,
			       "shows the container what the engine hides. Remove --security-opt "
			       "systempaths=unconfined.");
		r = verdict_drop(v, "--security-opt %.*s", SLICE_ARG(options->items[i].value));
	}
	return r;
}

const struct rule rule_unmasked_paths = {
	.id = "unmasked-paths",
	.title = "Masked system paths stay masked",
	.why = "Behind the masks lie the kernel's memory, its keys and switches such as "
	       "/proc/sys and /proc/sysrq-trigger, which root in a container could use.",
	.fields = "HostConfig.MaskedPaths, HostConfig.ReadonlyPaths, systempaths in "
		  "HostConfig.SecurityOpt",
	.breaks = "docker run --security-opt systempaths=unconfined; compose: security_opt: "
		  "[systempaths=unconfined]",
	.comply = "Remove --security-opt systempaths=unconfined.",
	.nist = "4.4.3",
	.subjects = SUBJECT_CONTAINER,
	.check = check,
};
