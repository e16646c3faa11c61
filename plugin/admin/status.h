/* status.h - how the service stands: what is in force, what is recorded, what went wrong. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "log/decision-log.h"
#include "look/asker.h"

struct buf;
struct door;
struct policy;
struct policy_slot;
struct recording;
struct reload;

/* Where a status is read from. Outlives whoever reads it. */
struct status_source {
	time_t started;
	struct policy_slot *policies;
	struct reload *reload;
	struct decision_log *log;
	struct recording *recording; /* NULL: nothing is recorded */
	const struct door *door;     /* NULL: nobody looks */
	struct asker *asker;         /* NULL: look-ups are off */
};

struct status_exceptions {
	uint64_t in_force, expired;
	uint64_t within_week, within_month; /* of those in force, the ones that expire so soon */
};

struct status {
	time_t started;
	const struct policy *policy; /* a reference of the status's own; NULL: none is in force */
	time_t loaded;               /* when it came into force */
	uint64_t generation;         /* 1 for the first policy since the start */
	uint64_t load_errors;
	bool load_failed; /* the latest attempt; an older policy is in force */
	struct log_queue_stats log;
	struct log_queue_stats recording; /* zero where there is none */
	const struct door *door;
	enum asker_state looks;
	struct status_exceptions exceptions;
};

/* Waits for nothing but a moment's lock. */
void status_read(const struct status_source *source, struct status *ret);
void status_release(struct status *s);

/* Whether all is as the operator asked; else `why` gets a line for each reason. */
bool status_ready(const struct status *s, struct buf *why);
