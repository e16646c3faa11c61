/*
 * decide.h - the pipeline: the bytes of one question to a decision.
 *
 *   bytes -> envelope -> operation -> intent -> verdict -> decision
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "authz/asker.h"
#include "base/slice.h"
#include "policy/intent.h"
#include "policy/verdict.h"

struct arena;
struct call;
struct look_secret;
struct looks;
struct policy;

struct decision {
	uint64_t id; /* grows with time, unique within a process; written as hexadecimal digits */
	struct timespec time; /* when it was made, UTC */
	uint64_t micros;      /* how long it took */
	enum outcome outcome;
	struct slice error; /* why it could not be judged; empty unless OUTCOME_ERROR */
	struct intent intent;
	struct asker asker;            /* of a denial alone: whom it speaks to */
	const struct verdict *verdict; /* NULL when OUTCOME_ERROR came before the rules */
	const struct policy *policy;   /* borrowed from the caller of decide */
	struct slice agent, body;      /* as the caller sent them, for the words of a denial */
	bool own_call;                 /* of our own helper: allowed, and nobody's business */
	int64_t began;                 /* microseconds of the monotonic clock */
};

/* What the decisions of a process share. One for each server or command; shared by its threads. */
struct decide_env {
	_Atomic uint64_t last_id;
	const struct own_paths *own;      /* borrowed; NULL where there is nothing to guard */
	const struct look_secret *secret; /* borrowed; NULL without a helper */
};

/*
 * The first half: from the bytes to the intent. False when all is decided. Else decide_end comes
 * next; where `looks` has become more than nothing, when that has been looked up. `looks` may be
 * NULL: then all that is only named stays unseen.
 */
bool decide_begin(struct slice bytes, const struct policy *policy, struct decide_env *env,
		  struct arena *a, struct looks *looks, struct decision *ret);

/* The second half: from the intent, and what was seen, to the verdict. `looks` outlives `d`. */
void decide_end(const struct looks *looks, struct decision *d);

/*
 * Both, with everything unseen. Never fails: whatever goes wrong is a decision that denies. `ret`
 * lives in `a`, which holds a ceiling; `bytes` and `policy` must outlive it.
 */
void decide(struct slice bytes, const struct policy *policy, struct decide_env *env,
	    struct arena *a, struct decision *ret);

/*
 * The denial of a question that could not be received whole. `why`, kept alive by the caller,
 * follows "the call" in a sentence: "is larger than ...".
 */
void decide_unheard(struct slice why, const struct policy *policy, struct decide_env *env,
		    struct arena *a, struct decision *ret);

/* The denial of a call that was allowed, but whose record cannot be kept where it must be. */
void decide_unrecorded(struct decision *d);
/*
 * The middle of the pipeline: a call whose `uri` is not read yet to `in`, whose arena and reading
 * are set up. What could not be read is in the reading; only a failing machine is an error here.
 */
int decide_understand(struct call *call, struct arena *a, struct intent *in);

bool decision_allows(const struct decision *d);
