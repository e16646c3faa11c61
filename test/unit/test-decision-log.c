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
	struct decision_ids ids;
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

	decide(SLICE("{\"RequestMethod\":\"GET\",\"RequestUri\":\"/_ping\"}"), f->policy, &f->ids,
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

static void one_line_for_each_record(void **state)
{
	struct fixture *f = *state;
	char text[RECORDS * 2000] = "";
	int lines = 0;

	for (int i = 0; i < RECORDS; i++)
		write_record(f);
	assert_true(pread(f->fd, text, sizeof(text) - 1, 0) > 0);
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		assert_int_equal(line[0], '{');
		assert_int_equal(line[strlen(line) - 1], '}');
		lines++;
	}
	assert_int_equal(lines, RECORDS);
}

/* The file may grow again after it was full in the middle of a line. */
static void loss_is_counted_and_told(void **state)
{
	struct fixture *f = *state;
	char text[4000] = "", count[32];
	char *torn, *told, *record;
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

	assert_true(pread(f->fd, text, sizeof(text) - 1, one) > 0);
	torn = strtok(text, "\n");
	assert_int_equal(strlen(torn), 20);
	told = strtok(NULL, "\n");
	snprintf(count, sizeof(count), "\"lost\":%d}", RECORDS);
	assert_non_null(strstr(told, count));
	for (int i = 0; i < 2; i++) {
		record = strtok(NULL, "\n");
		assert_non_null(strstr(record, "\"decision\""));
	}
	assert_null(strtok(NULL, "\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_line_for_each_record, setup, teardown),
		cmocka_unit_test_setup_teardown(loss_is_counted_and_told, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
