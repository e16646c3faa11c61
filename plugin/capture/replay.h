/*
 * replay.h - what another policy makes of a call, by its capture or its record.
 *
 * A capture is decided anew, by the policy that is compared with and by the new one. A decision
 * record has no body: replay.c says what can be told from it all the same.
 */
#pragma once

#include <stdbool.h>

#include "base/slice.h"
#include "policy/verdict.h"

struct arena;
struct denial;
struct policy;

/* For each rule, in the table's order. */
struct replay_rule {
	enum action before,
		after;     /* how the rule's findings weigh; ACTION_OFF when there are none */
	struct slice near; /* of the first that is denied now: which exception nearly lets it pass;
			    * or empty */
	bool not_judged;   /* on now, about such a call, and nobody can tell what it would find */
};

struct replay {
	struct slice user, method, target, operation, image;
	enum outcome before, after;
	const struct replay_rule *rules;
	bool partial; /* the record lacks findings, or ends of its texts: `after` and what rules
		       * find is not known, and `rules` is NULL */
};

/* How `after` decides a request that `before` decided. 0 or -ENOMEM. */
int replay_request(struct slice envelope, const struct policy *before, const struct policy *after,
		   struct arena *a, struct replay *ret);

/* Whether a line of a log may be a decision record. */
bool replay_is_record(struct slice line);

/*
 * How `after` would have decided what a decision record tells of. `before` is the policy that may
 * have made the record, or NULL. 0; BAD_INPUT when it is no decision record; -ENOMEM.
 */
int replay_record(struct slice line, const struct policy *before, const struct policy *after,
		  struct arena *a, struct replay *ret);

/* What `policy` denies of the call of a record. 0; BAD_INPUT when it is none; -ENOMEM. */
int replay_denial(struct slice line, const struct policy *policy, struct arena *a,
		  struct denial *ret);

/* The number of calls that the line of a log says are missing; 0 when it is no such line. */
unsigned long long replay_loss(struct slice line);
