/* evaluate.h - policy and intent to verdict. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

struct arena;
struct intent;
struct policy;
struct rule;
struct rule_setting;
struct verdict;

/*
 * Runs every rule that is on and that has to do with what the intent speaks of; exceptions are
 * those in force at `now`, in seconds since 1970. On success `ret` is closed; on failure (-ENOMEM,
 * or what a rule could not do) it is untouched, and the caller denies.
 */
int evaluate(const struct policy *p, const struct intent *in, int64_t now, struct arena *a,
	     struct verdict **ret);

/* The settings by which the intent would be judged, one for each rule. 0 or -ENOMEM. */
int evaluate_settings(const struct policy *p, const struct intent *in, int64_t now, struct arena *a,
		      const struct rule_setting **ret);

/*
 * Whether an exception in force at `now` would let through what `rule` found in `value` before, as
 * a decision record tells it. 0 or -ENOMEM.
 */
int evaluate_finding(const struct policy *p, const struct intent *in, int64_t now,
		     const struct rule *rule, struct slice value, struct arena *a, bool *ret);
