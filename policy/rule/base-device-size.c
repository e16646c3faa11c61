/* base-device-size.c - a container's root file system must not outgrow what the daemon gives. */
#include "base/number.h"
#include "kit/rule-words.h"
#include "policy/rule.h"
#include "when/value.h"

struct config {
	uint64_t max;
};

static const struct param params[] = {
	PARAM_SIZE(struct config, max, 1, INT64_MAX,
		   "largest root file system that a container may ask for"),
	{ 0 },
};

/* What devicemapper gives by default. */
static const struct config defaults = { .max = UINT64_C(10) << 30 };

static int replace_size(const struct config *c, struct verdict *v)
{
	verdict_drop(v, SETTING_STORAGE_OPT, SLICE("size"));
	return verdict_addf(v, SETTING_STORAGE_OPT, "size=%s", size_words(c->max).text);
}

/*
 * Storage drivers know the one key "size", in any letter case, and refuse every other; so each key
 * is judged as if it were this one. To them a size of zero is no limit.
 */
static int check_size(const struct pair *option, const struct config *c, struct verdict *v)
{
	uint64_t size;

	if (!number_size(option->value, &size)) {
		/* Any option of a storage driver may stand here, so it is not quoted. */
		verdict_object(v, option->at, SLICE(""),
			       "is no size that can be judged, as a whole number and k, m, g or t "
			       "is.");
		return replace_size(c, v);
	}
	if (size == 0) {
		verdict_object(v, option->at, option->value, "is \"%.*s\", which sets no bound.",
			       SLICE_ARG(option->value));
		return replace_size(c, v);
	}
	if (size > c->max) {
		verdict_object(v, option->at, option->value,
			       "is \"%.*s\", more than the %s that the policy allows.",
			       SLICE_ARG(option->value), size_words(c->max).text);
		verdict_opens(v, max);
		return replace_size(c, v);
	}
	return 0;
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct field_pairs *options = &in->container.storage_opt;

	for (size_t i = 0; i < options->count; i++) {
		int r = check_size(&options->items[i], config, v);

		if (r)
			return r;
	}
	return 0;
}

const struct rule rule_base_device_size = {
	.id = "base-device-size",
	.number = "2.10",
	.number_1_6 = "2.11",
	.number_1_8 = "2.12",
	.level = 2,
	.scored = true,
	.benchmark_title = "Do not change base device size until needed",
	.title = "Root file systems keep the size that the daemon gives them",
	.why = "Containers that may grow further fill the disk that the engine and the other "
	       "containers live on.",
	.fields = "HostConfig.StorageOpt",
	.broken_by = "docker run --storage-opt size=120G; compose: storage_opt: {size: 120G}",
	.comply = "Remove --storage-opt (compose: storage_opt), and keep what grows in volumes; "
		  "or raise this rule's `max`. The daemon's own part, which no request shows: "
		  "leave dm.basesize out of its --storage-opt, which the driver devicemapper "
		  "alone knows.",
	.value = value_size,
	.sizes = true,
	.subjects = SUBJECT_CONTAINER,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.check = check,
};
