/* test-log-sink.c - files that change under the log. */
#include "log/log-sink.h"

#include "log-fixture.h"

#include <errno.h>

/* The name changes hands again and again while records come in. */
static void *rotate_many(void *arg)
{
	struct fixture *f = arg;

	for (int i = 0; i < 20; i++) {
		char name[16];

		snprintf(name, sizeof(name), "log.%d", i);
		rename("log", name);
		decision_log_reopen(f->log);
		while (access("log", F_OK) != 0)
			pause_briefly();
	}
	return NULL;
}

static void rotation_under_load_loses_nothing(void **state)
{
	struct fixture *f = *state;
	struct tally sum = { 0 };
	pthread_t rotating;

	open_log(f, "log", false);
	assert_int_equal(pthread_create(&rotating, NULL, rotate_many, f), 0);
	run_writers(f);
	/* The last turn waits for a record to open the file. */
	while (pthread_tryjoin_np(rotating, NULL) != 0) {
		record(f, PING);
		sum.lost++;
		pause_briefly();
	}
	close_log(f);
	for (int i = -1; i < 20; i++) {
		struct tally t;
		char name[16] = "log";

		if (i >= 0)
			snprintf(name, sizeof(name), "log.%d", i);
		t = count(contents(f, name));
		sum.records += t.records;
		sum.torn += t.torn + t.lost;
	}
	assert_int_equal(sum.records, THREADS * OF_EACH + sum.lost);
	assert_int_equal(sum.torn, 0);
}

static void make_empty(const char *name)
{
	int fd = open(name, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	close(fd);
}

static void rotation_by_name_is_seen(void **state)
{
	struct fixture *f = *state;

	open_log(f, "log", false);
	record(f, PING);
	wait_written(f, 1);
	assert_int_equal(rename("log", "log.1"), 0);
	for (uint64_t records = 2; access("log", F_OK) != 0; records++) {
		record(f, PING);
		wait_written(f, records);
	}
	close_log(f);
	assert_tally(contents(f, "log"), 1, 0, 0);
	assert_true(count(contents(f, "log.1")).records >= 1);
}

/* As logrotate does with `create`: the name never has no file, but it has another one. */
static void rotation_to_another_file_is_seen(void **state)
{
	struct fixture *f = *state;
	struct stat st = { 0 };
	uint64_t records = 1;

	open_log(f, "log", false);
	record(f, PING);
	wait_written(f, 1);
	make_empty("log.new");
	assert_int_equal(rename("log", "log.1"), 0);
	assert_int_equal(rename("log.new", "log"), 0);
	for (int tries = 0; st.st_size == 0 && tries < 2000; tries++) {
		record(f, PING);
		wait_written(f, ++records);
		assert_int_equal(stat("log", &st), 0);
		pause_briefly();
	}
	close_log(f);
	assert_tally(contents(f, "log"), 1, 0, 0);
	assert_tally(contents(f, "log.1"), records - 1, 0, 0);
}

static void reopening_does_not_wait_for_a_second(void **state)
{
	struct fixture *f = *state;

	open_log(f, "log", false);
	record(f, PING);
	wait_written(f, 1);
	assert_int_equal(rename("log", "log.1"), 0);
	decision_log_reopen(f->log);
	record(f, PING);
	close_log(f);
	assert_tally(contents(f, "log.1"), 1, 0, 0);
	assert_tally(contents(f, "log"), 1, 0, 0);
}

static void removed_file_takes_no_record_along(void **state)
{
	struct fixture *f = *state;

	open_log(f, "log", false);
	record(f, PING);
	wait_written(f, 1);
	assert_int_equal(unlink("log"), 0);
	record(f, PING);
	close_log(f);
	assert_tally(contents(f, "log"), 1, 0, 0);
}

static void copy_and_truncate_goes_on_at_the_start(void **state)
{
	struct fixture *f = *state;

	open_log(f, "log", false);
	for (int i = 0; i < RECORDS; i++)
		record(f, PING);
	wait_written(f, RECORDS);
	assert_int_equal(truncate("log", 0), 0);
	record(f, PING);
	close_log(f);
	assert_tally(contents(f, "log"), 1, 0, 0);
}

/* The name is a directory for a while: nothing may go to the file that had the name before. */
static void records_wait_for_a_name_that_cannot_be_opened(void **state)
{
	struct fixture *f = *state;

	open_log(f, "log", false);
	record(f, PING);
	wait_written(f, 1);
	assert_int_equal(rename("log", "log.1"), 0);
	assert_int_equal(mkdir("log", 0700), 0);
	decision_log_reopen(f->log);
	record(f, PING);
	wait_failing(f, true);
	assert_int_equal(rmdir("log"), 0);
	wait_written(f, 2);
	close_log(f);
	assert_tally(contents(f, "log.1"), 1, 0, 0);
	assert_tally(contents(f, "log"), 1, 0, 0);
}

static void line_torn_by_another_process_is_ended(void **state)
{
	struct fixture *f = *state;
	int fd = open("log", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_int_equal(write(fd, "{\"schema\":1,\"ti", 15), 15);
	close(fd);
	open_log(f, "log", false);
	record(f, PING);
	close_log(f);
	assert_tally(contents(f, "log"), 1, 0, 1);
}

static void what_is_no_log_is_refused(void **state)
{
	struct log_sink *sink;

	(void) state;
	assert_int_equal(symlink("elsewhere", "link"), 0);
	assert_int_equal(log_sink_open("link", &sink), -ELOOP);
	assert_int_not_equal(access("elsewhere", F_OK), 0);
	assert_int_equal(log_sink_open(".", &sink), -EISDIR);
	assert_int_equal(log_sink_open("no/such/folder", &sink), -ENOENT);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(log_sink_open("fifo", &sink), -ENXIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_LOG(rotation_under_load_loses_nothing),
		TEST_LOG(rotation_by_name_is_seen),
		TEST_LOG(rotation_to_another_file_is_seen),
		TEST_LOG(reopening_does_not_wait_for_a_second),
		TEST_LOG(removed_file_takes_no_record_along),
		TEST_LOG(copy_and_truncate_goes_on_at_the_start),
		TEST_LOG(records_wait_for_a_name_that_cannot_be_opened),
		TEST_LOG(line_torn_by_another_process_is_ended),
		TEST_LOG(what_is_no_log_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
