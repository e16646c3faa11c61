/*
 * decision-log.c - decision records, from many threads to one sink, without waiting for it.
 *
 * Workers append whole lines to the batch that is being filled, under a lock that nobody holds
 * while a system call runs. One thread, the writer, takes that batch, leaves an empty one in its
 * place, and writes. Two batches are all the memory there is: reserved at the start, taken from the
 * machine page by page as a burst needs it, and given back after it.
 *
 * A record is lost when it cannot be made (no memory) or when the batch is full, because the sink
 * is slower than the callers or takes nothing at all. From its first loss on a batch takes no more
 * records until the writer has taken it: so the line {"lost":N} that the writer puts at its end
 * stands just where the lost records would. What is in a batch is not given up: the writer tries
 * again until the disk has room or the log is closed. A line that failed half-way is written again
 * from its start, behind a line feed, so that a reader loses the torn piece only.
 *
 * With --log-required "recorded" means: in the queue of a log that works. Between the answer and
 * the write lie some milliseconds, and a record that is in the queue when the disk turns out to be
 * full stays there until it can be written; it is lost only if the process ends before. From the
 * first write that fails (or stands still) until one succeeds every allowed call becomes a denial.
 * The writer's attempts to write what it holds are the probe: it always holds something then.
 *
 * The first record after a silence waits a little for others, so that a busy log costs a few
 * writes and wake-ups, not one of each a record. Where records are required it does not.
 */
#include "decision-log.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "decide.h"
#include "log-sink.h"
#include "log.h"
#include "policy/verdict.h"
#include "record.h"

enum {
	ROOM = 2 << 20,   /* bytes of records in a batch */
	SPARE = 4096,     /* behind them, for the line that tells of a loss */
	KEPT = 64 << 10,  /* of a batch, when a burst is over */
	ENOUGH = 64 << 10 /* to be written without waiting for more */
};

/* Milliseconds. */
enum { GATHER = 5, RETRY = 200, STANDSTILL = 1000, DRAIN = 3000, QUIET = 60000 };

struct batch {
	char *bytes;
	size_t len;
	uint64_t records;
	uint64_t losses; /* that its last line tells of */
};

struct decision_log {
	struct decision_log_options options;
	struct log_sink *sink; /* the writer's, but for reopening */
	pthread_t writer;

	pthread_mutex_t lock;      /* of all that follows */
	pthread_cond_t work, over; /* for the writer; from it */
	struct batch batches[2];
	struct batch *filling; /* the other one is the writer's */
	uint64_t lost_here;    /* since the writer took a batch */
	struct decision_log_stats stats;
	int64_t stop_at; /* when to give up; 0 before the end */
	bool ended;

	/* The writer's alone. */
	int64_t moved_at; /* when a write succeeded last */
	int64_t quiet_until;
	bool complained;
	uint64_t told_lost;
};

static int64_t milliseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t) t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* False when `until` has come. The lock is held. */
static bool wait_until(struct decision_log *log, pthread_cond_t *what, int64_t until)
{
	const struct timespec t = { .tv_sec = until / 1000, .tv_nsec = until % 1000 * 1000000 };

	return pthread_cond_timedwait(what, &log->lock, &t) != ETIMEDOUT;
}

/* Appends what is known to fit. */
static void append(struct batch *b, struct slice text)
{
	if (text.len > 0)
		memcpy(b->bytes + b->len, text.ptr, text.len);
	b->len += text.len;
}

static void append_loss(struct decision_log *log, struct batch *b)
{
	char line[128], time_text[sizeof("2024-01-01T00:00:00Z") + 8] = "";
	time_t now = time(NULL);
	struct tm utc;
	int len;

	if (gmtime_r(&now, &utc))
		strftime(time_text, sizeof(time_text), "%FT%TZ", &utc);
	len = snprintf(line, sizeof(line), "{\"schema\":%d,\"time\":\"%s\",\"lost\":%ju}\n",
		       RECORD_SCHEMA, time_text, (uintmax_t) log->lost_here);
	append(b, log_sink_prefix(log->sink, OUTCOME_ERROR));
	append(b, (struct slice){ line, (size_t) len });
	b->losses = log->lost_here;
	log->lost_here = 0;
}

static bool has_work(const struct decision_log *log)
{
	return log->filling->len > 0 || log->lost_here > 0;
}

/* Waits for records; NULL when the end has come and all are written. */
static struct batch *take_batch(struct decision_log *log)
{
	struct batch *taken = NULL;
	int64_t gathered;

	pthread_mutex_lock(&log->lock);
	while (!has_work(log) && log->stop_at == 0)
		pthread_cond_wait(&log->work, &log->lock);
	gathered = milliseconds() + GATHER;
	while (!log->options.required && log->stop_at == 0 && log->filling->len < ENOUGH &&
	       wait_until(log, &log->work, gathered))
		;
	if (has_work(log)) {
		taken = log->filling;
		if (log->lost_here > 0)
			append_loss(log, taken);
		log->filling = &log->batches[taken == log->batches];
	}
	pthread_mutex_unlock(&log->lock);
	return taken;
}

/* The process log may be stuck where this one is: then silence is better than waiting there too. */
static bool may_talk(void)
{
	struct pollfd room = { .fd = STDERR_FILENO, .events = POLLOUT };

	return poll(&room, 1, 0) == 1 && (room.revents & POLLOUT);
}

/* What an operator must know, once a minute at most. */
static void complain(struct decision_log *log, const char *what, const char *why, uint64_t lost)
{
	int64_t now = milliseconds();

	if (now < log->quiet_until || !may_talk())
		return;
	log->quiet_until = now + QUIET;
	log->told_lost = lost;
	log_warning("the decision log (%s) %s: %s; records lost so far: %ju%s",
		    log_sink_name(log->sink), what, why, (uintmax_t) lost,
		    log->options.required ? "; calls are denied while they cannot be recorded"
					  : "");
}

static void note_failure(struct decision_log *log, int why)
{
	uint64_t lost;

	if (why == EAGAIN && milliseconds() < log->moved_at + STANDSTILL)
		return;
	pthread_mutex_lock(&log->lock);
	log->stats.failing = true;
	lost = log->stats.lost;
	pthread_mutex_unlock(&log->lock);
	if (!log->complained || lost > log->told_lost)
		complain(log, "cannot be written",
			 why == EAGAIN ? "nobody reads it" : strerrordesc_np(why), lost);
	log->complained = true;
}

/* `records` of the batch are out of our hands. */
static void note_success(struct decision_log *log, uint64_t records)
{
	uint64_t lost;

	log->moved_at = milliseconds();
	pthread_mutex_lock(&log->lock);
	log->stats.failing = false;
	log->stats.written += records;
	log->stats.queued -= records;
	lost = log->stats.lost;
	pthread_mutex_unlock(&log->lock);
	if (log->complained && may_talk())
		log_info("the decision log (%s) takes records again; records lost so far: %ju",
			 log_sink_name(log->sink), (uintmax_t) lost);
	else if (!log->complained && lost > log->told_lost)
		complain(log, "was not written", "calls come in faster than it takes records",
			 lost);
	log->complained = false;
}

/* False when the time to try has run out. */
static bool try_again(struct decision_log *log, int why)
{
	int64_t now = milliseconds();
	bool stopping;

	note_failure(log, why);
	pthread_mutex_lock(&log->lock);
	/* The sink has waited already when it is only full. */
	while (why != EAGAIN && log->stop_at == 0 && wait_until(log, &log->work, now + RETRY))
		;
	stopping = log->stop_at > 0;
	if (why != EAGAIN && stopping)
		wait_until(log, &log->over, now + RETRY);
	stopping = stopping && milliseconds() >= log->stop_at;
	pthread_mutex_unlock(&log->lock);
	return !stopping;
}

static uint64_t count_lines(struct slice text)
{
	uint64_t lines = 0;

	for (const char *end; (end = slice_find(text, '\n')); lines++)
		text = slice_from(text, (size_t) (end - text.ptr) + 1);
	return lines;
}

/* Where the line begins in which `at` stands. */
static size_t line_start(const struct batch *b, size_t at)
{
	const char *end = at > 0 ? memrchr(b->bytes, '\n', at) : NULL;

	return end ? (size_t) (end - b->bytes) + 1 : 0;
}

static ssize_t write_some(struct decision_log *log, const struct batch *b, size_t at)
{
	int r = line_start(b, at) == at ? log_sink_ready(log->sink) : 0;

	return r < 0 ? r : log_sink_write(log->sink, (struct slice){ b->bytes + at, b->len - at });
}

/* A line that the sink will never take. Returns where the next one begins. */
static size_t give_up_line(struct decision_log *log, const struct batch *b, size_t at)
{
	const char *end = memchr(b->bytes + at, '\n', b->len - at);

	pthread_mutex_lock(&log->lock);
	log->stats.queued--;
	log->stats.lost++;
	log->lost_here++;
	pthread_mutex_unlock(&log->lock);
	return (size_t) (end - b->bytes) + 1;
}

static void empty_batch(struct decision_log *log, struct batch *b, bool written)
{
	if (b->len > KEPT)
		madvise(b->bytes + KEPT, ROOM + SPARE - KEPT, MADV_DONTNEED);
	pthread_mutex_lock(&log->lock);
	b->len = 0;
	b->records = 0;
	if (written)
		b->losses = 0;
	pthread_mutex_unlock(&log->lock);
}

/* Until all is written, or the time has run out. */
static void write_batch(struct decision_log *log, struct batch *b)
{
	uint64_t left = b->records;
	size_t at = 0;

	log->moved_at = milliseconds();
	while (at < b->len) {
		ssize_t n = write_some(log, b, at);
		uint64_t records;

		if (n > 0) {
			/* The line that tells of a loss is none of the records. */
			records = count_lines((struct slice){ b->bytes + at, (size_t) n });
			records = records < left ? records : left;
			left -= records;
			at += (size_t) n;
			note_success(log, records);
			continue;
		}
		if (n == -EMSGSIZE && left > 0) {
			at = give_up_line(log, b, at);
			left--;
			continue;
		}
		if (n != -EAGAIN)
			at = line_start(b, at);
		if (!try_again(log, (int) -n))
			break;
	}
	empty_batch(log, b, at == b->len);
}

static void *write_records(void *arg)
{
	struct decision_log *log = arg;
	struct batch *b;

	while ((b = take_batch(log)))
		write_batch(log, b);

	pthread_mutex_lock(&log->lock);
	log->ended = true;
	pthread_cond_broadcast(&log->over);
	pthread_mutex_unlock(&log->lock);
	return NULL;
}

/* Nothing of a signal is the writer's: a broken pipe and a file at its limit are errors of a write.
 */
static int start_writer(struct decision_log *log)
{
	sigset_t all, before;
	int r;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&log->writer, NULL, write_records, log);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -r;
}

/* Address space; a page becomes memory when it is first written to. Huge pages would be 2 MiB. */
static bool reserve_batch(struct batch *b)
{
	void *bytes = mmap(NULL, ROOM + SPARE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			   -1, 0);

	if (bytes == MAP_FAILED)
		return false;
	madvise(bytes, ROOM + SPARE, MADV_NOHUGEPAGE);
	b->bytes = bytes;
	return true;
}

static void destroy(struct decision_log *log)
{
	for (size_t i = 0; i < 2; i++) {
		if (log->batches[i].bytes)
			munmap(log->batches[i].bytes, ROOM + SPARE);
	}
	log_sink_free(log->sink);
	pthread_cond_destroy(&log->work);
	pthread_cond_destroy(&log->over);
	pthread_mutex_destroy(&log->lock);
	free(log);
}

int decision_log_new(struct log_sink *sink, const struct decision_log_options *options,
		     struct decision_log **ret)
{
	struct decision_log *log = calloc(1, sizeof(*log));
	pthread_condattr_t monotonic;
	int r = -ENOMEM;

	if (!log) {
		log_sink_free(sink);
		return -ENOMEM;
	}
	log->sink = sink;
	log->options = *options;
	log->filling = &log->batches[0];
	pthread_mutex_init(&log->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&log->work, &monotonic);
	pthread_cond_init(&log->over, &monotonic);
	pthread_condattr_destroy(&monotonic);

	if (reserve_batch(&log->batches[0]) && reserve_batch(&log->batches[1]))
		r = start_writer(log);
	if (r < 0)
		destroy(log);
	else
		*ret = log;
	return r;
}

void decision_log_free(struct decision_log *log)
{
	bool ended;
	uint64_t lost;

	if (!log)
		return;
	pthread_mutex_lock(&log->lock);
	log->stop_at = milliseconds() + DRAIN;
	pthread_cond_signal(&log->work);
	while (!log->ended && wait_until(log, &log->over, log->stop_at + DRAIN))
		;
	ended = log->ended;
	/* Of what was lost before, only what no line of the log tells. */
	lost = log->stats.queued + log->lost_here + log->batches[0].losses + log->batches[1].losses;
	pthread_mutex_unlock(&log->lock);

	if (lost > 0 && may_talk())
		log_error("the decision log (%s) is closed; records that it does not hold: %ju",
			  log_sink_name(log->sink), (uintmax_t) lost);
	/* A writer that the machine does not let go of keeps what it uses; the process is ending.
	 */
	if (!ended) {
		pthread_detach(log->writer);
		return;
	}
	pthread_join(log->writer, NULL);
	destroy(log);
}

/* An exception lets a call pass, but it is not a call that nobody has to look at. */
static bool is_wanted(const struct decision_log *log, const struct decision *d)
{
	return !log->options.denied_only || d->outcome != OUTCOME_ALLOW ||
	       (d->verdict && verdict_violations(d->verdict));
}

/* The lock is held. */
static bool has_room(const struct decision_log *log, size_t len)
{
	return log->lost_here == 0 && len <= ROOM - log->filling->len;
}

static bool put(struct decision_log *log, const struct decision *d, struct arena *a)
{
	struct slice prefix = log_sink_prefix(log->sink, d->outcome), line;
	bool taken;

	if (record_write_short(d, log_sink_longest(log->sink), a, &line) != 0)
		return false;

	pthread_mutex_lock(&log->lock);
	taken = has_room(log, prefix.len + line.len) &&
		!(log->options.required && log->stats.failing && decision_allows(d));
	if (taken) {
		struct batch *b = log->filling;
		bool wake = b->len == 0 || (b->len < ENOUGH && b->len + line.len >= ENOUGH);

		append(b, prefix);
		append(b, line);
		b->records++;
		log->stats.queued++;
		if (wake)
			pthread_cond_signal(&log->work);
	}
	pthread_mutex_unlock(&log->lock);
	return taken;
}

static void lose(struct decision_log *log)
{
	pthread_mutex_lock(&log->lock);
	log->stats.lost++;
	log->lost_here++;
	pthread_cond_signal(&log->work);
	pthread_mutex_unlock(&log->lock);
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
	lose(log);
}

bool decision_log_required(const struct decision_log *log)
{
	return log->options.required;
}

void decision_log_reopen(struct decision_log *log)
{
	log_sink_reopen(log->sink);
}

struct decision_log_stats decision_log_stats(struct decision_log *log)
{
	struct decision_log_stats stats;

	pthread_mutex_lock(&log->lock);
	stats = log->stats;
	pthread_mutex_unlock(&log->lock);
	return stats;
}
