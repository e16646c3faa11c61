/*
 * log-queue.c - lines from many threads to one sink, without waiting for it.
 *
 * Threads append whole lines to the batch that is being filled, under a lock that nobody holds
 * while a system call runs. One thread, the writer, takes that batch, leaves an empty one in its
 * place, and writes. Two batches are all the memory there is: reserved at the start, taken from the
 * machine page by page as a burst needs it, and given back after it.
 *
 * A line is lost when it cannot be made (no memory) or when the batch is full, because the sink is
 * slower than the callers or takes nothing at all. From its first loss on a batch takes no more
 * lines until the writer has taken it: so the line that tells of the loss, which the writer puts at
 * its end, stands just where the lost ones would. What is in a batch is not given up: the writer
 * tries again until the disk has room or the queue is closed. A line that failed half-way is
 * written again from its start, behind a line feed, so that a reader loses the torn piece only.
 *
 * A write that does not return tells nothing: the writer sleeps in the kernel for as long as a file
 * system is frozen. So whether the sink works is judged by time as well, by whoever comes along.
 * The writer's attempts to write what it holds are the probe: it always holds something then.
 *
 * The first line after a silence waits a little for others, so that a busy log costs a few writes
 * and wake-ups, not one of each a line. Where somebody waits for a line it does not.
 */
#include "log/log-queue.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/clock.h"
#include "log/log-sink.h"
#include "log/log.h"

enum {
	SPARE = 4096,     /* bytes behind the lines, for the one that tells of a loss */
	KEPT = 64 << 10,  /* of a batch, when a burst is over */
	ENOUGH = 64 << 10 /* to be written without waiting for more */
};

/* Milliseconds. */
enum { GATHER = 5, RETRY = 200, STANDSTILL = 1000, QUIET = 60000 };

struct batch {
	char *bytes;
	size_t len;
	uint64_t lines;
	uint64_t losses; /* that its last line tells of */
};

/* A thread that waits for its line; on its own stack. */
struct waiter {
	uint64_t ticket;
	enum { WAITING, WRITTEN, FAILED } fate;
	struct waiter *next;
};

struct log_queue {
	struct log_queue_options options;
	struct log_sink *sink; /* the writer's, but for reopening */
	pthread_t writer;

	pthread_mutex_t lock;      /* of all that follows */
	pthread_cond_t work, over; /* for the writer; from it */
	pthread_cond_t told;       /* waiters know more */
	struct waiter *waiters;
	struct batch batches[2];
	struct batch *filling; /* the other one is the writer's */
	uint64_t lost_here;    /* since the writer took a batch */
	uint64_t tickets;      /* given out, in the order in which lines will be written */
	uint64_t settled;      /* the latest ticket whose line is written or given up */
	struct log_queue_stats stats;
	int64_t busy_since; /* when a write began or the latest one succeeded; 0: nothing to write
			     */
	int64_t quiet_until;
	bool complained;
	uint64_t told_lost;
	int64_t stop_at; /* when to give up; 0 before the end */
	bool ended;
};

/* False when `until` has come. The lock is held. */
static bool wait_until(struct log_queue *q, pthread_cond_t *what, int64_t until)
{
	const struct timespec t = clock_at(until);

	return pthread_cond_timedwait(what, &q->lock, &t) != ETIMEDOUT;
}

/* Appends what is known to fit. */
static void append(struct batch *b, struct slice text)
{
	if (text.len > 0)
		memcpy(b->bytes + b->len, text.ptr, text.len);
	b->len += text.len;
}

static void append_loss(struct log_queue *q, struct batch *b)
{
	char line[SPARE / 2];
	size_t len = q->options.tell_loss(q->lost_here, line, sizeof(line));

	append(b, log_sink_prefix(q->sink, OUTCOME_ERROR));
	append(b, (struct slice){ line, len });
	b->losses = q->lost_here;
	q->lost_here = 0;
}

static bool has_work(const struct log_queue *q)
{
	return q->filling->len > 0 || q->lost_here > 0;
}

/* Waits for lines; NULL when the end has come and all are written. */
static struct batch *take_batch(struct log_queue *q)
{
	struct batch *taken = NULL;
	int64_t gathered;

	pthread_mutex_lock(&q->lock);
	q->busy_since = 0;
	while (!has_work(q) && q->stop_at == 0)
		pthread_cond_wait(&q->work, &q->lock);
	gathered = clock_millis() + GATHER;
	while (!q->options.prompt && q->stop_at == 0 && q->filling->len < ENOUGH &&
	       wait_until(q, &q->work, gathered))
		;
	if (has_work(q)) {
		taken = q->filling;
		if (q->lost_here > 0)
			append_loss(q, taken);
		q->filling = &q->batches[taken == q->batches];
		q->busy_since = clock_millis();
	}
	pthread_mutex_unlock(&q->lock);
	return taken;
}

/* The lock is held. Whoever waits for a line up to `settled` hears of its fate; with `all`, the
 * others too. */
static void tell_waiters(struct log_queue *q, int fate, bool all)
{
	bool told = false;

	for (struct waiter *w = q->waiters; w; w = w->next) {
		if (w->fate != WAITING || (!all && w->ticket > q->settled))
			continue;
		w->fate = fate;
		told = true;
	}
	if (told)
		pthread_cond_broadcast(&q->told);
}

/* Whether an operator is to be told of it now: once a minute at most. The lock is held. */
static bool may_complain(struct log_queue *q)
{
	int64_t now = clock_millis();

	if (q->options.quiet || now < q->quiet_until)
		return false;
	q->quiet_until = now + QUIET;
	q->told_lost = q->stats.lost;
	return true;
}

static void complain(const struct log_queue *q, const char *what, const char *why, uint64_t lost)
{
	log_warning("the %s (%s) %s: %s; %s lost so far: %ju%s", q->options.name,
		    log_sink_name(q->sink), what, why, q->options.lines, (uintmax_t) lost,
		    q->options.consequence);
}

/* From here on it counts as one that does not work, until a write succeeds. Whether that is to be
 * said. The lock is held. */
static bool fail(struct log_queue *q)
{
	bool tell = !q->complained || q->stats.lost > q->told_lost;

	q->stats.failing = true;
	q->complained = true;
	tell_waiters(q, FAILED, true);
	return tell && may_complain(q);
}

static const char *words_for(int why)
{
	switch (why) {
	case EAGAIN:
		return "nobody reads it";
	case ECONNREFUSED: /* at the first try, */
	case ENOTCONN:     /* and from then on */
		return "its daemon has ended, and the way to it cannot be made again; restart this "
		       "service once the daemon runs";
	default:
		return strerrordesc_np(why);
	}
}

static void note_error(struct log_queue *q, int why)
{
	bool tell;
	uint64_t lost;

	pthread_mutex_lock(&q->lock);
	tell = (why != EAGAIN || clock_millis() >= q->busy_since + STANDSTILL) && fail(q);
	lost = q->stats.lost;
	pthread_mutex_unlock(&q->lock);
	if (tell)
		complain(q, "cannot be written", words_for(why), lost);
}

/* The lock is held. */
static bool stands_still(const struct log_queue *q)
{
	return q->busy_since > 0 && clock_millis() >= q->busy_since + STANDSTILL;
}

/* By any thread, which gives the lock back by this: the writer itself may not know. `late`: the
 * caller has waited in vain. */
static void unlock_and_judge(struct log_queue *q, bool late)
{
	bool tell = !q->stats.failing && (late || stands_still(q)) && fail(q);
	uint64_t lost = q->stats.lost;

	pthread_mutex_unlock(&q->lock);
	if (tell)
		complain(q, "cannot be written", "its reader or its file system stands still",
			 lost);
}

/* So many lines are out of our hands. */
static void note_success(struct log_queue *q, uint64_t lines)
{
	bool again, slow;
	uint64_t lost;

	pthread_mutex_lock(&q->lock);
	q->busy_since = clock_millis();
	q->stats.failing = false;
	q->stats.written += lines;
	q->stats.queued -= lines;
	q->settled += lines;
	tell_waiters(q, WRITTEN, false);
	lost = q->stats.lost;
	again = q->complained && !q->options.quiet;
	slow = !q->complained && lost > q->told_lost && may_complain(q);
	q->complained = false;
	pthread_mutex_unlock(&q->lock);
	if (again)
		log_info("the %s (%s) takes %s again; %s lost so far: %ju", q->options.name,
			 log_sink_name(q->sink), q->options.lines, q->options.lines,
			 (uintmax_t) lost);
	else if (slow)
		complain(q, "was not written", "they come in faster than it takes them", lost);
}

/* False when the time to try has run out. */
static bool try_again(struct log_queue *q, int why)
{
	int64_t now = clock_millis();
	bool stopping;

	note_error(q, why);
	pthread_mutex_lock(&q->lock);
	/* The sink has waited already when it is only full. */
	while (why != EAGAIN && q->stop_at == 0 && wait_until(q, &q->work, now + RETRY))
		;
	stopping = q->stop_at > 0;
	if (why != EAGAIN && stopping)
		wait_until(q, &q->over, now + RETRY);
	stopping = stopping && clock_millis() >= q->stop_at;
	pthread_mutex_unlock(&q->lock);
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

static ssize_t write_some(struct log_queue *q, const struct batch *b, size_t at)
{
	int r = line_start(b, at) == at ? log_sink_ready(q->sink) : 0;
	ssize_t n =
		r < 0 ? r : log_sink_write(q->sink, (struct slice){ b->bytes + at, b->len - at });

	/* A batch is synced as one, so what a sync costs is shared by all who came meanwhile. */
	r = n > 0 && q->options.synced ? log_sink_sync(q->sink) : 0;
	return r < 0 ? r : n;
}

/* A line that the sink will never take. Returns where the next one begins. */
static size_t give_up_line(struct log_queue *q, const struct batch *b, size_t at)
{
	const char *end = memchr(b->bytes + at, '\n', b->len - at);

	pthread_mutex_lock(&q->lock);
	q->stats.queued--;
	q->stats.lost++;
	q->lost_here++;
	q->settled++;
	q->busy_since = clock_millis();
	tell_waiters(q, FAILED, false);
	pthread_mutex_unlock(&q->lock);
	return (size_t) (end - b->bytes) + 1;
}

static void empty_batch(struct log_queue *q, struct batch *b, bool written)
{
	if (b->len > KEPT)
		madvise(b->bytes + KEPT, q->options.room + SPARE - KEPT, MADV_DONTNEED);
	pthread_mutex_lock(&q->lock);
	b->len = 0;
	b->lines = 0;
	if (written)
		b->losses = 0;
	pthread_mutex_unlock(&q->lock);
}

/* Until all is written, or the time has run out. */
static void write_batch(struct log_queue *q, struct batch *b)
{
	uint64_t left = b->lines;
	size_t at = 0;

	while (at < b->len) {
		ssize_t n = write_some(q, b, at);
		uint64_t lines;

		if (n > 0) {
			/* The line that tells of a loss is none of them. */
			lines = count_lines((struct slice){ b->bytes + at, (size_t) n });
			lines = lines < left ? lines : left;
			left -= lines;
			at += (size_t) n;
			note_success(q, lines);
			continue;
		}
		if (n == -EMSGSIZE && left > 0) {
			at = give_up_line(q, b, at);
			left--;
			continue;
		}
		if (n != -EAGAIN)
			at = line_start(b, at);
		if (!try_again(q, (int) -n))
			break;
	}
	empty_batch(q, b, at == b->len);
}

static void *write_lines(void *arg)
{
	struct log_queue *q = arg;
	struct batch *b;

	while ((b = take_batch(q)))
		write_batch(q, b);

	pthread_mutex_lock(&q->lock);
	q->ended = true;
	pthread_cond_broadcast(&q->over);
	pthread_mutex_unlock(&q->lock);
	return NULL;
}

/* Nothing of a signal is the writer's: a broken pipe and a file at its limit are errors of a write.
 */
static int start_writer(struct log_queue *q)
{
	sigset_t all, before;
	int r;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&q->writer, NULL, write_lines, q);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -r;
}

/* Address space; a page becomes memory when it is first written to. Huge pages would be 2 MiB. */
static bool reserve_batch(struct batch *b, size_t room)
{
	void *bytes = mmap(NULL, room + SPARE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			   -1, 0);

	if (bytes == MAP_FAILED)
		return false;
	madvise(bytes, room + SPARE, MADV_NOHUGEPAGE);
	b->bytes = bytes;
	return true;
}

static void destroy(struct log_queue *q)
{
	for (size_t i = 0; i < 2; i++) {
		if (q->batches[i].bytes)
			munmap(q->batches[i].bytes, q->options.room + SPARE);
	}
	log_sink_free(q->sink);
	pthread_cond_destroy(&q->work);
	pthread_cond_destroy(&q->over);
	pthread_cond_destroy(&q->told);
	pthread_mutex_destroy(&q->lock);
	free(q);
}

static void make_conditions(struct log_queue *q)
{
	pthread_condattr_t monotonic;

	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&q->work, &monotonic);
	pthread_cond_init(&q->over, &monotonic);
	pthread_cond_init(&q->told, &monotonic);
	pthread_condattr_destroy(&monotonic);
}

int log_queue_new(struct log_sink *sink, const struct log_queue_options *options,
		  struct log_queue **ret)
{
	struct log_queue *q = calloc(1, sizeof(*q));
	int r = -ENOMEM;

	if (!q) {
		log_sink_free(sink);
		return -ENOMEM;
	}
	q->sink = sink;
	q->options = *options;
	q->filling = &q->batches[0];
	pthread_mutex_init(&q->lock, NULL);
	make_conditions(q);

	if (reserve_batch(&q->batches[0], options->room) &&
	    reserve_batch(&q->batches[1], options->room))
		r = start_writer(q);
	if (r < 0)
		destroy(q);
	else
		*ret = q;
	return r;
}

bool log_queue_free(struct log_queue *q)
{
	const int64_t patience = q ? q->options.drain : 0;
	bool ended;
	uint64_t lost;

	if (!q)
		return true;
	pthread_mutex_lock(&q->lock);
	q->stop_at = clock_millis() + patience;
	pthread_cond_signal(&q->work);
	while (!q->ended && wait_until(q, &q->over, q->stop_at + patience))
		;
	ended = q->ended;
	/* Of what was lost before, only what no line of the log tells. */
	lost = q->stats.queued + q->lost_here + q->batches[0].losses + q->batches[1].losses;
	pthread_mutex_unlock(&q->lock);

	if (lost > 0 && !q->options.quiet)
		log_error("the %s (%s) is closed; %s that it does not hold: %ju", q->options.name,
			  log_sink_name(q->sink), q->options.lines, (uintmax_t) lost);
	/* A writer that the machine does not let go of keeps what it uses; the process is ending.
	 */
	if (!ended) {
		pthread_detach(q->writer);
		return false;
	}
	pthread_join(q->writer, NULL);
	destroy(q);
	return true;
}

struct slice log_queue_prefix(const struct log_queue *q, enum outcome outcome)
{
	return log_sink_prefix(q->sink, outcome);
}

size_t log_queue_longest(const struct log_queue *q)
{
	return log_sink_longest(q->sink);
}

/* The lock is held. */
static bool has_room(const struct log_queue *q, size_t len)
{
	return q->lost_here == 0 && len <= q->options.room - q->filling->len;
}

/* The lock is held. */
static bool put(struct log_queue *q, struct slice prefix, struct slice line)
{
	struct batch *b = q->filling;
	bool wake = b->len == 0 || (b->len < ENOUGH && b->len + line.len >= ENOUGH);

	if (!has_room(q, prefix.len + line.len))
		return false;
	append(b, prefix);
	append(b, line);
	b->lines++;
	q->stats.queued++;
	q->tickets++;
	if (wake)
		pthread_cond_signal(&q->work);
	return true;
}

bool log_queue_add(struct log_queue *q, struct slice prefix, struct slice line)
{
	bool taken;

	pthread_mutex_lock(&q->lock);
	taken = put(q, prefix, line);
	unlock_and_judge(q, false);
	return taken;
}

/* The lock is held, and is given up while nothing happens. */
static void await(struct log_queue *q, struct waiter *w, int64_t until)
{
	struct waiter **at = &q->waiters;

	w->ticket = q->tickets;
	w->next = q->waiters;
	q->waiters = w;
	while (w->fate == WAITING && wait_until(q, &q->told, until))
		;
	while (*at != w)
		at = &(*at)->next;
	*at = w->next;
}

enum log_fate log_queue_write(struct log_queue *q, struct slice prefix, struct slice line,
			      int patience)
{
	struct waiter w = { .fate = WAITING };
	bool added;

	pthread_mutex_lock(&q->lock);
	added = !q->stats.failing && !stands_still(q) && put(q, prefix, line);
	if (added)
		await(q, &w, clock_millis() + patience);
	unlock_and_judge(q, added && w.fate == WAITING);
	if (!added)
		return LOG_REFUSED;
	return w.fate == WRITTEN ? LOG_WRITTEN : LOG_LATE;
}

void log_queue_lose(struct log_queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->stats.lost++;
	q->lost_here++;
	pthread_cond_signal(&q->work);
	unlock_and_judge(q, false);
}

void log_queue_reopen(struct log_queue *q)
{
	log_sink_reopen(q->sink);
}

struct log_queue_stats log_queue_stats(struct log_queue *q)
{
	struct log_queue_stats stats;

	pthread_mutex_lock(&q->lock);
	stats = q->stats;
	stats.failing = stats.failing || stands_still(q);
	pthread_mutex_unlock(&q->lock);
	return stats;
}
