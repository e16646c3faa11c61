/*
 * restart-policy.c - a container that fails again and again must stop some time.
 *
 * A swarm has words of its own: `none` is the engine's `no`, and `any`, its default, is `always`
 * until a highest number of attempts makes it bounded.
 */
#include <inttypes.h>

#include "base/array.h"
#include "kit/rule-words.h"
#include "policy/rule.h"

struct config {
	struct words allow;
	uint64_t max_retries;
};

static const struct slice names[] = {
	SLICE_INIT("no"),
	SLICE_INIT("on-failure"),
	SLICE_INIT("unless-stopped"),
	SLICE_INIT("always"),
};

static const char *name_word(struct slice word)
{
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (slice_eq(word, names[i]))
			return NULL;
	}
	return "no, on-failure, unless-stopped or always";
}

static const struct param params[] = {
	PARAM_WORDS(struct config, allow, name_word,
		    "restart policies that may be set: no, on-failure, unless-stopped, always",
		    .pattern = "^(no|on-failure|unless-stopped|always)$"),
	PARAM_COUNT(struct config, max_retries, 1, 1000, "most attempts that on-failure may make"),
	{ 0 },
};

/* The first two of the names. */
static const struct config defaults = { .allow = { names, 2 }, .max_retries = 5 };

static bool allows(const struct config *c, struct slice name)
{
	for (size_t i = 0; i < c->allow.count; i++) {
		if (slice_eq(c->allow.items[i], name))
			return true;
	}
	return false;
}

/* The policy in the words of docker run. */
static struct slice effective(const struct intent *in)
{
	struct slice name = in->container.restart_policy.value;

	if (!for_service(in))
		return name.len > 0 ? name : SLICE("no");
	if (slice_eq(name, SLICE("none")))
		return SLICE("no");
	if (name.len == 0 || slice_eq(name, SLICE("any")))
		return in->container.restart_retries.value > 0 ? SLICE("on-failure")
							       : SLICE("always");
	return name;
}

/* In the words of a swarm where the request is to one. */
static struct slice first_allowed(const struct intent *in, const struct config *c)
{
	struct slice name = c->allow.count > 0 ? c->allow.items[0] : SLICE("no");

	if (!for_service(in))
		return name;
	return slice_eq(name, SLICE("no")) ? SLICE("none") : SLICE("any");
}

/* An empty value was not given. */
static int object(const struct intent *in, const struct config *c, const struct place *at,
		  struct slice value, const char *why, size_t opens, struct verdict *v)
{
	struct slice given = in->container.restart_policy.value;

	verdict_object(v, at, value, "%s%.*s, %s.", value.len > 0 ? "is " : "is not given",
		       SLICE_ARG(value), why);
	verdict_opens_at(v, opens);
	if (given.len > 0)
		verdict_drop(v, SETTING_RESTART, given);
	if (in->container.restart_retries.value > 0 && for_service(in))
		verdict_dropf(v, SETTING_RESTART_ATTEMPTS, "%" PRId64,
			      in->container.restart_retries.value);
	if (allows(c, SLICE("on-failure")))
		return verdict_addf(v, SETTING_RESTART_BOUNDED, "%" PRIu64, c->max_retries);
	return verdict_add(v, SETTING_RESTART, first_allowed(in, c));
}

static int check_retries(const struct intent *in, const struct config *c, struct verdict *v)
{
	const struct field_text *policy = &in->container.restart_policy;
	const struct field_int *retries = &in->container.restart_retries;
	struct slice value;
	int r;

	if (retries->value > 0 && (uint64_t) retries->value <= c->max_retries)
		return 0;
	if (!retries->at)
		return object(in, c, policy->at, policy->value, "which without a count has no end",
			      offsetof(struct config, max_retries), v);
	r = number_words(in, retries->value, &value);
	return r ? r
		 : object(in, c, retries->at, value,
			  retries->value > 0 ? "more attempts than the policy allows"
					     : "which engines take for no bound",
			  offsetof(struct config, max_retries), v);
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct config *c = config;
	const struct field_text *policy = &in->container.restart_policy;
	const struct place *at = PLACE_WORDS("TaskTemplate.RestartPolicy.Condition");
	struct slice name = effective(in);

	if (policy->state == FIELD_UNCHANGED)
		return 0;
	if (!allows(c, name))
		return object(in, c, policy->at ? policy->at : at, policy->value,
			      policy->value.len > 0 ? "which the policy does not allow"
						    : "so tasks are started again without end",
			      offsetof(struct config, allow), v);
	return slice_eq(name, SLICE("on-failure")) ? check_retries(in, c, v) : 0;
}

const struct rule rule_restart_policy = {
	.id = "restart-policy",
	.number = "5.14",
	.number_1_6 = "5.15",
	.level = 1,
	.scored = true,
	.benchmark_title = "Set the 'on-failure' container restart policy to 5",
	.title = "Containers are restarted a few times at most",
	.why = "A container that is started again for ever hides what is wrong with it, and its "
	       "restarts take time and disk from the host.",
	.fields = "HostConfig.RestartPolicy, RestartPolicy of an update and of a service",
	.broken_by =
		"docker run --restart always, --restart on-failure; compose: restart: always; a "
		"service without --restart-max-attempts",
	.comply = "Use --restart on-failure:5 (compose: restart: \"on-failure:5\"), for a service "
		  "--restart-condition on-failure --restart-max-attempts 5 "
		  "(deploy.restart_policy: {condition: on-failure, max_attempts: 5}).",
	.example_value = "always",
	.subjects = SUBJECT_LIMITS,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.check = check,
};
