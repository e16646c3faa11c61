/*
 * memory-limit.c - a container must not be able to take all of the host's memory.
 *
 * The benchmark asks that there is a limit, of whatever size, and does not speak of swap: how much
 * is too much depends on the host, so a largest limit and a bound on swap are the policy's to ask.
 */
#include <errno.h>
#include <stdio.h>

#include "kit/rule-words.h"
#include "policy/rule.h"
#include "when/value.h"

struct config {
	uint64_t min, max;
	bool bound_swap;
};

static const struct param params[] = {
	PARAM_SIZE(struct config, min, 0, INT64_MAX, "smallest limit that may be set"),
	PARAM_SIZE(struct config, max, 0, INT64_MAX,
		   "largest limit that may be set; 0: any limit counts, as for the benchmark"),
	PARAM_BOOL(struct config, bound_swap,
		   "swap must end somewhere: --memory-swap -1 is refused"),
	{ 0 },
};

/* The engine takes none below 6 MiB. */
static const struct config defaults = { .min = 6 << 20 };

static const struct place *place(const struct intent *in)
{
	if (in->container.memory.at)
		return in->container.memory.at;
	return for_service(in) ? PLACE_WORDS("TaskTemplate.Resources.Limits.MemoryBytes")
			       : PLACE_WORDS("HostConfig.Memory");
}

static bool above_max(const struct intent *in, const struct config *c)
{
	int64_t memory = in->container.memory.value;

	return c->max > 0 && memory > 0 && (uint64_t) memory > c->max;
}

/* A limit that most programs can live with, within what the policy allows; to whom asks for more,
 * the most that it allows. */
static int suggest(const struct intent *in, const struct config *c, struct verdict *v)
{
	uint64_t bytes = UINT64_C(256) << 20;

	if (bytes < c->min)
		bytes = c->min;
	if (c->max > 0 && (bytes > c->max || above_max(in, c)))
		bytes = c->max;
	if (in->container.memory.value != 0)
		verdict_drop(v, SETTING_MEMORY, SLICE(""));
	return verdict_addf(v, SETTING_MEMORY, "%s", size_words(bytes).text);
}

static int check_size(const struct intent *in, const struct config *c, struct verdict *v)
{
	int64_t memory = in->container.memory.value;
	struct size_words given = size_words((uint64_t) memory);
	struct slice value;
	int r = number_words(in, memory, &value);

	if (r)
		return r;
	/* Zero is none in a create; a negative value takes the limit away in an update. */
	if (memory <= 0) {
		verdict_object(v, place(in), value, "sets no limit.");
	} else if (above_max(in, c)) {
		verdict_object(v, place(in), value,
			       "is %s, more than the %s that the policy allows.", given.text,
			       size_words(c->max).text);
		verdict_opens(v, max);
	} else if ((uint64_t) memory < c->min) {
		verdict_object(v, place(in), value,
			       "is %s, less than the %s that the policy asks for.", given.text,
			       size_words(c->min).text);
		verdict_opens(v, min);
	} else {
		return 0;
	}
	return suggest(in, c, v);
}

static int check_memory(const struct intent *in, const struct config *c, struct verdict *v)
{
	switch (in->container.memory.state) {
	case FIELD_UNCHANGED:
		return 0;
	case FIELD_DEFAULT:
		verdict_object(v, place(in), SLICE(""), "is not given, so there is no limit.");
		return suggest(in, c, v);
	case FIELD_SET:
	case FIELD_SEEN:
		return check_size(in, c, v);
	}
	return -EINVAL;
}

static int check_swap(const struct field_int *swap, struct verdict *v)
{
	if (swap->value >= 0)
		return 0;
	verdict_object(v, swap->at, SLICE("-1"), "lets the container swap without end.");
	verdict_opens(v, bound_swap);
	return verdict_drop(v, SETTING_MEMORY_SWAP, SLICE("-1"));
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct config *c = config;
	int r = check_memory(in, c, v);

	if (r || !c->bound_swap)
		return r;
	r = check_swap(&in->container.memory_swap, v);
	return r ? r : check_swap(&in->container.swap, v);
}

static const char *conflict(const void *config)
{
	const struct config *c = config;

	if (c->max > 0 && c->min > c->max)
		return "allow no limit at all: `min` is above `max`";
	return NULL;
}

const struct rule rule_memory_limit = {
	.id = "memory-limit",
	.number = "5.10",
	.number_1_6 = "5.11",
	.level = 1,
	.scored = true,
	.benchmark_title = "Limit memory usage for container",
	.title = "Containers have a memory limit",
	.why = "A container without one can take all memory of the host; the kernel then kills "
	       "processes, and not always those of the container at fault. The benchmark asks for a "
	       "limit, not for its size, and leaves swap alone: `max` and `bound_swap` ask for more.",
	.fields = "HostConfig.Memory and MemorySwap, the same of an update, "
		  "Resources.Limits.MemoryBytes and SwapBytes of a service",
	.broken_by =
		"docker run without --memory; docker update --memory -1; compose: no mem_limit, no "
		"deploy.resources.limits.memory",
	.comply = "Add --memory 512m (compose: mem_limit: 512m), for a service --limit-memory 512m "
		  "(deploy.resources.limits.memory).",
	.value = value_size,
	.sizes = true,
	.nist = "4.4.3",
	.subjects = SUBJECT_LIMITS,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.conflict = conflict,
	.check = check,
};
