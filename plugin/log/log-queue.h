/*
 * log-queue.h - lines on their way to a sink: the decision log's, a recording's, the process log's.
 *
 * Many threads put whole lines into a queue and go on; one thread of the queue's writes them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/own.h"
#include "base/slice.h"
#include "policy/verdict.h"

struct log_queue;
struct log_sink;

/* Words outlive the queue. */
struct log_queue_options {
	const char *name;        /* "decision log" */
	const char *lines;       /* what it takes: "records" */
	const char *consequence; /* the end of a complaint that it cannot be written, or "" */
	size_t room;             /* bytes that may wait; a longer line is lost */
	int drain;               /* milliseconds to write what is left at the end */
	bool prompt;             /* somebody waits for each line */
	bool synced;             /* a line counts as written once it is on the disk */
	bool quiet;              /* complaints go nowhere: this is where they would go */

	/* Makes the line that stands where `lost` others would; returns its length. */
	size_t (*tell_loss)(uint64_t lost, char *line, size_t size);
};

struct log_queue_stats {
	uint64_t written, lost; /* lines, since the start */
	uint64_t queued;        /* not yet written */
	bool failing;           /* the latest attempt to write has failed, or stands still */
};

/* `sink` is the queue's from then on, whatever comes of it. 0 or -errno. */
int log_queue_new(struct log_sink *sink, const struct log_queue_options *options,
		  struct log_queue **ret);

/*
 * Writes what is queued, for `drain` at most; says how many lines were lost by that. False when the
 * writer is in the middle of a write that does not end: then it, and its sink, live on. NULL is
 * fine.
 */
bool log_queue_free(struct log_queue *q);
OWN_DEFINE(log_queue, log_queue_free)

/* As log_sink_prefix and log_sink_longest. */
struct slice log_queue_prefix(const struct log_queue *q, enum outcome outcome);
size_t log_queue_longest(const struct log_queue *q);

/* Never waits. False when there is no room: then say so by log_queue_lose. */
bool log_queue_add(struct log_queue *q, struct slice prefix, struct slice line);

/* What became of a line that somebody waited for. */
enum log_fate {
	LOG_WRITTEN,
	LOG_LATE,    /* it is in the queue, but was not written in time */
	LOG_REFUSED, /* it is not in the queue: there is no room, or the sink does not work */
};

/* Adds it and waits until the sink has taken it, for `patience` milliseconds at most. */
enum log_fate log_queue_write(struct log_queue *q, struct slice prefix, struct slice line,
			      int patience);

/* A line that could not be made or added; the count is written as soon as something can be. */
void log_queue_lose(struct log_queue *q);

/* The file is opened anew before the next line: another may have its name. */
void log_queue_reopen(struct log_queue *q);

struct log_queue_stats log_queue_stats(struct log_queue *q);
