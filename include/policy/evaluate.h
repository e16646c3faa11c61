/* evaluate.h - policy and intent to verdict. */
#pragma once

#include <stdint.h>

struct arena;
struct intent;
struct policy;
struct verdict;

/*
 * Runs every rule that is on and that has to do with what the intent speaks of; exceptions are
 * those in force at `now`, in seconds since 1970. On success `ret` is closed; on failure (-ENOMEM,
 * or what a rule could not do) it is untouched, and the caller denies.
 */
int evaluate(const struct policy *p, const struct intent *in, int64_t now, struct arena *a,
	     struct verdict **ret);
