/*
 * test-log-sync.c - nobody is answered before the disk has the record.
 *
 * What the disk has is what the file held when fdatasync() came back, which here is the test's: it
 * can fail, and it can be slow.
 */
#include "log-fixture.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/stat.h>

static atomic_long on_disk, syncs;
static atomic_bool broken, slow;

int fdatasync(int fd)
{
	struct stat st;

	if (atomic_load(&broken)) {
		errno = EIO;
		return -1;
	}
	if (fstat(fd, &st) < 0)
		return -1;
	if (atomic_load(&slow))
		usleep(100);
	atomic_store(&on_disk, st.st_size);
	atomic_fetch_add(&syncs, 1);
	return 0;
}

static void open_synced(struct fixture *f)
{
	const struct decision_log_options options = { .required = true, .synced = true };
	struct log_sink *sink;

	atomic_store(&on_disk, 0);
	atomic_store(&syncs, 0);
	assert_int_equal(log_sink_open("log", &sink), 0);
	assert_int_equal(decision_log_new(sink, &options, &f->log), 0);
}

/* What is on the disk, a line each. */
static struct tally disk(struct fixture *f)
{
	struct slice text = contents(f, "log");

	text.len = (size_t) atomic_load(&on_disk);
	return count(text);
}

static void answer_waits_for_the_disk(void **state)
{
	struct fixture *f = *state;

	open_synced(f);
	for (uint64_t i = 1; i <= 50; i++) {
		assert_true(record(f, PING));
		assert_int_equal(disk(f).records, 2 * i - 1);
		/* A denial too: it is what was tried. */
		assert_false(record(f, UNKNOWN));
		assert_int_equal(disk(f).records, 2 * i);
	}
	close_log(f);
	assert_tally(contents(f, "log"), 100, 0, 0);
}

static void others_share_a_sync(void **state)
{
	struct fixture *f = *state;

	open_synced(f);
	atomic_store(&slow, true);
	run_writers(f);
	atomic_store(&slow, false);
	assert_int_equal(disk(f).records, THREADS * OF_EACH);
	assert_true(atomic_load(&syncs) < THREADS * OF_EACH);
	close_log(f);
}

static void disk_that_fails_denies(void **state)
{
	struct fixture *f = *state;

	open_synced(f);
	assert_true(record(f, PING));
	atomic_store(&broken, true);
	assert_false(record(f, PING));
	assert_true(decision_log_stats(f->log).failing);
	assert_int_equal(disk(f).records, 1);
	/* Denials stand, and wait for nothing that does not come. */
	for (int i = 0; i < RECORDS; i++)
		assert_false(record(f, UNKNOWN));
	atomic_store(&broken, false);
	wait_failing(f, false);
	assert_true(record(f, PING));
	assert_int_equal(decision_log_stats(f->log).lost, 0);
	close_log(f);
	assert_non_null(strstr(contents(f, "log").ptr, "could not be recorded"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_LOG(answer_waits_for_the_disk),
		TEST_LOG(others_share_a_sync),
		TEST_LOG(disk_that_fails_denies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
