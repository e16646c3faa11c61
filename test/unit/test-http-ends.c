/* test-http-ends.c - calls that do not end, and services that do. */
#include "http-fixture.h"

/* Three kinds of connection whose next call has begun, and two that wait. Time is made up. */
static void call_that_never_comes_is_cut_off(void **state)
{
	struct fixture *f = *state;
	int fresh = dial(f), kept = dial(f), other = dial(f), idle = dial(f), body = dial(f);
	int64_t now = (int64_t) time(NULL) * 1000;
	struct reply reply;
	char byte;

	say(fresh, "POST /AuthZ");
	for (int i = 0; i < 2; i++) {
		say_call(i ? kept : other, "/AuthZPlugin.AuthZReq", ping);
		hear_allow(i ? kept : other);
	}
	say_head(body, "POST", "/AuthZPlugin.AuthZReq", 1000);
	usleep(100000);
	server_look(f->server, now);
	server_look(f->server, now + 1000);
	say(kept, "POST /AuthZPlugin.AuthZReq HTTP/1.1\r\nHost: ");
	server_look(f->server, now + 2000);
	for (int i = 1; i < 9; i++) {
		say(kept, "x");
		usleep(10000);
		server_look(f->server, now + 2000 + i * 1000);
		assert_int_equal(recv(kept, &byte, 1, MSG_DONTWAIT), -1);
	}
	server_look(f->server, now + 12000);
	assert_int_equal(recv(kept, &byte, 1, 0), 0);
	assert_int_equal(recv(fresh, &byte, 1, 0), 0);

	/* They have waited for as long, and go on. */
	for (int i = 0; i < 2; i++) {
		say_call(i ? idle : other, "/AuthZPlugin.AuthZReq", ping);
		hear_allow(i ? idle : other);
	}
	assert_false(hear(body, &reply));
	close(fresh);
	close(kept);
	close(other);
	close(idle);
	close(body);
}

/* Its peer reads the answer late: what happens at the socket then is no call that has begun. */
static void answer_that_is_read_late_is_no_beginning(void **state)
{
	struct fixture *f = *state;
	int64_t now = (int64_t) time(NULL) * 1000;
	int fd = dial(f);

	say_call(fd, "/AuthZPlugin.AuthZReq", ping);
	usleep(100000);
	server_look(f->server, now);
	server_look(f->server, now + 1000);
	hear_allow(fd);
	for (int i = 2; i < 30; i++)
		server_look(f->server, now + i * 1000);
	say_call(fd, "/AuthZPlugin.AuthZReq", ping);
	hear_allow(fd);
	close(fd);
}

/* A byte at a time is no pause, but it is no call either. */
static void body_that_never_ends_is_cut_off(void **state)
{
	struct fixture *f = *state;
	int64_t now = (int64_t) time(NULL) * 1000;
	int fd = dial(f);
	char byte;

	say_head(fd, "POST", "/AuthZPlugin.AuthZReq", 1000);
	usleep(50000);
	for (int i = 0; i <= 60; i++) {
		assert_int_equal(recv(fd, &byte, 1, MSG_DONTWAIT), -1);
		say(fd, " ");
		server_look(f->server, now + i * 1000);
		usleep(5000);
	}
	assert_int_equal(recv(fd, &byte, 1, 0), 0);
	close(fd);
}

/* In a process of its own, since signals are meant for processes. */
static pid_t fork_command(const struct fixture *f)
{
	const char *argv[] = { "serve", "--socket", f->path, "--decision-log", f->log_path, NULL };
	pid_t pid = fork();

	if (pid == 0) {
		if (!freopen("/dev/null", "w", stderr))
			abort();
		optind = 1;
		_exit(cmd_serve(5, (char **) argv));
	}
	return pid;
}

static pid_t start_command(const struct fixture *f)
{
	pid_t pid = fork_command(f);
	int fd;

	while ((fd = dial(f)) < 0)
		usleep(10000);
	close(fd);
	return pid;
}

static void sigterm_finishes_what_is_under_way(void **state)
{
	struct fixture *f = *state;
	pid_t pid = start_command(f);
	int fd = dial(f), idle = dial(f), status;
	struct reply reply;

	say_call(idle, "/Plugin.Activate", "");
	assert_true(hear(idle, &reply));
	say_head(fd, "POST", "/AuthZPlugin.AuthZReq", strlen(ping));
	say_bytes(fd, ping, 10);
	usleep(100000);

	kill(pid, SIGTERM);
	for (int tries = 0; tries < 500 && access(f->path, F_OK) == 0; tries++)
		usleep(10000);
	assert_int_not_equal(access(f->path, F_OK), 0);
	usleep(200000);
	say(fd, ping + 10);
	assert_true(hear(fd, &reply));
	assert_string_equal(reply.body, "{\"Allow\":true}");
	assert_non_null(strstr(reply.head, "Connection: close"));

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	f->log_fd = open(f->log_path, O_RDONLY);
	assert_true(log_reaches(f, 1));
	close(f->log_fd);
	close(fd);
	close(idle);
}

static void second_server_leaves_the_first_alone(void **state)
{
	struct fixture *f = *state;
	const char *argv[] = { "serve", "--socket", f->path, NULL };
	pid_t pid = start_command(f), second = fork();
	int status, fd;

	if (second == 0) {
		if (!freopen("/dev/null", "w", stderr))
			abort();
		optind = 1;
		_exit(cmd_serve(3, (char **) argv));
	}
	assert_int_equal(waitpid(second, &status, 0), second);
	assert_int_equal(WEXITSTATUS(status), 1);

	fd = dial(f);
	say_call(fd, "/AuthZPlugin.AuthZReq", ping);
	hear_allow(fd);
	close(fd);
	kill(pid, SIGINT);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 0);
}

static bool allows(const struct fixture *f)
{
	struct reply reply;
	int fd = dial(f);
	bool fine;

	if (fd < 0)
		return false;
	say_call(fd, "/AuthZPlugin.AuthZReq", ping);
	fine = hear(fd, &reply) && reply.status == 200;
	close(fd);
	return fine;
}

/* At once, on the name that a killed one left: one serves, and the others say that it does. */
static void one_of_three_takes_a_dead_name(void **state)
{
	struct fixture *f = *state;
	pid_t pids[3], first = start_command(f);
	int status, alive = 0;

	kill(first, SIGKILL);
	assert_int_equal(waitpid(first, &status, 0), first);
	for (int i = 0; i < 3; i++)
		pids[i] = fork_command(f);
	while (!allows(f))
		usleep(10000);
	for (int tries = 0; tries < 200; tries++) {
		for (int i = 0; i < 3; i++) {
			if (pids[i] > 0 && waitpid(pids[i], &status, WNOHANG) == pids[i]) {
				assert_int_equal(WEXITSTATUS(status), 1);
				pids[i] = 0;
			}
		}
		alive = (pids[0] > 0) + (pids[1] > 0) + (pids[2] > 0);
		if (alive <= 1)
			break;
		usleep(50000);
	}
	assert_int_equal(alive, 1);
	assert_true(allows(f));
	for (int i = 0; i < 3; i++) {
		if (pids[i] > 0) {
			kill(pids[i], SIGTERM);
			assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		}
	}
}

/* Nobody can reach it any more: it ends with a failure, for its manager to start another. */
static void removed_socket_ends_the_service(void **state)
{
	struct fixture *f = *state;
	pid_t pid = start_command(f), next;
	int status;

	assert_int_equal(unlink(f->path), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
	next = start_command(f);
	assert_true(allows(f));
	kill(next, SIGTERM);
	assert_int_equal(waitpid(next, &status, 0), next);
}

/* Another has its name: it goes on with the connections that it has, and leaves that name alone. */
static void stopping_leaves_the_socket_of_another(void **state)
{
	struct fixture *f = *state;
	pid_t pid = start_command(f);
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int other = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), status, fd;
	char aside[120];

	snprintf(aside, sizeof(aside), "%s.new", f->path);
	snprintf(address.sun_path, sizeof(address.sun_path), "%.100s", aside);
	assert_int_equal(bind(other, (struct sockaddr *) &address, sizeof(address)), 0);
	assert_int_equal(listen(other, 5), 0);
	assert_int_equal(rename(aside, f->path), 0);
	usleep(1500000);
	kill(pid, SIGTERM);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 0);
	fd = dial(f);
	assert_true(fd >= 0);
	close(fd);
	close(other);
}

static void too_few_descriptors_do_not_serve(void **state)
{
	struct fixture *f = *state;
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct rlimit few = { 24, 24 };

		setrlimit(RLIMIT_NOFILE, &few);
		waitpid(pid = fork_command(f), &status, 0);
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 99);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_COMMAND(sigterm_finishes_what_is_under_way),
		TEST_COMMAND(second_server_leaves_the_first_alone),
		TEST_COMMAND(one_of_three_takes_a_dead_name),
		TEST_COMMAND(removed_socket_ends_the_service),
		TEST_COMMAND(stopping_leaves_the_socket_of_another),
		TEST_COMMAND(too_few_descriptors_do_not_serve),
		TEST_SERVED(call_that_never_comes_is_cut_off),
		TEST_SERVED(answer_that_is_read_late_is_no_beginning),
		TEST_SERVED(body_that_never_ends_is_cut_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
