/* test-http.c - what callers are answered. */
#include "base/array.h"
#include "http-fixture.h"

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

	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		say_call(fd, "/AuthZPlugin.AuthZReq", bodies[i]);
		hear_denial(fd, "");
	}
	assert_true(log_reaches(*state, COUNT_OF(bodies)));
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

	for (size_t i = 0; i < COUNT_OF(words); i++) {
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

/* Nobody knows which of the two lengths the sender meant, nor where its next call begins. */
static void lying_lengths_get_no_allow(void **state)
{
	static const char *const heads[] = {
		"Content-Length: 4\r\n",
		"Content-Length: 45\r\nContent-Length: 4\r\n",
		"Content-Length: 4\r\nContent-Length: 53\r\n",
		"Content-Length: 45, 45\r\n",
		"Content-Length: +45\r\n",
		"Content-Length: 0x2d\r\n",
		"Content-Length: 45\r\nTransfer-Encoding: chunked\r\n",
		"Transfer-Encoding: chunked\r\n",
		"Transfer-Encoding: gzip\r\n",
		"",
	};

	for (size_t i = 0; i < COUNT_OF(heads); i++) {
		char call[512], answer[4096] = "";
		int fd = dial(*state);

		snprintf(call, sizeof(call),
			 "POST /AuthZPlugin.AuthZReq HTTP/1.1\r\nHost: \r\n%s\r\n%s", heads[i],
			 ping);
		say(fd, call);
		shutdown(fd, SHUT_WR);
		(void) !recv(fd, answer, sizeof(answer) - 1, MSG_WAITALL);
		if (strstr(answer, "\"Allow\":true"))
			fail_msg("allowed with %s", heads[i]);
		close(fd);
	}
}

/* A caller of HTTP/1.0 is answered and its connection closed; one that asks leave for its body gets
 * it; HTTP/2 is not spoken. */
static void other_dialects_are_answered_or_refused(void **state)
{
	char answer[4096] = "";
	int old = dial(*state), polite = dial(*state), new = dial(*state);

	say(old, "POST /AuthZPlugin.AuthZReq HTTP/1.0\r\nContent-Length: 45\r\n\r\n");
	say(old, ping);
	assert_true(recv(old, answer, sizeof(answer) - 1, MSG_WAITALL) > 0);
	assert_non_null(strstr(answer, "{\"Allow\":true}"));

	say(polite, "POST /AuthZPlugin.AuthZReq HTTP/1.1\r\nHost: \r\n"
		    "Content-Length: 45\r\nExpect: 100-continue\r\n\r\n");
	assert_true(recv(polite, answer, strlen("HTTP/1.1 100"), MSG_WAITALL) > 0);
	assert_memory_equal(answer, "HTTP/1.1 100", strlen("HTTP/1.1 100"));
	while (recv(polite, answer, 1, 0) == 1 && answer[0] != '\n')
		;
	assert_int_equal(recv(polite, answer, 2, MSG_WAITALL), 2);
	say(polite, ping);
	hear_allow(polite);

	say(new, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
	shutdown(new, SHUT_WR);
	memset(answer, 0, sizeof(answer));
	(void) !recv(new, answer, sizeof(answer) - 1, MSG_WAITALL);
	assert_null(strstr(answer, "Allow"));
	close(old);
	close(polite);
	close(new);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
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
		TEST_SERVED(lying_lengths_get_no_allow),
		TEST_SERVED(other_dialects_are_answered_or_refused),
		TEST_SERVED(caller_who_is_not_root_gets_no_answer),
		TEST_SERVED(caller_who_does_not_listen_is_logged),
		TEST_SERVED(caller_who_leaves_harms_nobody),
		TEST_SERVED(many_connections_are_all_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
