/* test-confine-files.c - which files can still be opened: each attempt in a process of its own. */
#include "confine/confine-files.h"

#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "base/diag.h"

#define TOP "/tmp/cis-authz-files-test"

static const char *const folders[] = { TOP, TOP "/policy", TOP "/log", TOP "/run", TOP "/else" };
static const char *const texts[] = { TOP "/policy/policy.yaml", TOP "/log/log",
				     TOP "/run/socket",         TOP "/else/target",
				     TOP "/else/shadow",        TOP "/fifo-neighbour" };

static int make_files(void **state)
{
	(void) state;
	for (size_t i = 0; i < COUNT_OF(folders); i++)
		mkdir(folders[i], 0700);
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		close(open(texts[i], O_WRONLY | O_CREAT, 0600));
	return symlink(TOP "/else/target", TOP "/policy/link") < 0 || mkfifo(TOP "/fifo", 0600) < 0;
}

static int remove_files(void **state)
{
	(void) state;
	unlink(TOP "/policy/link");
	unlink(TOP "/policy/new");
	unlink(TOP "/log/new");
	unlink(TOP "/fifo");
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		unlink(texts[i]);
	for (size_t i = COUNT_OF(folders); i > 0; i--)
		rmdir(folders[i - 1]);
	return 0;
}

/* 0, or the error of opening it in a process that has confined itself. */
static int error_of(int (*what)(const char *path, int flags), const char *path, int flags)
{
	const char *const read[] = { TOP "/policy/policy.yaml", "-", "", NULL };
	const char *const written[] = { TOP "/log/log", TOP "/fifo", NULL };
	const char *const removed[] = { TOP "/run/socket", NULL };
	const struct confined_files files = { read, written, removed };
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct diags *d = diags_new();

		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		if (confine_files(&files, d) != 0)
			_exit(99);
		_exit(what(path, flags) < 0 ? errno : 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 99)
		skip();
	return WEXITSTATUS(status);
}

static int open_it(const char *path, int flags)
{
	return open(path, flags, 0600);
}

static int remove_it(const char *path, int flags)
{
	(void) flags;
	return unlink(path);
}

static int look_at(const char *path, int flags)
{
	struct stat st;

	(void) flags;
	return stat(path, &st);
}

static void what_serving_needs_opens(void **state)
{
	(void) state;
	assert_int_equal(error_of(open_it, TOP "/policy/policy.yaml", O_RDONLY), 0);
	assert_int_equal(error_of(open_it, TOP "/log/log", O_WRONLY | O_APPEND), 0);
	assert_int_equal(error_of(open_it, TOP "/log/log", O_RDONLY), 0);
	/* After a rotation. */
	assert_int_equal(error_of(open_it, TOP "/log/new", O_WRONLY | O_CREAT), 0);
	assert_int_equal(error_of(open_it, TOP "/fifo", O_RDWR | O_NONBLOCK), 0);
	assert_int_equal(error_of(remove_it, TOP "/run/socket", 0), 0);
}

static void nothing_else_opens(void **state)
{
	(void) state;
	assert_int_equal(error_of(open_it, TOP "/else/shadow", O_RDONLY), EACCES);
	assert_int_equal(error_of(open_it, TOP "/else/shadow", O_WRONLY), EACCES);
	assert_int_equal(error_of(open_it, TOP "/policy/policy.yaml", O_WRONLY), EACCES);
	assert_int_equal(error_of(open_it, TOP "/policy/new", O_WRONLY | O_CREAT), EACCES);
	assert_int_equal(error_of(open_it, TOP "/policy/link", O_RDONLY), EACCES);
	assert_int_equal(error_of(open_it, TOP "/fifo-neighbour", O_RDONLY), EACCES);
	assert_int_equal(error_of(remove_it, TOP "/policy/policy.yaml", 0), EACCES);
	assert_int_equal(error_of(remove_it, TOP "/log/log", 0), EACCES);
	assert_int_equal(error_of(open_it, "/etc/passwd", O_RDONLY), EACCES);
	assert_int_equal(error_of(open_it, "/etc/passwd", O_WRONLY), EACCES);
	assert_int_equal(error_of(open_it, "/etc", O_RDONLY | O_DIRECTORY), EACCES);
	assert_int_equal(error_of(open_it, "/proc/self/mem", O_RDWR), EACCES);
	assert_int_equal(error_of(open_it, "/proc/sys/kernel/core_pattern", O_WRONLY), EACCES);
	assert_int_equal(error_of(open_it, "/dev/null", O_WRONLY), EACCES);
}

/* Rules follow the links of mounted paths. */
static void paths_are_still_followed(void **state)
{
	(void) state;
	assert_int_equal(error_of(look_at, TOP "/else/shadow", 0), 0);
	assert_int_equal(error_of(open_it, "/etc", O_PATH | O_DIRECTORY), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_serving_needs_opens, make_files, remove_files),
		cmocka_unit_test_setup_teardown(nothing_else_opens, make_files, remove_files),
		cmocka_unit_test_setup_teardown(paths_are_still_followed, make_files, remove_files),
	};

	return cmocka_run_group_tests_name("confine-files", tests, NULL, NULL);
}
