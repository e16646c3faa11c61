#include "decision-log.h"

#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "decide.h"
#include "policy/policy-load.h"
#include "policy/policy.h"

enum { RECORDS = 10 };

struct fixture {
	int fd;
	struct arena *arena;
	const struct policy *policy;
	struct decide_env env;
	struct decision_log *log;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	OWN(diags) d = diags_new();

	f->fd = open("/tmp", O_TMPFILE | O_RDWR | O_APPEND, 0600);
	f->arena = arena_new(1 << 20);
	f->log = decision_log_new(f->fd);
	*state = f;
	return policy_load(NULL, &f->policy, d);
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	decision_log_free(f->log);
	policy_unref(f->policy);
	arena_free(f->arena);
	close(f->fd);
	free(f);
	return 0;
}

static void write_record(struct fixture *f)
{
	struct decision d;

	decide(SLICE("{\"RequestMethod\":\"GET\",\"RequestUri\":\"/_ping\"}"), f->policy, &f->env,
	       f->arena, &d);
	decision_log_write(f->log, &d, f->arena);
	arena_reset(f->arena);
}

static void limit_file_size(rlim_t size)
{
	struct rlimit limit;

	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = size;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* What the file holds from `from` on, in memory that ends with the test. */
static struct slice written(struct fixture *f, off_t from)
{
	enum { MOST = 20000 };
	char *text = arena_bytes(f->arena, MOST);
	ssize_t n = pread(f->fd, text, MOST, from);

	assert_true(n > 0 && n < MOST);
	return (struct slice){ text, (size_t) n };
}

static void assert_object(struct slice line)
{
	assert_true(slice_starts(line, SLICE("{\"")));
	assert_true(slice_ends(line, SLICE("}")));
}

static void one_line_for_each_record(void **state)
{
	struct fixture *f = *state;
	struct slice rest, line;
	int lines = 0;

	for (int i = 0; i < RECORDS; i++)
		write_record(f);
	rest = written(f, 0);
	while (slice_cut(rest, '\n', &line, &rest)) {
		assert_object(line);
		lines++;
	}
	assert_int_equal(lines, RECORDS);
	assert_int_equal(rest.len, 0);
}

/* The file may grow again after it was full in the middle of a line. */
static void loss_is_counted_and_told(void **state)
{
	struct fixture *f = *state;
	struct slice rest, line;
	off_t one;

	write_record(f);
	one = lseek(f->fd, 0, SEEK_END);
	signal(SIGXFSZ, SIG_IGN);
	limit_file_size((rlim_t) one + 20);
	for (int i = 0; i < RECORDS; i++)
		write_record(f);
	assert_int_equal(lseek(f->fd, 0, SEEK_END), one + 20);
	limit_file_size(RLIM_INFINITY);
	write_record(f);
	write_record(f);

	rest = written(f, one);
	assert_true(slice_cut(rest, '\n', &line, &rest));
	assert_int_equal(line.len, 20);
	assert_true(slice_cut(rest, '\n', &line, &rest));
	assert_object(line);
	assert_true(slice_ends(line, SLICE("\"lost\":10}")));
	for (int i = 0; i < 2; i++) {
		assert_true(slice_cut(rest, '\n', &line, &rest));
		assert_object(line);
		assert_false(slice_ends(line, SLICE("\"lost\":10}")));
	}
	assert_int_equal(rest.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_line_for_each_record, setup, teardown),
		cmocka_unit_test_setup_teardown(loss_is_counted_and_told, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
