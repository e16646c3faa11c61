/* http-fixture.h - a real server on a real socket, spoken to byte by byte. */
#pragma once

#include "http/server.h"

#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/number.h"
#include "cmd/cmd.h"
#include "http/endpoint.h"
#include "http/listen.h"
#include "log/decision-log.h"
#include "log/log-sink.h"
#include "policy/policy-load.h"
#include "policy/policy-slot.h"

enum { MAX_BODY = 1 << 20, MANY = 200 };

static const char ping[] = "{\"RequestMethod\":\"GET\",\"RequestUri\":\"/_ping\"}";
static const char unknown[] = "{\"RequestMethod\":\"POST\",\"RequestUri\":\"/v1.41/nonsense\"}";

struct fixture {
	char dir[64], path[100], log_path[100];
	struct service service;
	struct server *server;
	struct listen_claim claim;
	int log_fd;
};

struct reply {
	int status;
	char head[1024];
	char body[8192];
};

static inline int make_files(void **state)
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

static inline int remove_files(void **state)
{
	struct fixture *f = *state;
	char lock[120];

	snprintf(lock, sizeof(lock), "%s.lock", f->path);
	unlink(lock);
	unlink(f->log_path);
	unlink(f->path);
	rmdir(f->dir);
	free(f);
	return 0;
}

static inline int start_server(void **state)
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
	if (policy_load(NULL, &policy, d) != 0 ||
	    listen_unix(f->path, &f->claim, &config.listener, d) != 0)
		return -1;
	f->service.policies = policy_slot_new(policy);
	return server_start(&config, &f->service, &f->server);
}

static inline int stop_server(void **state)
{
	struct fixture *f = *state;

	server_stop(f->server);
	listen_release(&f->claim);
	decision_log_free(f->service.log);
	policy_slot_free(f->service.policies);
	close(f->log_fd);
	return remove_files(state);
}

static inline int dial(const struct fixture *f)
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

static inline void say_bytes(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

		assert_true(n > 0);
		bytes += n;
		len -= (size_t) n;
	}
}

static inline void say(int fd, const char *text)
{
	say_bytes(fd, text, strlen(text));
}

/* As dockerd 20.10 does: the Host header is there and empty. */
static inline void say_head(int fd, const char *method, const char *path, size_t length)
{
	char head[512];

	snprintf(head, sizeof(head),
		 "%s %s HTTP/1.1\r\nHost: \r\nUser-Agent: Go-http-client/1.1\r\n"
		 "Content-Length: %zu\r\nAccept: application/vnd.docker.plugins.v1.2+json\r\n\r\n",
		 method, path, length);
	say(fd, head);
}

static inline void say_call(int fd, const char *path, const char *body)
{
	say_head(fd, "POST", path, strlen(body));
	say(fd, body);
}

static inline uint64_t number_after(const char *text, const char *words)
{
	const char *found = strstr(text, words);
	uint64_t value;

	assert_non_null(found);
	found += strlen(words);
	assert_true(number_u64((struct slice){ found, strspn(found, "0123456789") }, &value));
	return value;
}

/* False when the connection ended before the first byte of an answer. */
static inline bool hear(int fd, struct reply *ret)
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

static inline void hear_allow(int fd)
{
	struct reply reply;

	assert_true(hear(fd, &reply));
	assert_int_equal(reply.status, 200);
	assert_string_equal(reply.body, "{\"Allow\":true}");
}

static inline void hear_denial(int fd, const char *because)
{
	static const char start[] = "{\"Allow\":false,\"Msg\":\"";
	struct reply reply;

	assert_true(hear(fd, &reply));
	assert_int_equal(reply.status, 200);
	assert_memory_equal(reply.body, start, sizeof(start) - 1);
	assert_non_null(strstr(reply.body, because));
}

/* Waits until the log holds `lines` lines. */
static inline bool log_reaches(const struct fixture *f, int lines)
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

#define TEST_SERVED(name)  cmocka_unit_test_setup_teardown(name, start_server, stop_server)
#define TEST_COMMAND(name) cmocka_unit_test_setup_teardown(name, make_files, remove_files)
