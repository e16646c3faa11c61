/* evaluate.h - policy and intent to verdict. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "policy/rule.h"

struct arena;
struct intent;
struct policy;
struct rule;
struct rule_setting;
struct verdict;
struct violation;

/*
 * Runs every rule that is on and that has to do with what the intent speaks of; exceptions are
 * those in force at `now`, in seconds since 1970. On success `ret` is closed; on failure (-ENOMEM,
 * or what a rule could not do) it is untouched, and the caller denies.
 */
int evaluate(const struct policy *p, const struct intent *in, int64_t now, struct arena *a,
	     struct verdict **ret);

/* What the rules that will judge the intent want to be seen before: a mask of enum sight_kind. 0 or
 * -ENOMEM. */
int evaluate_sights(const struct policy *p, const struct intent *in, int64_t now, struct arena *a,
		    unsigned *ret);

/* The settings by which the intent would be judged, one for each rule. 0 or -ENOMEM. */
int evaluate_settings(const struct policy *p, const struct intent *in, int64_t now, struct arena *a,
		      const struct rule_setting **ret);

/* What exceptions make of something that was found before. */
enum finding {
	FINDING_COUNTS,
	FINDING_EXCEPTED,
	/* One with options is for such calls, by which the request would have to be judged: */
	FINDING_LIKELY_EXCEPTED, /* that one let it through then */
	FINDING_UNKNOWN,
};

/*
 * What the exceptions in force at `now` make of what a rule found before, as a decision record
 * tells it: rule, value, where that leads, and whether it is read-only. `by` is the exception that
 * let it through then; empty for none. 0 or -ENOMEM.
 */
int evaluate_finding(const struct policy *p, const struct intent *in, int64_t now,
		     const struct violation *found, struct slice by, struct arena *a,
		     enum finding *ret);

/* A request's names, as the `when` of an exception compares them. */
struct names {
	struct words images;    /* full names, ending in :TAG or @DIGEST, or an ID */
	bool images_known;      /* false without any, or where one may be something else */
	struct slice container; /* empty where the call names none */
};

/* 0 or -ENOMEM. */
int evaluate_names(const struct intent *in, struct arena *a, struct names *ret);
