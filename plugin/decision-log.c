/*
 * decision-log.c - decision records to a descriptor, whole lines, from many threads.
 *
 * The log never changes a decision: what cannot be written is counted, and the count goes in front
 * of the next record that can be. A disk that fills up in the middle of a line leaves a torn one;
 * the next line then starts afresh, so that a reader loses the torn line only.
 */
#include "decision-log.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "decide.h"
#include "record.h"

struct decision_log {
	pthread_mutex_t lock;
	int fd;
	uint64_t lost;
	bool torn;

	/* Written under the lock, read without it. */
	_Atomic uint64_t records_written, records_lost;
	atomic_bool failing;
};

struct decision_log *decision_log_new(int fd)
{
	struct decision_log *log = calloc(1, sizeof(*log));

	if (!log)
		return NULL;
	pthread_mutex_init(&log->lock, NULL);
	log->fd = fd;
	return log;
}

void decision_log_free(struct decision_log *log)
{
	if (!log)
		return;
	pthread_mutex_destroy(&log->lock);
	free(log);
}

static bool write_all(struct decision_log *log, struct slice text)
{
	while (text.len > 0) {
		ssize_t n = write(log->fd, text.ptr, text.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		text = slice_from(text, (size_t) n);
		log->torn = text.len > 0;
	}
	return true;
}

static bool write_line(struct decision_log *log, struct slice line)
{
	if (log->torn && !write_all(log, SLICE("\n")))
		return false;
	return write_all(log, line);
}

static bool report_loss(struct decision_log *log, const struct decision *d, struct arena *a)
{
	struct buf b = BUF(a);
	struct slice line;
	struct tm utc;
	char time[sizeof("2024-01-01T00:00:00Z") + 8];

	if (log->lost == 0)
		return true;

	if (!gmtime_r(&d->time.tv_sec, &utc) || strftime(time, sizeof(time), "%FT%TZ", &utc) == 0)
		return false;
	buf_printf(&b, "{\"time\":\"%s\",\"lost\":%ju}\n", time, (uintmax_t) log->lost);
	if (buf_done(&b, &line) != 0 || !write_line(log, line))
		return false;

	log->lost = 0;
	return true;
}

static void count(struct decision_log *log, bool written)
{
	if (!written)
		log->lost++;
	atomic_fetch_add(written ? &log->records_written : &log->records_lost, 1);
	atomic_store(&log->failing, !written);
}

void decision_log_write(struct decision_log *log, const struct decision *d, struct arena *a)
{
	struct slice line;
	bool made = record_write(d, a, &line) == 0;

	pthread_mutex_lock(&log->lock);
	count(log, made && report_loss(log, d, a) && write_line(log, line));
	pthread_mutex_unlock(&log->lock);
}

struct decision_log_stats decision_log_stats(struct decision_log *log)
{
	/* Nothing is queued: a worker writes its record itself. */
	return (struct decision_log_stats){
		.written = atomic_load(&log->records_written),
		.lost = atomic_load(&log->records_lost),
		.failing = atomic_load(&log->failing),
	};
}
