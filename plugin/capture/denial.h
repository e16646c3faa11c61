/*
 * denial.h - what a policy denies of one call, by its capture or its record.
 *
 * Of a request all is known. Of a decision record replay_denial tells what can be known.
 */
#pragma once

#include <stdbool.h>

#include "base/slice.h"
#include "policy/verdict.h"

struct arena;
struct intent;
struct policy;

struct denial {
	struct slice id, time; /* of the record; empty for a request */
	const struct intent *intent;
	const struct violation *found; /* those that deny, and meet no exception */
	bool failed;                   /* it could not be judged at all */
	bool partial;                  /* the record lacks findings, or ends of its texts */
};

/* Copies one that denies to the end of the list; `end` is where the next one goes. 0 or -ENOMEM. */
int denial_keep(const struct violation *v, struct arena *a, const struct violation ***end);

/* 0 or -ENOMEM. */
int denial_of_request(struct slice envelope, const struct policy *policy, struct arena *a,
		      struct denial *ret);
