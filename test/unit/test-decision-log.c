/* test-decision-log.c - records from many threads, and records that cannot be written. */
#include "log/decision-log.h"

#include "log-fixture.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

static void one_line_for_each_record(void **state)
{
	struct fixture *f = *state;
	struct stat st;

	open_log(f, "log", false);
	for (int i = 0; i < RECORDS; i++)
		assert_true(record(f, PING));
	close_log(f);
	assert_tally(contents(f, "log"), RECORDS, 0, 0);
	assert_int_equal(stat("log", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void denied_only_leaves_out_what_nobody_objects_to(void **state)
{
	const struct decision_log_options options = { .denied_only = true };
	struct fixture *f = *state;
	struct log_sink *sink;

	assert_int_equal(log_sink_open("log", &sink), 0);
	assert_int_equal(decision_log_new(sink, &options, &f->log), 0);
	assert_true(record(f, PING));
	assert_false(record(f, UNKNOWN));
	assert_true(record(f, PING));
	close_log(f);
	assert_tally(contents(f, "log"), 1, 0, 0);
	assert_non_null(strstr(f->text, "\"outcome\":\"deny\""));
}

static void many_threads_lose_nothing(void **state)
{
	struct fixture *f = *state;

	open_log(f, "log", false);
	run_writers(f);
	wait_written(f, THREADS * OF_EACH);
	assert_int_equal(decision_log_stats(f->log).lost, 0);
	assert_int_equal(decision_log_stats(f->log).queued, 0);
	close_log(f);
	assert_tally(contents(f, "log"), THREADS * OF_EACH, 0, 0);
}

static bool has_bytes(int fd)
{
	return poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, 5) > 0;
}

/* Reads until the queue is empty. */
static uint64_t drain(struct fixture *f, int fd)
{
	uint64_t len = 0;

	while (has_bytes(fd) || decision_log_stats(f->log).queued > 0) {
		ssize_t n = has_bytes(fd) ? read(fd, f->text + len, TEXT - len) : 0;

		assert_true(n >= 0);
		len += (uint64_t) n;
	}
	return len;
}

/* A pipe that nobody reads, until there is a loss: the caller never waits, and the loss is told
 * where it was. */
static void unread_pipe_blocks_nobody(void **state)
{
	struct fixture *f = *state;
	struct log_queue_stats stats;
	uint64_t records = 0, len = 0;
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	open_log_on(f, ends[1], false);
	do {
		assert_true(record(f, PING));
		records++;
	} while (decision_log_stats(f->log).lost < RECORDS);
	stats = decision_log_stats(f->log);
	assert_int_equal(stats.written + stats.lost + stats.queued, records);

	len = drain(f, ends[0]);
	record(f, PING);
	close_log(f);
	close(ends[1]);
	for (ssize_t n; (n = read(ends[0], f->text + len, TEXT - len)) > 0;)
		len += (uint64_t) n;
	assert_tally((struct slice){ f->text, len }, records - stats.lost + 1, stats.lost, 0);
	close(ends[0]);
}

/* Nobody reads, and yet the end comes. */
static void closing_does_not_wait_for_ever(void **state)
{
	struct fixture *f = *state;
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	open_log_on(f, ends[1], false);
	for (int i = 0; i < 1000; i++)
		record(f, PING);
	close_log(f);
	close(ends[0]);
	close(ends[1]);
}

static void reader_who_left_is_a_failure(void **state)
{
	struct fixture *f = *state;
	int ends[2];

	signal(SIGPIPE, SIG_DFL);
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	open_log_on(f, ends[1], true);
	record(f, PING);
	wait_failing(f, true);
	assert_false(record(f, PING));
	close_log(f);
	close(ends[1]);
}

static void limit_file_size(rlim_t size)
{
	struct rlimit limit;

	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = size;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* The disk is full in the middle of a line, and has room again: what waited is all there. */
static void full_disk_tears_a_line_but_loses_none(void **state)
{
	struct fixture *f = *state;
	struct stat st;

	open_log(f, "log", false);
	record(f, PING);
	wait_written(f, 1);
	assert_int_equal(stat("log", &st), 0);
	limit_file_size((rlim_t) st.st_size + 20);
	for (int i = 0; i < RECORDS; i++)
		record(f, PING);
	wait_failing(f, true);
	assert_int_equal(decision_log_stats(f->log).queued, RECORDS);
	limit_file_size(RLIM_INFINITY);
	wait_written(f, 1 + RECORDS);
	close_log(f);
	assert_tally(contents(f, "log"), 1 + RECORDS, 0, 1);
}

/* So full and for so long that the queue is full too. */
static void loss_is_told_when_the_disk_has_room_again(void **state)
{
	struct fixture *f = *state;
	uint64_t records = 0, lost;

	open_log(f, "log", false);
	limit_file_size(0);
	while (decision_log_stats(f->log).lost < RECORDS) {
		record(f, PING);
		records++;
	}
	lost = decision_log_stats(f->log).lost;
	limit_file_size(RLIM_INFINITY);
	wait_written(f, records - lost);
	close_log(f);
	assert_tally(contents(f, "log"), records - lost, lost, 0);
}

static void required_record_or_denial(void **state)
{
	struct fixture *f = *state;

	open_log(f, "/dev/full", true);
	/* Not even the one by which it shows that the disk is full. */
	for (int i = 0; i < RECORDS; i++)
		assert_false(record(f, PING));
	assert_true(decision_log_stats(f->log).failing);
	assert_int_equal(decision_log_stats(f->log).written, 0);
	assert_int_equal(decision_log_stats(f->log).lost, 0);
	close_log(f);
}

static void required_denies_until_a_write_works(void **state)
{
	struct fixture *f = *state;

	open_log(f, "log", true);
	limit_file_size(0);
	assert_false(record(f, PING));
	assert_true(decision_log_stats(f->log).failing);
	assert_false(record(f, PING));
	limit_file_size(RLIM_INFINITY);
	wait_failing(f, false);
	assert_true(record(f, PING));
	close_log(f);
	/* The first has two: it was on its way when nobody knew. */
	assert_tally(contents(f, "log"), 4, 0, 0);
	assert_non_null(strstr(f->text, "\"outcome\":\"error\""));
	assert_non_null(strstr(f->text, "could not be recorded"));
}

/* What a caller was told to be allowed is written when he is told, not a moment later. */
static void required_is_written_when_it_is_answered(void **state)
{
	struct fixture *f = *state;

	open_log(f, "log", true);
	for (uint64_t i = 1; i <= 100; i++) {
		assert_true(record(f, PING));
		assert_int_equal(count(contents(f, "log")).records, i);
	}
	close_log(f);
}

/* A queue that is full, of a sink that takes nothing: no allowed call gets past it. */
static void required_counts_a_full_queue(void **state)
{
	struct fixture *f = *state;
	uint64_t allowed = 0, len = 0, found = 0;
	struct slice rest, line;
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	open_log_on(f, ends[1], true);
	while (record(f, PING))
		allowed++;
	while (decision_log_stats(f->log).lost == 0)
		assert_false(record(f, PING));

	len = drain(f, ends[0]);
	close_log(f);
	close(ends[1]);
	for (ssize_t n; (n = read(ends[0], f->text + len, TEXT - len)) > 0;)
		len += (uint64_t) n;
	close(ends[0]);

	rest = (struct slice){ f->text, len };
	while (slice_cut(rest, '\n', &line, &rest))
		found += memmem(line.ptr, line.len, "\"outcome\":\"allow\"", 17) != NULL;
	/* And that of the one call which had to wait in vain. */
	assert_int_equal(found, allowed + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_LOG(one_line_for_each_record),
		TEST_LOG(denied_only_leaves_out_what_nobody_objects_to),
		TEST_LOG(many_threads_lose_nothing),
		TEST_LOG(unread_pipe_blocks_nobody),
		TEST_LOG(closing_does_not_wait_for_ever),
		TEST_LOG(reader_who_left_is_a_failure),
		TEST_LOG(full_disk_tears_a_line_but_loses_none),
		TEST_LOG(loss_is_told_when_the_disk_has_room_again),
		TEST_LOG(required_record_or_denial),
		TEST_LOG(required_denies_until_a_write_works),
		TEST_LOG(required_is_written_when_it_is_answered),
		TEST_LOG(required_counts_a_full_queue),
	};

	signal(SIGXFSZ, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
