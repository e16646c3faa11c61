/* oom-protection.c - when memory runs out, a container must not be spared at the host's expense. */
#include <inttypes.h>

#include "kit/rule-words.h"
#include "policy/rule.h"
#include "when/value.h"

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct field_bool *disable = &in->container.oom_kill_disable;
	const struct field_int *adjust = &in->container.oom_score_adj;
	struct slice value;
	int r = 0;

	(void) config;

	if (disable->value) {
		verdict_object(v, disable->at, SLICE("true"),
			       "is true: the kernel would kill others instead.");
		r = verdict_drop(v, SETTING_OOM_KILL_DISABLE, SLICE(""));
	}
	if (r || adjust->value >= 0)
		return r;
	r = number_words(in, adjust->value, &value);
	if (r)
		return r;
	verdict_object(v, adjust->at, value,
		       "is %" PRId64 ", below 0, which has the kernel kill others first.",
		       adjust->value);
	return verdict_dropf(v, SETTING_OOM_SCORE_ADJ, "%" PRId64, adjust->value);
}

static const char *true_or_number(struct slice glob)
{
	return value_true(glob) && value_number(glob) ? "true, or scores such as -500" : NULL;
}

const struct rule rule_oom_protection = {
	.id = "oom-protection",
	.title = "Containers are not protected from the kernel's out-of-memory killer",
	.why = "A container that may not be killed leaves the kernel only the processes of others, "
	       "those of the host among them. The benchmark does not have it; level1 denies it "
	       "beside its 5.10, whose limit is kept by that same killer.",
	.fields = "HostConfig.OomKillDisable, HostConfig.OomScoreAdj, ContainerSpec.OomScoreAdj of "
		  "a service",
	.broken_by =
		"docker run --oom-kill-disable, --oom-score-adj -500; compose: oom_kill_disable: "
		"true, oom_score_adj: -500",
	.comply = "Remove --oom-kill-disable; give --oom-score-adj no value below 0.",
	.value = true_or_number,
	.nist = "4.4.3",
	.subjects = SUBJECT_LIMITS,
	.check = check,
};
