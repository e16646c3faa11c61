/* decision-log.h - where decision records go. Shared by all workers. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/own.h"
#include "base/slice.h"

struct decision;
struct decision_log;
struct arena;

/* Writes to the open descriptor `fd`, which it does not own. NULL when out of memory. */
struct decision_log *decision_log_new(int fd);
void decision_log_free(struct decision_log *log);
OWN_DEFINE(decision_log, decision_log_free)

/*
 * One record, whole lines only. A record that cannot be written is counted, and the next one that
 * can be is preceded by a line that says how many were lost: nothing is lost silently.
 */
void decision_log_write(struct decision_log *log, const struct decision *d, struct arena *a);

/* Since the start. A lost record stays lost, also when a later line has told of it. */
struct decision_log_stats {
	uint64_t written, lost, queued;
	bool failing; /* the latest record could not be written */
};

/* Waits for no writer, not even for one that a full pipe holds up. */
struct decision_log_stats decision_log_stats(struct decision_log *log);
