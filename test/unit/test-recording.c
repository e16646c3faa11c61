#include "capture/recording.h"

#include "scratch.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/read-file.h"
#include "policy/policy-load.h"
#include "policy/policy.h"

enum { THREADS = 8, CALLS = 200, MOST = 4 << 20 };

static const struct slice ping =
	SLICE_INIT("{\"RequestMethod\":\"GET\",\"RequestUri\":\"/_ping\"}");

static struct slice content(struct arena *a)
{
	OWN(diags) d = diags_new();
	struct slice text;

	assert_int_equal(read_file(a, "recording", 16 * MOST, 0, &text, d), 0);
	return text;
}

static size_t count(struct slice text, struct slice part)
{
	size_t found = 0;
	const char *at;

	while (text.len > 0 && (at = memmem(text.ptr, text.len, part.ptr, part.len))) {
		found++;
		text = slice_from(text, (size_t) (at - text.ptr) + part.len);
	}
	return found;
}

static struct recording *must_open(void)
{
	OWN(diags) d = diags_new();
	struct recording *r = NULL;

	assert_int_equal(recording_open("recording", &r, d), 0);
	assert_int_equal(recording_start(r), 0);
	return r;
}

static void refused(const char *path, const char *why)
{
	OWN(diags) d = diags_new();
	struct recording *r = NULL;

	assert_int_equal(recording_open(path, &r, d), BAD_INPUT);
	assert_null(r);
	assert_non_null(strstr(diags_at(d, 0)->text, why));
}

static void test_is_its_owners_alone(void **state)
{
	struct stat st;

	(void) state;
	recording_close(must_open());
	assert_int_equal(stat("recording", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	/* A second run goes on behind the first. */
	recording_close(must_open());

	assert_int_equal(chmod("recording", 0640), 0);
	refused("recording", "can be read or written by others");
	assert_int_equal(chmod("recording", 0600), 0);
}

static void test_must_be_a_file(void **state)
{
	(void) state;
	assert_int_equal(mkfifo("pipe", 0600), 0);
	/* With a reader, so that it can be opened at all. */
	int reader = open("pipe", O_RDONLY | O_NONBLOCK);

	refused("pipe", "is no regular file");
	close(reader);
	refused("/dev/null", "is no regular file");
	refused("none/such", "cannot be opened");
	refused(".", "cannot be opened");
}

static void *add_many(void *r)
{
	for (int i = 0; i < CALLS; i++)
		recording_add(r, ping, NULL);
	return NULL;
}

static void test_lines_of_threads_stay_whole(void **state)
{
	OWN(arena) a = arena_new(2 * MOST);
	pthread_t threads[THREADS];
	struct recording *r;
	struct slice text, line;

	(void) state;
	unlink("recording");
	r = must_open();
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, add_many, r), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	recording_close(r);

	text = content(a);
	assert_int_equal(count(text, SLICE("\n")), THREADS * CALLS);
	while (slice_cut(text, '\n', &line, &text)) {
		assert_true(slice_starts(line, SLICE("{\"CisAuthzRecording\":{\"version\":1,")));
		assert_true(slice_ends(line,
				       SLICE("\"RequestUri\":\"/_ping\",\"RequestHeaders\":{}}")));
	}
}

static void limit_file_size(rlim_t size)
{
	struct rlimit limit;

	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = size;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void wait_written(struct recording *r, uint64_t lines)
{
	while (recording_stats(r).written < lines)
		usleep(5000);
}

/* A disk without room, in the middle of a line: what waits is written when there is room again. */
static void test_waits_for_room(void **state)
{
	OWN(arena) a = arena_new(MOST);
	struct recording *r;
	struct slice text;

	(void) state;
	unlink("recording");
	r = must_open();
	recording_add(r, ping, NULL);
	wait_written(r, 1);
	limit_file_size(content(a).len + 20); /* ends in the middle of the second line */
	recording_add(r, ping, NULL);
	while (!recording_stats(r).failing)
		usleep(5000);
	recording_add(r, ping, NULL);
	limit_file_size(RLIM_INFINITY);
	wait_written(r, 3);
	recording_close(r);

	text = content(a);
	assert_int_equal(count(text, SLICE("\"lost\"")), 0);
	assert_int_equal(count(text, SLICE("\"RequestUri\":\"/_ping\"")), 3);
	assert_int_equal(count(text, SLICE("\n")), 4); /* the torn line is ended */
}

/* No memory for the lines, so that they cannot even wait. */
static void test_tells_of_loss(void **state)
{
	static char question[MOST];
	OWN(arena) a = arena_new(128 << 20);
	struct slice text;
	struct recording *r;
	uint64_t added = 0, lost;

	(void) state;
	unlink("recording");
	memset(question, 'x', sizeof(question));
	memcpy(question, "{\"RequestMethod\":\"GET\",\"RequestUri\":\"/", 39);
	memcpy(question + sizeof(question) - 2, "\"}", 2);
	r = must_open();
	limit_file_size(0);
	while ((lost = recording_stats(r).lost) < 2) {
		recording_add(r, (struct slice){ question, sizeof(question) }, NULL);
		added++;
	}
	limit_file_size(RLIM_INFINITY);
	wait_written(r, added - lost);
	recording_close(r);

	text = content(a);
	assert_int_equal(count(text, SLICE("\"lost\":2}")), 1);
	assert_int_equal(count(text, SLICE("\n")), added - lost + 1);
}

static void test_keeps_what_is_no_call(void **state)
{
	OWN(arena) a = arena_new(MOST);
	struct recording *r;
	struct slice text;

	(void) state;
	unlink("recording");
	r = must_open();
	recording_add(r, SLICE("{\"RequestMethod\":\"GET\",\"Password"), NULL);
	recording_add_unheard(r);
	recording_close(r);

	text = content(a);
	assert_int_equal(count(text, SLICE("\"question\":\"unread\"}}\n")), 1);
	assert_int_equal(count(text, SLICE("\"question\":\"unheard\"}}\n")), 1);
	assert_int_equal(count(text, SLICE("Password")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_is_its_owners_alone),
		cmocka_unit_test(test_must_be_a_file),
		cmocka_unit_test(test_lines_of_threads_stay_whole),
		cmocka_unit_test(test_waits_for_room),
		cmocka_unit_test(test_tells_of_loss),
		cmocka_unit_test(test_keeps_what_is_no_call),
	};

	signal(SIGXFSZ, SIG_IGN);
	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
