/* cgroup-parent.c - a container must stay in the control group whose limits the daemon set. */
#include "base/path.h"
#include "kit/words.h"
#include "policy/rule.h"

struct config {
	struct words allow;
};

static const struct param params[] = {
	PARAM_WORDS(struct config, allow, NULL,
		    "control groups that may be a container's parent; globs, such as "
		    "\"/teams/*\" or \"batch-*.slice\""),
	{ 0 },
};

/* What a container gets that names none, on a daemon with cgroupfs and no --cgroup-parent (moby
 * daemon/oci_linux.go). A daemon with a parent of its own wants it off the list: no request shows
 * that. */
static const struct slice engine_default[] = { SLICE_INIT("/docker") };
static const struct config defaults = { .allow = { engine_default, 1 } };

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct config *c = config;
	const struct field_text *parent = &in->container.cgroup_parent;
	struct slice clean;
	int r;

	if (parent->value.len == 0)
		return 0;
	/* No engine stops "/teams/../system.slice", which every glob for /teams would match. */
	r = path_clean(in->arena, parent->value, &clean);
	if (r)
		return r;
	if (words_match(&c->allow, clean))
		return 0;
	verdict_object(v, parent->at, parent->value, "is \"%.*s\".", SLICE_ARG(parent->value));
	verdict_hint(v, "The container then gets a group below the daemon's own.");
	verdict_opens(v, allow);
	return verdict_drop(v, SETTING_CGROUP_PARENT, parent->value);
}

const struct rule rule_cgroup_parent = {
	.id = "cgroup-parent",
	.number = "5.24",
	.number_1_6 = "5.25",
	.level = 1,
	.scored = true,
	.benchmark_title = "Confirm cgroup usage",
	.title = "Containers stay in the daemon's control group",
	.why = "Under another parent a container escapes the limits set for all containers "
	       "together, and may be given those of the host's services. /docker is the engine's own "
	       "parent unless the daemon was started with --cgroup-parent; where it was, take it "
	       "off `allow`.",
	.fields = "HostConfig.CgroupParent, cgroupparent of builds",
	.broken_by =
		"docker run --cgroup-parent /system.slice; compose: cgroup_parent: /system.slice",
	.comply = "Remove --cgroup-parent (compose: cgroup_parent), or list the group under this "
		  "rule's `allow`.",
	.nist = "4.4.3",
	.subjects = SUBJECT_CONTAINER | SUBJECT_BUILD,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.check = check,
};
