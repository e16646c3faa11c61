/* evaluate.h - policy and intent to verdict. */
#pragma once

struct arena;
struct intent;
struct policy;
struct verdict;

/*
 * Runs every rule that is on and that has to do with what the intent speaks of. On success `ret` is
 * closed; on failure (-ENOMEM, or what a rule could not do) it is untouched, and the caller denies.
 */
int evaluate(const struct policy *p, const struct intent *in, struct arena *a,
	     struct verdict **ret);
