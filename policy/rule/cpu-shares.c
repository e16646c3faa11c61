/*
 * cpu-shares.c - a container must not be able to starve the others of processor time.
 *
 * Shares are a weight against the other containers, --cpus and a quota are a ceiling. The
 * benchmark looks at the first alone, so the others count only where the policy accepts them. A
 * weight of 1024 is what a container has anyway. The tasks of a service have no weight: only a
 * ceiling can be asked of it.
 */
#include <inttypes.h>

#include "base/number.h"
#include "kit/rule-words.h"
#include "policy/rule.h"
#include "when/value.h"

enum { NANO = 1000000000, SHARES_OF_EVERYBODY = 1024, PERIOD_OF_THE_ENGINE = 100000 };

struct config {
	struct words accept;
	struct slice max_cpus;
};

static const char *accept_word(struct slice word)
{
	bool known = slice_eq(word, SLICE("shares")) || slice_eq(word, SLICE("cpus")) ||
		     slice_eq(word, SLICE("quota"));

	return known ? NULL : "shares, cpus or quota";
}

/* "1.5" in billionths. */
static bool read_cpus(struct slice text, uint64_t *ret)
{
	struct slice whole = text, fraction = SLICE("");
	uint64_t count, part = 0, unit = NANO;
	bool dotted = slice_cut(text, '.', &whole, &fraction);

	if (!number_u64(whole, &count) || count > 100000 || fraction.len > 9 ||
	    (dotted && !number_u64(fraction, &part)))
		return false;
	for (size_t i = 0; i < fraction.len; i++)
		unit /= 10;
	*ret = count * NANO + part * unit;
	return *ret > 0;
}

static const char *cpus_word(struct slice word)
{
	uint64_t nano;

	if (slice_eq(word, SLICE("all")) || read_cpus(word, &nano))
		return NULL;
	return "a number of processors such as 2 or \"1.5\", or all";
}

static const struct param params[] = {
	PARAM_WORDS(
		struct config, accept, accept_word,
		"what counts as a limit: shares (a weight other than 1024, the benchmark's way), "
		"cpus, quota; of services only cpus can",
		.pattern = "^(shares|cpus|quota)$"),
	PARAM_WORD(struct config, max_cpus, cpus_word,
		   "most processors that --cpus or a quota may give: a number such as \"1.5\", or "
		   "all",
		   .pattern = "^(all|[0-9]+(\\.[0-9]{1,9})?)$"),
	{ 0 },
};

static const struct slice benchmark_way[] = { SLICE_INIT("shares") };
static const struct config defaults = { .accept = { benchmark_way, 1 },
					.max_cpus = SLICE_INIT("all") };

static bool accepts(const struct config *c, struct slice way)
{
	for (size_t i = 0; i < c->accept.count; i++) {
		if (slice_eq(c->accept.items[i], way))
			return true;
	}
	return false;
}

static bool limits_shares(const struct field_int *shares)
{
	return shares->value > 0 && shares->value != SHARES_OF_EVERYBODY;
}

static bool is_limited(const struct container *k, const struct config *c)
{
	return (accepts(c, SLICE("shares")) && limits_shares(&k->cpu_shares)) ||
	       (accepts(c, SLICE("cpus")) && k->nano_cpus.value > 0) ||
	       (accepts(c, SLICE("quota")) && k->cpu_quota.value > 0);
}

/* What an update sets anew: it may take a limit away that it does not give back. */
static const struct field_int *first_given(const struct container *k)
{
	const struct field_int *const fields[] = { &k->cpu_shares, &k->nano_cpus, &k->cpu_quota };

	for (size_t i = 0; i < 3; i++) {
		if (fields[i]->state == FIELD_SET)
			return fields[i];
	}
	return NULL;
}

static bool takes_away(const struct container *k, const struct config *c)
{
	return (accepts(c, SLICE("shares")) && k->cpu_shares.state == FIELD_SET &&
		!limits_shares(&k->cpu_shares)) ||
	       (accepts(c, SLICE("cpus")) && k->nano_cpus.value < 0) ||
	       (accepts(c, SLICE("quota")) && k->cpu_quota.value < 0);
}

static const char *way_out(const struct intent *in, const struct config *c)
{
	if (for_service(in) && accepts(c, SLICE("cpus")))
		return "Set --limit-cpu 1 (compose: deploy.resources.limits.cpus).";
	if (for_service(in))
		return "No option of a service complies, since its tasks have no CPU shares: have "
		       "`cpus` added to `accept` of cpu-shares, and set --limit-cpu 1 (compose: "
		       "deploy.resources.limits.cpus).";
	if (accepts(c, SLICE("shares")))
		return "Set --cpu-shares 512 (compose: cpu_shares).";
	if (accepts(c, SLICE("cpus")))
		return "Set --cpus 1 (compose: cpus).";
	return "Set --cpu-quota 100000 (compose: cpu_quota).";
}

static int suggest(const struct intent *in, const struct config *c, struct verdict *v)
{
	if (for_service(in))
		return verdict_kept(v);
	if (accepts(c, SLICE("shares")))
		return verdict_add(v, "--cpu-shares 512");
	return verdict_add(v, accepts(c, SLICE("cpus")) ? "--cpus 1" : "--cpu-quota 100000");
}

static int check_limited(const struct intent *in, const struct config *c, struct verdict *v)
{
	const struct container *k = &in->container;
	const struct field_int *given = first_given(k);
	const struct place *at = for_service(in)
					 ? PLACE_WORDS("TaskTemplate.Resources.Limits.NanoCPUs")
					 : PLACE_WORDS("HostConfig.CpuShares");
	struct slice value;
	int r;

	if (is_limited(k, c) || (in->op == OP_CONTAINER_UPDATE && !takes_away(k, c)))
		return 0;
	if (!given) {
		verdict_object(v, at, SLICE(""),
			       "is not given, so the container may take all processors. %s",
			       way_out(in, c));
		return suggest(in, c, v);
	}
	r = number_words(in, given->value, &value);
	if (r)
		return r;
	verdict_object(v, given->at, value,
		       "is %" PRId64 ", which is no limit that the policy accepts. %s",
		       given->value, way_out(in, c));
	return suggest(in, c, v);
}

static int object_to_cpus(const struct intent *in, const struct config *c,
			  const struct field_int *field, struct verdict *v)
{
	struct slice value;
	int r = number_words(in, field->value, &value);

	if (r)
		return r;
	verdict_object(v, field->at, value,
		       "gives more than the %.*s processors that the policy allows. Lower %s.",
		       SLICE_ARG(c->max_cpus),
		       for_service(in) ? "--limit-cpu" : "--cpus or --cpu-quota");
	return verdict_add(v, "--cpus %.*s", SLICE_ARG(c->max_cpus));
}

static bool exceeds(const struct container *k, uint64_t most_nano)
{
	uint64_t period = PERIOD_OF_THE_ENGINE, nano;

	if (k->cpu_quota.value <= 0)
		return false;
	if (k->cpu_period.value > 0)
		period = (uint64_t) k->cpu_period.value;
	return __builtin_mul_overflow((uint64_t) k->cpu_quota.value, (uint64_t) NANO, &nano) ||
	       nano / period > most_nano;
}

static int check_most(const struct intent *in, const struct config *c, struct verdict *v)
{
	const struct container *k = &in->container;
	bool update = in->op == OP_CONTAINER_UPDATE;
	uint64_t most;

	if (!read_cpus(c->max_cpus, &most))
		return 0;
	if (k->nano_cpus.value > 0 && (uint64_t) k->nano_cpus.value > most)
		return object_to_cpus(in, c, &k->nano_cpus, v);
	if (exceeds(k, most))
		return object_to_cpus(in, c, &k->cpu_quota, v);
	/* A quota means as much as its period, and what the other one was is not to be seen. */
	if (update && (k->cpu_quota.value > 0) != (k->cpu_period.state == FIELD_SET))
		return verdict_object(
			v, k->cpu_quota.at ? k->cpu_quota.at : k->cpu_period.at, SLICE(""),
			"changes one of quota and period, so how many processors that makes cannot "
			"be seen. Give --cpu-quota and --cpu-period together.");
	return 0;
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	int r = check_limited(in, config, v);

	return r ? r : check_most(in, config, v);
}

static const char *conflict(const void *config)
{
	const struct config *c = config;

	if (c->accept.count == 0)
		return "accept no limit at all, as `accept` is empty; name shares, cpus or quota";
	return NULL;
}

const struct rule rule_cpu_shares = {
	.id = "cpu-shares",
	.number = "5.11",
	.number_1_6 = "5.12",
	.level = 1,
	.scored = true,
	.benchmark_title = "Set container CPU priority appropriately",
	.title = "Containers have a limit or a weight for processor time",
	.why = "By default all containers have equal claims, so a busy one takes from those that "
	       "matter. The benchmark looks at CpuShares alone: a ceiling by --cpus or a quota "
	       "counts where `accept` lists it.",
	.fields = "HostConfig.CpuShares, NanoCpus, CpuQuota, CpuPeriod, the same of an update, "
		  "Resources.Limits.NanoCPUs of a service",
	.broken_by = "docker run without --cpu-shares, or with --cpu-shares 1024; compose: no "
		     "cpu_shares",
	.comply = "Add --cpu-shares 512 (compose: cpu_shares). Where `accept` lists cpus, --cpus 1 "
		  "(compose: cpus) does as well, and --limit-cpu 1 "
		  "(deploy.resources.limits.cpus) for a service, which has no shares.",
	.value = value_number,
	.nist = "4.4.3",
	.subjects = SUBJECT_LIMITS,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.conflict = conflict,
	.check = check,
};
