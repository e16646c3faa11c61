/*
 * test-standing.c - writes that do not come back, as on a file system that is frozen.
 *
 * No descriptor does that by itself for as long as a test wants, so write(2) is wrapped
 * (-Wl,--wrap): while `standing` is set, one that is of the logs sleeps.
 */
#include "log-fixture.h"

#include <stdatomic.h>
#include <time.h>

#include "base/clock.h"
#include "capture/recording.h"
#include "log/log-relay.h"
#include "log/log.h"

enum { FLOOD = 20000 };

static atomic_bool standing;
static atomic_int spared = STDERR_FILENO; /* a pipe, where log-relay.c is at work */

ssize_t __real_write(int fd, const void *bytes, size_t len);
ssize_t __wrap_write(int fd, const void *bytes, size_t len);

ssize_t __wrap_write(int fd, const void *bytes, size_t len)
{
	while (atomic_load(&standing) && fd != atomic_load(&spared))
		pause_briefly();
	return __real_write(fd, bytes, len);
}

static void required_is_denied_within_a_second(void **state)
{
	struct fixture *f = *state;
	int64_t begin;

	open_log(f, "log", true);
	assert_true(record(f, PING));
	atomic_store(&standing, true);
	begin = clock_millis();
	assert_false(record(f, PING));
	assert_true(clock_millis() - begin <= 1000);
	/* Nobody waits any more, and nothing is allowed. */
	for (int i = 0; i < 100; i++)
		assert_false(record(f, PING));
	assert_true(clock_millis() - begin <= 2000);
	assert_true(decision_log_stats(f->log).failing);

	atomic_store(&standing, false);
	wait_failing(f, false);
	assert_true(record(f, PING));
	close_log(f);
	/* The one that stood says `allow`, and what its caller was told stands behind it. */
	assert_tally(contents(f, "log"), 2 + 1 + 101, 0, 0);
}

/* No call is under way when it begins to stand: the first one after that is not allowed either. */
static void required_after_a_silence(void **state)
{
	struct fixture *f = *state;

	open_log(f, "log", true);
	atomic_store(&standing, true);
	assert_false(record(f, PING));
	atomic_store(&standing, false);
	close_log(f);
}

static void standing_log_delays_nobody_and_is_seen(void **state)
{
	struct fixture *f = *state;
	int64_t begin;

	open_log(f, "log", false);
	atomic_store(&standing, true);
	begin = clock_millis();
	for (int i = 0; i < RECORDS; i++)
		assert_true(record(f, PING));
	assert_true(clock_millis() - begin < 1000);
	/* The writer knows nothing. */
	wait_failing(f, true);
	assert_true(clock_millis() - begin < 10000);
	atomic_store(&standing, false);
	close_log(f);
	assert_tally(contents(f, "log"), RECORDS, 0, 0);
}

static void standing_recording_delays_nobody(void **state)
{
	struct fixture *f = *state;
	OWN(diags) d = diags_new();
	struct slice rest, line;
	struct recording *r;
	int64_t begin;
	int lines = 0;

	assert_int_equal(recording_open("recording", &r, d), 0);
	assert_int_equal(recording_start(r), 0);
	atomic_store(&standing, true);
	begin = clock_millis();
	for (int i = 0; i < RECORDS; i++)
		recording_add(r, slice_str(PING), f->policy);
	assert_true(clock_millis() - begin < 1000);
	while (!recording_stats(r).failing)
		pause_briefly();
	atomic_store(&standing, false);
	recording_close(r);
	rest = contents(f, "recording");
	while (slice_cut(rest, '\n', &line, &rest))
		lines++;
	assert_int_equal(lines, RECORDS);
}

/* Descriptor 2 becomes `fd`. Returns what it was. */
static int replace_stderr(int fd)
{
	int kept = dup(STDERR_FILENO);

	assert_int_equal(dup2(fd, STDERR_FILENO), STDERR_FILENO);
	return kept;
}

static void restore_stderr(int kept)
{
	dup2(kept, STDERR_FILENO);
	close(kept);
}

static void standing_standard_error_delays_nobody(void **state)
{
	struct fixture *f = *state;
	int file = open("said", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	int kept = replace_stderr(file);
	uint64_t said = 0, missing = 0;
	struct log_relay *relay;
	struct slice rest, line;
	int64_t begin, end;

	assert_int_equal(log_relay_open(&relay), 0);
	assert_int_equal(log_relay_start(relay), 0);
	atomic_store(&standing, true);
	begin = clock_millis();
	for (int i = 0; i < FLOOD; i++)
		log_info("line %d of many that nobody takes", i);
	end = clock_millis();
	atomic_store(&standing, false);
	log_relay_free(relay);
	restore_stderr(kept);
	close(file);
	assert_true(end - begin < 10000);

	rest = contents(f, "said");
	while (slice_cut(rest, '\n', &line, &rest)) {
		assert_true(slice_starts(line, SLICE("cis-authz: ")));
		if (memmem(line.ptr, line.len, "lines are missing here", 22))
			missing += number_in((struct slice){ line.ptr, 40 });
		else
			said++;
	}
	assert_true(missing > 0);
	assert_int_equal(said + missing, FLOOD);
}

static void *talk(void *over)
{
	while (!atomic_load((atomic_bool *) over)) {
		log_info("a line of the process log");
		pause_briefly();
	}
	return NULL;
}

/* Records longer than what a pipe takes in one piece, and lines of the process log between them. */
static void lines_of_two_logs_do_not_mix(void **state)
{
	static char name[5400], call[6000];
	const struct decision_log_options options = { 0 };
	struct fixture *f = *state;
	uint64_t len = 0, records = 0, said = 0;
	size_t longest = 0;
	struct slice rest, line;
	struct log_relay *relay;
	struct log_sink *sink;
	atomic_bool over = false;
	pthread_t talker;
	int ends[2], kept;

	assert_int_equal(pipe(ends), 0);
	kept = replace_stderr(ends[1]);
	close(ends[1]);
	assert_int_equal(log_relay_open(&relay), 0);
	assert_int_equal(log_relay_sink(relay, &sink), 0);
	assert_int_equal(log_relay_start(relay), 0);
	assert_int_equal(decision_log_new(sink, &options, &f->log), 0);
	assert_int_equal(pthread_create(&talker, NULL, talk, &over), 0);

	/* Each of these takes six bytes in a record. */
	for (size_t i = 0; i < (sizeof(name) - 1) / 6; i++)
		memcpy(name + 6 * i, "\\u0001", 6);
	snprintf(call, sizeof(call),
		 "{\"RequestMethod\":\"GET\",\"RequestUri\":\"/_ping\",\"User\":\"%s\"}", name);
	for (int i = 0; i < 200; i++) {
		record(f, call);
		if (poll(&(struct pollfd){ .fd = ends[0], .events = POLLIN }, 1, 0) == 1) {
			ssize_t n = read(ends[0], f->text + len, TEXT - len);

			assert_true(n > 0);
			len += (uint64_t) n;
		}
	}
	atomic_store(&over, true);
	pthread_join(talker, NULL);
	/* What is counted as queued may have been read a moment ago, and nothing comes after it. */
	while (decision_log_stats(f->log).queued > 0) {
		ssize_t n;

		if (poll(&(struct pollfd){ .fd = ends[0], .events = POLLIN }, 1, 10) != 1)
			continue;
		n = read(ends[0], f->text + len, TEXT - len);
		assert_true(n > 0);
		len += (uint64_t) n;
	}
	close_log(f);
	log_relay_free(relay);
	restore_stderr(kept);
	for (ssize_t n; (n = read(ends[0], f->text + len, TEXT - len)) > 0;)
		len += (uint64_t) n;
	close(ends[0]);

	rest = (struct slice){ f->text, len };
	while (slice_cut(rest, '\n', &line, &rest)) {
		bool ours = slice_eq(line, SLICE("cis-authz: a line of the process log"));

		assert_true(ours || (slice_starts(line, SLICE("{\"schema\":1,")) &&
				     slice_ends(line, SLICE("}")) &&
				     !memmem(line.ptr, line.len, "process log", 11)));
		said += ours;
		records += !ours;
		longest = line.len > longest ? line.len : longest;
	}
	assert_int_equal(records, 200);
	assert_true(longest > PIPE_BUF);
	assert_true(said > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_LOG(required_is_denied_within_a_second),
		TEST_LOG(required_after_a_silence),
		TEST_LOG(standing_log_delays_nobody_and_is_seen),
		TEST_LOG(standing_recording_delays_nobody),
		TEST_LOG(standing_standard_error_delays_nobody),
		TEST_LOG(lines_of_two_logs_do_not_mix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
