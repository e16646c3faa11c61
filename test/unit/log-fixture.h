/* log-fixture.h - a decision log under a test, and what its lines are. */
#pragma once

#include "unit.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "authz/decide.h"
#include "base/arena.h"
#include "base/diag.h"
#include "log/decision-log.h"
#include "log/log-sink.h"
#include "policy/policy-load.h"
#include "policy/policy.h"
#include "scratch.h"

enum { RECORDS = 10, THREADS = 8, OF_EACH = 2000, TEXT = 8 << 20 };

#define PING    "{\"RequestMethod\":\"GET\",\"RequestUri\":\"/_ping\"}"
#define UNKNOWN "{\"RequestMethod\":\"POST\",\"RequestUri\":\"/v1.41/nonsense\"}"

struct fixture {
	const struct policy *policy;
	struct decide_env ids;
	struct arena *arena;
	struct decision_log *log;
	char *text;
	void *dir;
};

static inline int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	OWN(diags) d = diags_new();

	if (scratch_enter(&f->dir) != 0)
		return -1;
	f->arena = arena_new(1 << 20);
	f->text = malloc(TEXT);
	*state = f;
	return policy_load(NULL, &f->policy, d);
}

static inline int teardown(void **state)
{
	struct fixture *f = *state;

	policy_unref(f->policy);
	arena_free(f->arena);
	free(f->text);
	if (scratch_leave(&f->dir) != 0)
		return -1;
	free(f);
	return 0;
}

static inline void open_log(struct fixture *f, const char *target, bool required)
{
	const struct decision_log_options options = { .required = required };
	struct log_sink *sink;

	assert_int_equal(log_sink_open(target, &sink), 0);
	assert_int_equal(decision_log_new(sink, &options, &f->log), 0);
}

static inline void open_log_on(struct fixture *f, int fd, bool required)
{
	const struct decision_log_options options = { .required = required };
	struct log_sink *sink;

	assert_int_equal(log_sink_new(fd, "a test", NULL, &sink), 0);
	assert_int_equal(decision_log_new(sink, &options, &f->log), 0);
}

static inline void close_log(struct fixture *f)
{
	decision_log_free(f->log);
	f->log = NULL;
}

/* What became of the call: whether it is allowed once it is recorded. */
static inline bool record(struct fixture *f, const char *call)
{
	struct decision d;
	bool allowed;

	decide(slice_str(call), f->policy, &f->ids, f->arena, &d);
	decision_log_write(f->log, &d, f->arena);
	allowed = decision_allows(&d);
	if (d.outcome == OUTCOME_ERROR)
		assert_non_null(memmem(d.error.ptr, d.error.len, "could not be recorded", 21));
	arena_reset(f->arena);
	return allowed;
}

static inline void pause_briefly(void)
{
	poll(NULL, 0, 5);
}

/* There is no other end to waiting than that it happens, or the test's own time. */
static inline void wait_written(struct fixture *f, uint64_t records)
{
	while (decision_log_stats(f->log).written < records)
		pause_briefly();
}

static inline void wait_failing(struct fixture *f, bool failing)
{
	while (decision_log_stats(f->log).failing != failing)
		pause_briefly();
}

static inline struct slice contents(struct fixture *f, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	assert_true(fd >= 0);
	n = read(fd, f->text, TEXT);
	assert_true(n >= 0 && n < TEXT);
	close(fd);
	return (struct slice){ f->text, (size_t) n };
}

struct tally {
	uint64_t records, lost, torn;
};

static inline uint64_t number_in(struct slice line)
{
	uint64_t value = 0;

	for (size_t i = 0; i < line.len; i++) {
		if (line.ptr[i] >= '0' && line.ptr[i] <= '9')
			value = value * 10 + (uint64_t) (line.ptr[i] - '0');
	}
	return value;
}

/* Every line is a record, tells of a loss, or is torn. */
static inline struct tally count(struct slice rest)
{
	struct tally t = { 0 };
	struct slice line;

	while (slice_cut(rest, '\n', &line, &rest)) {
		const char *lost = memmem(line.ptr, line.len, "\"lost\":", 7);

		if (!slice_starts(line, SLICE("{\"schema\":1,\"time\":\"")) ||
		    !slice_ends(line, SLICE("}")))
			t.torn++;
		else if (lost)
			t.lost += number_in(slice_from(line, (size_t) (lost - line.ptr)));
		else
			t.records++;
	}
	t.torn += line.len > 0;
	return t;
}

static inline void assert_tally(struct slice text, uint64_t records, uint64_t lost, uint64_t torn)
{
	struct tally t = count(text);

	assert_int_equal(t.records, records);
	assert_int_equal(t.lost, lost);
	assert_int_equal(t.torn, torn);
}

struct writer {
	struct fixture *f;
	struct arena *arena;
};

static inline void *write_many(void *arg)
{
	struct writer *w = arg;

	for (int i = 0; i < OF_EACH; i++) {
		struct decision d;

		decide(slice_str(i % 2 ? PING : UNKNOWN), w->f->policy, &w->f->ids, w->arena, &d);
		decision_log_write(w->f->log, &d, w->arena);
		arena_reset(w->arena);
		/* So that there is room: a test of loss comes later. */
		while (decision_log_stats(w->f->log).queued > 1000)
			pause_briefly();
	}
	return NULL;
}

static inline void run_writers(struct fixture *f)
{
	struct writer writers[THREADS];
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++) {
		writers[i] = (struct writer){ f, arena_new(1 << 20) };
		assert_int_equal(pthread_create(&threads[i], NULL, write_many, &writers[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		arena_free(writers[i].arena);
	}
}

#define TEST_LOG(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
