/*
 * metrics.h - counts of what the service did, for people who watch many hosts.
 *
 * Counting takes no lock, allocates nothing and never fails; each CPU has its own counters, so that
 * two workers do not pass one cache line to and fro. Every function takes NULL: nobody counts.
 */
#pragma once

#include <stdint.h>

#include "base/own.h"
#include "look/wire.h"
#include "policy/op.h"
#include "policy/verdict.h"

struct decision;
struct metrics;

enum {
	METRICS_OUTCOMES = OUTCOME_ALLOW + 1,
	METRICS_BOUNDS = 17, /* of the histogram; what is beyond the last has a place of its own */
};

/* So many rules are in the table. */
enum metrics_rule {
#define RULE(name) METRICS_RULE_##name,
#include "policy/rules.def"
#undef RULE
	METRICS_RULES
};

/* What becomes of an objection: what the policy makes of its rule, unless an exception excuses it.
 */
enum metrics_weight { WEIGHT_WARN, WEIGHT_DENY, WEIGHT_EXCEPTED, METRICS_WEIGHTS };

enum metrics_call {
	CALL_REQUEST, /* AuthZReq */
	CALL_RESPONSE,
	CALL_ACTIVATE,
	CALL_OTHER, /* no such path, or not POST */
	METRICS_CALLS
};

/* Why a question was not heard whole. */
enum metrics_unheard {
	UNHEARD_TOO_LARGE,
	UNHEARD_NO_MEMORY,
	UNHEARD_INCOMPLETE, /* the caller left, or paused for too long; nobody was answered */
	METRICS_UNHEARD
};

/* Why a connection was closed unheard. */
enum metrics_refused { REFUSED_PEER, REFUSED_NO_MEMORY, METRICS_REFUSED };

/* What became of asking the daemon what something is. */
enum metrics_look { LOOKED_SEEN, LOOKED_ABSENT, LOOKED_UNSEEN, METRICS_LOOKS };

struct metrics_totals {
	uint64_t decisions[METRICS_OUTCOMES][OP_COUNT];
	uint64_t violations[METRICS_RULES][METRICS_WEIGHTS];
	uint64_t times[METRICS_BOUNDS + 1]; /* up to each bound and above the one before it */
	uint64_t micros;                    /* of all decisions in `times` together */
	uint64_t calls[METRICS_CALLS];
	uint64_t ended; /* of the calls */
	uint64_t unheard[METRICS_UNHEARD];
	uint64_t refused[METRICS_REFUSED];
	uint64_t looks[METRICS_LOOKS];
	uint64_t own_calls;
};

/* For so many threads that count at a time. NULL when out of memory. */
struct metrics *metrics_new(unsigned threads);
void metrics_free(struct metrics *m);
OWN_DEFINE(metrics, metrics_free)

void metrics_call_begins(struct metrics *m, enum metrics_call call);
void metrics_call_ends(struct metrics *m);
void metrics_decision(struct metrics *m, const struct decision *d);
void metrics_unheard(struct metrics *m, enum metrics_unheard why);
void metrics_look(struct metrics *m, enum look_status status);
void metrics_own_call(struct metrics *m);
void metrics_refused(struct metrics *m, enum metrics_refused why);

/*
 * All counts so far. Counting goes on meanwhile, so one that belongs to another may not be in yet;
 * but no call has ended that has not begun.
 */
void metrics_read(const struct metrics *m, struct metrics_totals *ret);

/* Upper bound of a place of the histogram, in microseconds. */
uint64_t metrics_bound(unsigned place);
