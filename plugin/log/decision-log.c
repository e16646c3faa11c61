/*
 * decision-log.c - decision records, from many threads to one sink.
 *
 * The queue (log-queue.c) takes them and writes them a few milliseconds later; a record that cannot
 * be written is counted, and {"lost":N} stands where it would.
 *
 * With --log-required "recorded" means: written. The caller of an allowed call waits until the
 * kernel has taken its record, and when that fails or takes longer than PATIENCE the call becomes a
 * denial. From then on until a write succeeds every allowed call does so at once. The record that
 * was not written in time may be in the middle of a write and cannot be taken back: a second one of
 * the same decision follows it, with the outcome `error`, which is what the caller was told.
 *
 * With --log-sync "written" means: on the disk. Denials wait for their records too, so nobody has
 * been told what a kill of the process, or of the machine, can take out of the log.
 */
#include "log/decision-log.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "authz/decide.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/json-writer.h"
#include "log/log-sink.h"
#include "log/record.h"
#include "policy/verdict.h"

enum { ROOM = 2 << 20 /* bytes */ };

/* Milliseconds. What waits here holds up a worker, and a sign of life takes a second at most. */
enum { PATIENCE = 500, DRAIN = 3000 };

struct decision_log {
	struct decision_log_options options;
	struct log_queue *queue;
};

static size_t tell_loss(uint64_t lost, char *line, size_t size)
{
	struct timespec now = clock_realtime();
	struct buf b = BUF_OVER(line, size);
	char text[CLOCK_TEXT];

	json_write_object(&b);
	json_write_key(&b, JSON_NAME("schema"));
	json_write_number(&b, RECORD_SCHEMA);
	json_write_key(&b, JSON_NAME("time"));
	json_write_plain(&b, clock_text(&now, text));
	json_write_key(&b, JSON_NAME("lost"));
	json_write_number(&b, lost);
	json_write_object_end(&b);
	buf_char(&b, '\n');
	return b.len;
}

int decision_log_new(struct log_sink *sink, const struct decision_log_options *options,
		     struct decision_log **ret)
{
	const struct log_queue_options queue = {
		.name = "decision log",
		.lines = "records",
		.consequence =
			options->required ? "; calls are denied while they cannot be recorded" : "",
		.room = ROOM,
		.drain = DRAIN,
		.prompt = options->required,
		.synced = options->synced,
		.tell_loss = tell_loss,
	};
	OWN(decision_log) log = calloc(1, sizeof(*log));
	int r;

	if (!log) {
		log_sink_free(sink);
		return -ENOMEM;
	}
	log->options = *options;
	r = log_queue_new(sink, &queue, &log->queue);
	if (r == 0)
		*ret = TAKE(log);
	return r;
}

void decision_log_free(struct decision_log *log)
{
	if (!log)
		return;
	log_queue_free(log->queue);
	free(log);
}

/* An exception lets a call pass, but it is not a call that nobody has to look at. */
static bool is_wanted(const struct decision_log *log, const struct decision *d)
{
	return !log->options.denied_only || d->outcome != OUTCOME_ALLOW ||
	       (d->verdict && verdict_violations(d->verdict));
}

/* Of a denial the record may come late: nothing has happened. */
static bool put(struct decision_log *log, const struct decision *d, struct arena *a)
{
	struct slice prefix = log_queue_prefix(log->queue, d->outcome), line;
	bool must = log->options.required && decision_allows(d);
	enum log_fate fate = LOG_REFUSED;

	if (record_write_short(d, log_queue_longest(log->queue), a, &line) != 0)
		return false;
	if (must || log->options.synced)
		fate = log_queue_write(log->queue, prefix, line, PATIENCE);
	if (must)
		return fate == LOG_WRITTEN;
	return fate != LOG_REFUSED || log_queue_add(log->queue, prefix, line);
}

void decision_log_write(struct decision_log *log, struct decision *d, struct arena *a)
{
	if (!is_wanted(log, d) || put(log, d, a))
		return;
	if (log->options.required && decision_allows(d)) {
		decide_unrecorded(d);
		if (put(log, d, a))
			return;
	}
	log_queue_lose(log->queue);
}

bool decision_log_required(const struct decision_log *log)
{
	return log->options.required;
}

void decision_log_reopen(struct decision_log *log)
{
	log_queue_reopen(log->queue);
}

struct log_queue_stats decision_log_stats(struct decision_log *log)
{
	return log_queue_stats(log->queue);
}
