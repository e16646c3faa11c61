/*
 * decision-log.h - where decision records go. Shared by all workers.
 *
 * A worker puts a record into a queue and goes on, unless it is required; one thread writes what is
 * in it.
 */
#pragma once

#include <stdbool.h>

#include "base/own.h"
#include "log/log-queue.h"

struct arena;
struct decision;
struct decision_log;
struct log_sink;

struct decision_log_options {
	bool denied_only; /* calls that no rule objects to are not recorded */
	bool required;    /* an allowed call that cannot be recorded is denied */
	bool synced;      /* and every answer waits until its record is on the disk */
};

/* `sink` is the log's from then on, whatever comes of it. 0 or -errno. */
int decision_log_new(struct log_sink *sink, const struct decision_log_options *options,
		     struct decision_log **ret);

/* Writes what is queued, for some seconds at most; says how many records were lost by that. */
void decision_log_free(struct decision_log *log);
OWN_DEFINE(decision_log, decision_log_free)

/*
 * Queues the record of `d`, without waiting. What cannot be queued is counted, and the count is
 * written as soon as something can be. Where records are required it waits until that of an allowed
 * `d` is written, for half a second at most; one that is not becomes a denial that says so. Where
 * they are synced it waits for that of a denial as well. Then call this before the answer is made.
 */
void decision_log_write(struct decision_log *log, struct decision *d, struct arena *a);
bool decision_log_required(const struct decision_log *log);

/* The file is opened anew before the next record: another may have its name. */
void decision_log_reopen(struct decision_log *log);

struct log_queue_stats decision_log_stats(struct decision_log *log);
