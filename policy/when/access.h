/*
 * access.h - who may call which operation: the policy's `access:`, which the rule trusted-users
 * judges (CIS Docker 1.11.0 Benchmark 1.6).
 *
 * Rules in order: the first whose users match the caller and that names the operation decides.
 * Within one rule deny goes before allow. Where none decides, the default does. A rule by image
 * speaks of calls that name images alone: it allows what is for certain of its images, and denies
 * what may be.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "policy/bit-set.h"
#include "policy/op.h"
#include "policy/rule.h"

struct arena;
struct facts;
struct glob_index;
struct intent;

struct access_rule {
	struct words users;  /* as caller_is takes them */
	struct words images; /* globs of full names; empty where it does not ask */
	struct bit_set allow, deny;
};

struct access {
	bool denies;   /* where no rule decides */
	bool by_image; /* some rule asks for images */
	const struct access_rule *rules;
	size_t count;

	/* The rules by their users' globs, and those for callers without a name, in order. */
	const struct glob_index *by_user;
	const uint32_t *nameless;
	size_t nameless_count;
};

/* Makes the look-up of the rules that `a` lists. 0 or -ENOMEM. */
int access_index(struct access *a, struct arena *arena);

/* Who asks for what, of which images; NULL: rules by image say nothing. */
struct access_question {
	struct slice user;
	enum op op;
	const struct facts *images;
};

/* `rule` is 1 for the first rule that decided, 0 for the default. */
bool access_allows(const struct access *a, const struct access_question *q, size_t *rule);

/* The same of a request. 0 or -ENOMEM. */
int access_decide(const struct access *a, const struct intent *in, bool *ret, size_t *rule);
