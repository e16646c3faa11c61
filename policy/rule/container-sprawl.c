/*
 * container-sprawl.c - a host must not fill with containers that nobody needs.
 *
 * How many a host holds stands in no request, and asking the daemon from within its own question
 * would stop it. What can be seen is how many tasks a service asks for; for the rest the policy
 * says what not seeing means.
 */
#include <inttypes.h>

#include "kit/rule-words.h"
#include "kit/words.h"
#include "policy/rule.h"
#include "when/value.h"

struct config {
	uint64_t max;
	struct slice unseen;
};

static const struct param params[] = {
	PARAM_COUNT(
		struct config, max, 1, 1000000,
		"how many containers a host should hold; the tasks of one service are counted, what "
		"the host holds cannot be"),
	PARAM_WORD(struct config, unseen, choice_word,
		   "what a container is whose host may hold more already, which cannot be seen: "
		   "allow or deny",
		   .pattern = CHOICE_PATTERN),
	{ 0 },
};

static const struct config defaults = { .max = 100, .unseen = SLICE_INIT("allow") };

static int check_tasks(const struct intent *in, const struct field_int *tasks,
		       const struct config *c, struct verdict *v)
{
	struct slice value;
	int r;

	if (tasks->value < 0 || (uint64_t) tasks->value <= c->max)
		return 0;
	r = number_words(in, tasks->value, &value);
	if (r)
		return r;
	verdict_object(v, tasks->at, value,
		       "is %" PRId64 ", more than the %" PRIu64 " that the policy allows.",
		       tasks->value, c->max);
	verdict_opens(v, max);
	verdict_dropf(v, SETTING_REPLICAS, "%" PRId64, tasks->value);
	return verdict_addf(v, SETTING_REPLICAS, "%" PRIu64, c->max);
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct config *c = config;
	int r = check_tasks(in, &in->container.replicas, c, v);

	if (r == 0)
		r = check_tasks(in, &in->container.job_tasks, c, v);
	if (r || !choice_denies(c->unseen) || in->op == OP_SERVICE_UPDATE)
		return r;
	verdict_object(v, PLACE_WORDS("the request"), SLICE(""),
		       "adds a container to a host that may hold more than %" PRIu64
		       "; how many it holds cannot be seen. Remove those that are done "
		       "(docker container prune) and ask who runs this host to make it.",
		       c->max);
	return verdict_opens(v, unseen);
}

const struct rule rule_container_sprawl = {
	.id = "container-sprawl",
	.number = "6.5",
	.number_1_6 = "6.2",
	.level = 1,
	.profile = PROFILE_LINUX_HOST,
	.benchmark_title = "Avoid container sprawl",
	.title = "Hosts hold no more containers than they need",
	.why = "Stopped and forgotten containers keep their disk, their secrets and their unpatched "
	       "programs.",
	.fields = "Mode of a service; how many containers a host holds is in no request",
	.broken_by = "docker service create --replicas 1000; containers that are never removed",
	.comply = "Run what is done once with --rm, and docker container prune from a timer. "
		  "Where 25 or more are stopped, the benchmark calls it sprawl: compare "
		  "Containers and Running of docker info. The number held cannot be seen here: "
		  "`unseen: deny` admits no new container at all, for hosts whose containers "
		  "are made in one maintenance window.",
	.value = value_number,
	.nist = "4.4.5",
	.subjects = SUBJECT_CONTAINER,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.check = check,
};
