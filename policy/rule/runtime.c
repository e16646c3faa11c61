/*
 * runtime.c - containers are started by the program that the administrator chose.
 *
 * The engine takes more than the names in its settings: a name with dots makes containerd run
 * containerd-shim-* from the daemon's PATH.
 */
#include "kit/words.h"
#include "policy/rule.h"

struct config {
	struct words allow;
};

static const struct param params[] = {
	PARAM_WORDS(struct config, allow, NULL, "runtimes that may be named; globs"),
	{ 0 },
};

static const struct slice usual[] = { SLICE_INIT("runc"), SLICE_INIT("io.containerd.runc.v2") };
static const struct config defaults = { .allow = { usual, 2 } };

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct field_text *runtime = &in->container.runtime;
	const struct config *c = config;

	/* Without a name it is the daemon's own choice. */
	if (runtime->value.len == 0)
		return 0;
	if (words_match(&c->allow, runtime->value))
		return 0;
	verdict_object(v, runtime->at, runtime->value,
		       "is \"%.*s\", which the policy does not list.", SLICE_ARG(runtime->value));
	verdict_opens(v, allow);
	return verdict_drop(v, SETTING_RUNTIME, runtime->value);
}

const struct rule rule_runtime = {
	.id = "runtime",
	.title = "Containers are started by a known runtime",
	.why = "The runtime builds the walls around a container, as root on the host; another one "
	       "may build fewer of them, or be an older release with known holes.",
	.fields = "HostConfig.Runtime",
	.broken_by = "docker run --runtime NAME; compose: runtime: NAME",
	.comply = "Remove --runtime, or list the runtime under this rule's `allow`.",
	.example_value = "nvidia",
	.nist = "4.4.3",
	.subjects = SUBJECT_CONTAINER,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.check = check,
};
