/* pids-limit.c - a container must not be able to fork without bound. */
#include <errno.h>
#include <inttypes.h>

#include "kit/rule-words.h"
#include "policy/rule.h"
#include "when/value.h"

struct config {
	uint64_t max;
};

static const struct param params[] = {
	/* What the kernel can tell apart on 64-bit machines. */
	PARAM_COUNT(struct config, max, 1, 4194304, "most processes and threads of one container"),
	{ 0 },
};

static const struct config defaults = { .max = 4096 };

static const struct place *place(const struct intent *in)
{
	if (in->container.pids_limit.at)
		return in->container.pids_limit.at;
	return for_service(in) ? PLACE_WORDS("TaskTemplate.Resources.Limits.Pids")
			       : PLACE_WORDS("HostConfig.PidsLimit");
}

static int suggest(const struct intent *in, const struct config *c, struct verdict *v)
{
	verdict_opens(v, max);
	if (in->container.pids_limit.value != 0)
		verdict_drop(v, SETTING_PIDS_LIMIT, SLICE(""));
	return verdict_addf(v, SETTING_PIDS_LIMIT, "%" PRIu64,
			    c->max < 100 || in->container.pids_limit.value > 0 ? c->max : 100);
}

static int check_limit(const struct intent *in, const struct config *c, struct verdict *v)
{
	int64_t limit = in->container.pids_limit.value;
	struct slice value;
	int r = number_words(in, limit, &value);

	if (r)
		return r;
	/* Engines read zero and anything below as no limit. */
	if (limit <= 0) {
		verdict_object(v, place(in), value, "sets no limit.");
		return suggest(in, c, v);
	}
	if ((uint64_t) limit > c->max) {
		verdict_object(v, place(in), value,
			       "is %" PRId64 ", more than the %" PRIu64 " that the policy allows.",
			       limit, c->max);
		return suggest(in, c, v);
	}
	/* Such a service is made without the limit (moby adjustForAPIVersion). */
	if (for_service(in) && api_before(in, 41))
		return verdict_object(v, place(in), value,
				      "is forgotten by engines when the API is older than 1.41. "
				      "Use a newer client, or unset DOCKER_API_VERSION.");
	return 0;
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct config *c = config;

	switch (in->container.pids_limit.state) {
	case FIELD_UNCHANGED:
		return 0;
	case FIELD_DEFAULT:
		verdict_object(v, place(in), SLICE(""), "is not given, so there is no limit.");
		return suggest(in, c, v);
	case FIELD_SET:
	case FIELD_SEEN:
		return check_limit(in, c, v);
	}
	return -EINVAL;
}

const struct rule rule_pids_limit = {
	.id = "pids-limit",
	.number_1_6 = "5.29",
	.title = "Containers have a process limit",
	.why = "One container that forks without end fills the process table of the host, and "
	       "then nobody can log in to stop it.",
	.fields =
		"HostConfig.PidsLimit, PidsLimit of an update, Resources.Limits.Pids of a service",
	.broken_by =
		"docker run without --pids-limit, or with --pids-limit -1; compose: no pids_limit",
	.comply = "Add --pids-limit 512 (compose: pids_limit: 512), for a service --limit-pids 512 "
		  "(deploy.resources.limits.pids).",
	.value = value_number,
	.nist = "4.4.3",
	.subjects = SUBJECT_LIMITS,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.check = check,
};
