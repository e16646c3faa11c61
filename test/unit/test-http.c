/* test-http.c - a real server on a real socket, spoken to byte by byte. */
#include "http/server.h"

#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/number.h"
#include "cmd/cmd.h"
#include "decision-log.h"
#include "http/endpoint.h"
#include "http/listen.h"
#include "log-sink.h"
#include "policy/policy-load.h"
#include "policy/policy-slot.h"

enum { MAX_BODY = 1 << 20, MANY = 200 };

static const char ping[] = "{\"RequestMethod\":\"GET\",\"RequestUri\":\"/_ping\"}";
static const char unknown[] = "{\"RequestMethod\":\"POST\",\"RequestUri\":\"/v1.41/nonsense\"}";

struct fixture {
	char dir[64], path[100], log_path[100];
	struct service service;
	struct server *server;
	int log_fd;
};

struct reply {
	int status;
	char head[1024];
	char body[8192];
};

static int make_files(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	snprintf(f->dir, sizeof(f->dir), "/tmp/cis-authz-http-XXXXXX");
	if (!mkdtemp(f->dir))
		return -1;
	snprintf(f->path, sizeof(f->path), "%s/plugin.sock", f->dir);
	snprintf(f->log_path, sizeof(f->log_path), "%s/decisions", f->dir);
	*state = f;
	return 0;
}

static int remove_files(void **state)
{
	struct fixture *f = *state;

	unlink(f->log_path);
	unlink(f->path);
	rmdir(f->dir);
	free(f);
	return 0;
}

static int start_server(void **state)
{
	OWN(diags) d = diags_new();
	struct server_config config = { .workers = 2, .call_timeout = 1 };
	struct log_sink *sink;
	const struct policy *policy;
	struct fixture *f;

	if (make_files(state) < 0)
		return -1;
	f = *state;
	f->service.max_body = MAX_BODY;
	f->log_fd = open(f->log_path, O_RDWR | O_APPEND | O_CREAT, 0600);
	if (log_sink_new(f->log_fd, "a test", NULL, &sink) < 0 ||
	    decision_log_new(sink, &(struct decision_log_options){ 0 }, &f->service.log) < 0)
		return -1;
	if (policy_load(NULL, &policy, d) != 0 || listen_unix(f->path, &config.listener, d) != 0)
		return -1;
	f->service.policies = policy_slot_new(policy);
	return server_start(&config, &f->service, &f->server);
}

static int stop_server(void **state)
{
	struct fixture *f = *state;

	server_stop(f->server);
	decision_log_free(f->service.log);
	policy_slot_free(f->service.policies);
	close(f->log_fd);
	return remove_files(state);
}

static int dial(const struct fixture *f)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const struct timeval patience = { .tv_sec = 20 };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", f->path);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (connect(fd, (struct sockaddr *) &address, sizeof(address)) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static void say_bytes(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

		assert_true(n > 0);
		bytes += n;
		len -= (size_t) n;
	}
}

static void say(int fd, const char *text)
{
	say_bytes(fd, text, strlen(text));
}

/* As dockerd 20.10 does: the Host header is there and empty. */
static void say_head(int fd, const char *method, const char *path, size_t length)
{
	char head[512];

	snprintf(head, sizeof(head),
		 "%s %s HTTP/1.1\r\nHost: \r\nUser-Agent: Go-http-client/1.1\r\n"
		 "Content-Length: %zu\r\nAccept: application/vnd.docker.plugins.v1.2+json\r\n\r\n",
		 method, path, length);
	say(fd, head);
}

static void say_call(int fd, const char *path, const char *body)
{
	say_head(fd, "POST", path, strlen(body));
	say(fd, body);
}

static uint64_t number_after(const char *text, const char *words)
{
	const char *found = strstr(text, words);
	uint64_t value;

	assert_non_null(found);
	found += strlen(words);
	assert_true(number_u64((struct slice){ found, strspn(found, "0123456789") }, &value));
	return value;
}

/* False when the connection ended before the first byte of an answer. */
static bool hear(int fd, struct reply *ret)
{
	size_t len = 0, length;

	memset(ret, 0, sizeof(*ret));
	while (!strstr(ret->head, "\r\n\r\n")) {
		assert_true(len < sizeof(ret->head) - 1);
		if (recv(fd, ret->head + len, 1, 0) != 1) {
			assert_int_equal(len, 0);
			return false;
		}
		len++;
	}
	ret->status = (int) number_after(ret->head, "HTTP/1.1 ");
	length = number_after(ret->head, "\r\nContent-Length: ");
	assert_true(length < sizeof(ret->body));
	assert_int_equal(recv(fd, ret->body, length, MSG_WAITALL), length);
	return true;
}

static void hear_allow(int fd)
{
	struct reply reply;

	assert_true(hear(fd, &reply));
	assert_int_equal(reply.status, 200);
	assert_string_equal(reply.body, "{\"Allow\":true}");
}

static void hear_denial(int fd, const char *because)
{
	static const char start[] = "{\"Allow\":false,\"Msg\":\"";
	struct reply reply;

	assert_true(hear(fd, &reply));
	assert_int_equal(reply.status, 200);
	assert_memory_equal(reply.body, start, sizeof(start) - 1);
	assert_non_null(strstr(reply.body, because));
}

/* Waits until the log holds `lines` lines. */
static bool log_reaches(const struct fixture *f, int lines)
{
	static char text[1 << 20];
	int found = 0;

	for (int tries = 0; tries < 200; tries++) {
		ssize_t n = pread(f->log_fd, text, sizeof(text), 0);

		found = 0;
		for (ssize_t i = 0; i < n; i++)
			found += text[i] == '\n';
		if (found >= lines)
			break;
		usleep(10000);
	}
	return found == lines;
}

static void activation_names_authz(void **state)
{
	struct reply reply;
	int fd = dial(*state);

	say_call(fd, "/Plugin.Activate", "");
	assert_true(hear(fd, &reply));
	assert_int_equal(reply.status, 200);
	assert_string_equal(reply.body, "{\"Implements\":[\"authz\"]}");
	assert_non_null(
		strstr(reply.head, "Content-Type: application/vnd.docker.plugins.v1.2+json\r\n"));
	close(fd);
}

static void other_paths_and_methods_are_errors(void **state)
{
	struct reply reply;
	int fd = dial(*state);

	say_call(fd, "/VolumeDriver.Create", "{}");
	assert_true(hear(fd, &reply));
	assert_int_equal(reply.status, 404);
	assert_memory_equal(reply.body, "{\"Err\":\"", 8);

	say_call(fd, "/AuthZPlugin.AuthZReq/", ping);
	assert_true(hear(fd, &reply));
	assert_int_equal(reply.status, 404);

	say_head(fd, "GET", "/AuthZPlugin.AuthZReq", 0);
	assert_true(hear(fd, &reply));
	assert_int_equal(reply.status, 405);
	assert_non_null(strstr(reply.head, "Allow: POST\r\n"));
	assert_memory_equal(reply.body, "{\"Err\":\"", 8);

	/* Nothing of it was a decision. */
	say_call(fd, "/AuthZPlugin.AuthZReq", ping);
	hear_allow(fd);
	assert_true(log_reaches(*state, 1));
	close(fd);
}

static void one_connection_serves_many_calls(void **state)
{
	int fd = dial(*state);

	for (int i = 0; i < 50; i++) {
		say_call(fd, "/AuthZPlugin.AuthZReq", ping);
		hear_allow(fd);
		say_call(fd, "/AuthZPlugin.AuthZRes", ping);
		hear_allow(fd);
		say_call(fd, "/AuthZPlugin.AuthZReq", unknown);
		hear_denial(fd, "");
	}
	assert_true(log_reaches(*state, 100));
	close(fd);
}

static void calls_may_be_sent_ahead(void **state)
{
	int fd = dial(*state);

	for (int i = 0; i < 10; i++)
		say_call(fd, "/AuthZPlugin.AuthZReq", i % 2 ? ping : unknown);
	for (int i = 0; i < 10; i++)
		i % 2 ? hear_allow(fd) : hear_denial(fd, "");
	close(fd);
}

static void chunked_body_is_read_whole(void **state)
{
	static char pad[60000];
	int fd = dial(*state);
	char size[16];

	/* White space before the envelope, in many pieces, makes the buffer grow several times. */
	memset(pad, ' ', sizeof(pad));
	say(fd,
	    "POST /AuthZPlugin.AuthZReq HTTP/1.1\r\nHost: \r\nTransfer-Encoding: chunked\r\n\r\n");
	for (int i = 0; i < 8; i++) {
		snprintf(size, sizeof(size), "%zx\r\n", sizeof(pad));
		say(fd, size);
		say_bytes(fd, pad, sizeof(pad));
		say(fd, "\r\n");
	}
	for (const char *p = ping; *p; p++) {
		say(fd, "1\r\n");
		say_bytes(fd, p, 1);
		say(fd, "\r\n");
	}
	say(fd, "0\r\n\r\n");
	hear_allow(fd);
	close(fd);
}

static void empty_and_broken_calls_are_denied(void **state)
{
	static const char *const bodies[] = {
		"", "{}", "null", "[]", "{\"RequestMethod\":\"GET\"", "\xff"
	};
	int fd = dial(*state);

	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		say_call(fd, "/AuthZPlugin.AuthZReq", bodies[i]);
		hear_denial(fd, "");
	}
	assert_true(log_reaches(*state, sizeof(bodies) / sizeof(bodies[0])));
	close(fd);
}

static void say_large(int fd, size_t length)
{
	static char pad[65536];

	memset(pad, ' ', sizeof(pad));
	say_head(fd, "POST", "/AuthZPlugin.AuthZReq", length + strlen(ping));
	for (size_t left = length; left > 0;) {
		size_t n = left < sizeof(pad) ? left : sizeof(pad);

		say_bytes(fd, pad, n);
		left -= n;
	}
	say(fd, ping);
}

static void body_is_read_up_to_the_limit(void **state)
{
	int fd = dial(*state);

	say_large(fd, MAX_BODY - strlen(ping));
	hear_allow(fd);
	say_large(fd, MAX_BODY + 1 - strlen(ping));
	hear_denial(fd, "1048576 bytes");
	say_large(fd, 4 * MAX_BODY);
	hear_denial(fd, "1048576 bytes");
	say_call(fd, "/AuthZPlugin.AuthZReq", ping);
	hear_allow(fd);
	assert_true(log_reaches(*state, 4));
	close(fd);
}

static void chunked_body_over_the_limit_is_denied(void **state)
{
	static char pad[1 << 16];
	int fd = dial(*state);

	memset(pad, ' ', sizeof(pad));
	say(fd,
	    "POST /AuthZPlugin.AuthZReq HTTP/1.1\r\nHost: \r\nTransfer-Encoding: chunked\r\n\r\n");
	for (int i = 0; i < 17; i++) {
		say(fd, "10000\r\n");
		say_bytes(fd, pad, sizeof(pad));
		say(fd, "\r\n");
	}
	say(fd, "0\r\n\r\n");
	hear_denial(fd, "1048576 bytes");
	close(fd);
}

static void half_sent_call_is_closed_without_an_answer(void **state)
{
	struct reply reply;
	int fd = dial(*state), other = dial(*state);

	say_head(fd, "POST", "/AuthZPlugin.AuthZReq", 1000);
	say(fd, ping);
	assert_false(hear(fd, &reply));

	/* The connection beside it waits between calls, and is kept. */
	say_call(other, "/AuthZPlugin.AuthZReq", ping);
	hear_allow(other);
	assert_true(log_reaches(*state, 1));
	close(fd);
	close(other);
}

static void broken_http_gets_no_allow(void **state)
{
	static const char *const words[] = {
		"\r\n\r\n\r\n",
		"nonsense\r\n\r\n",
		"POST /AuthZPlugin.AuthZReq HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
		"POST /AuthZPlugin.AuthZReq HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
		"POST /AuthZPlugin.AuthZReq HTTP/1.1\r\nHost: \r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		char answer[4096] = "";
		int fd = dial(*state);
		ssize_t n;

		say(fd, words[i]);
		shutdown(fd, SHUT_WR);
		n = recv(fd, answer, sizeof(answer) - 1, MSG_WAITALL);
		assert_true(n <= 0 || !strstr(answer, "\"Allow\":true"));
		close(fd);
	}
}

static void caller_who_is_not_root_gets_no_answer(void **state)
{
	static const char activate[] = "POST /Plugin.Activate HTTP/1.1\r\nHost: \r\n\r\n";
	const struct fixture *f = *state;
	pid_t pid;
	int status;

	if (geteuid() != 0)
		skip();

	/* Opened up, so that the server's own check is what turns him away. */
	assert_int_equal(chmod(f->dir, 0755), 0);
	assert_int_equal(chmod(f->path, 0666), 0);
	pid = fork();
	if (pid == 0) {
		char byte;
		int fd;

		if (setuid(12345) < 0)
			_exit(2);
		fd = dial(f);
		if (fd < 0)
			_exit(3);
		send(fd, activate, strlen(activate), MSG_NOSIGNAL);
		_exit(recv(fd, &byte, 1, 0) > 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void caller_who_does_not_listen_is_logged(void **state)
{
	int fds[20];

	for (int i = 0; i < 20; i++) {
		fds[i] = dial(*state);
		say_call(fds[i], "/AuthZPlugin.AuthZReq", unknown);
		shutdown(fds[i], SHUT_WR);
	}
	assert_true(log_reaches(*state, 20));
	for (int i = 0; i < 20; i++)
		close(fds[i]);
}

/* Whether such a call is read at all is a matter of luck. */
static void caller_who_leaves_harms_nobody(void **state)
{
	int fd;

	for (int i = 0; i < 100; i++) {
		fd = dial(*state);
		say_call(fd, "/AuthZPlugin.AuthZReq", unknown);
		close(fd);
	}
	fd = dial(*state);
	say_call(fd, "/AuthZPlugin.AuthZReq", ping);
	hear_allow(fd);
	close(fd);
}

static void many_connections_are_all_answered(void **state)
{
	int fds[MANY];

	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < MANY; i++) {
			fds[i] = dial(*state);
			assert_true(fds[i] >= 0);
		}
		for (int i = 0; i < MANY; i++)
			say_call(fds[i], "/AuthZPlugin.AuthZReq", i % 2 ? ping : unknown);
		for (int i = 0; i < MANY; i++)
			i % 2 ? hear_allow(fds[i]) : hear_denial(fds[i], "");
		for (int i = 0; i < MANY; i++)
			close(fds[i]);
	}
	assert_true(log_reaches(*state, 2 * MANY));
}

/* In a process of its own, since signals are meant for processes. */
static pid_t start_command(const struct fixture *f)
{
	const char *argv[] = { "serve", "--socket", f->path, "--decision-log", f->log_path, NULL };
	pid_t pid = fork();
	int fd;

	if (pid == 0) {
		if (!freopen("/dev/null", "w", stderr))
			abort();
		optind = 1;
		_exit(cmd_serve(5, (char **) argv));
	}
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

#define TEST_SERVED(name)  cmocka_unit_test_setup_teardown(name, start_server, stop_server)
#define TEST_COMMAND(name) cmocka_unit_test_setup_teardown(name, make_files, remove_files)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_COMMAND(sigterm_finishes_what_is_under_way),
		TEST_COMMAND(second_server_leaves_the_first_alone),
		TEST_SERVED(activation_names_authz),
		TEST_SERVED(other_paths_and_methods_are_errors),
		TEST_SERVED(one_connection_serves_many_calls),
		TEST_SERVED(calls_may_be_sent_ahead),
		TEST_SERVED(chunked_body_is_read_whole),
		TEST_SERVED(empty_and_broken_calls_are_denied),
		TEST_SERVED(body_is_read_up_to_the_limit),
		TEST_SERVED(chunked_body_over_the_limit_is_denied),
		TEST_SERVED(half_sent_call_is_closed_without_an_answer),
		TEST_SERVED(broken_http_gets_no_allow),
		TEST_SERVED(caller_who_is_not_root_gets_no_answer),
		TEST_SERVED(caller_who_does_not_listen_is_logged),
		TEST_SERVED(caller_who_leaves_harms_nobody),
		TEST_SERVED(many_connections_are_all_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
