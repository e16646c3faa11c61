/* test-admin.c - the pages of /metrics, on a real socket beside a real server. */
#include "admin/admin.h"

#include "scratch.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#include "admin/health.h"
#include "admin/status.h"
#include "base/arena.h"
#include "base/array.h"
#include "base/buf.h"
#include "base/diag.h"
#include "http/endpoint.h"
#include "http/listen.h"
#include "http/server.h"
#include "log/decision-log.h"
#include "log/log-sink.h"
#include "metrics/metrics.h"
#include "policy/policy-load.h"
#include "policy/policy-slot.h"
#include "policy/policy.h"
#include "service/door.h"
#include "service/reload.h"

enum { MAX_BODY = 1 << 20, MANY = 40, MOST = 1 << 17 };

static const char ping[] = "{\"RequestMethod\":\"GET\",\"RequestUri\":\"/_ping\"}";
static const char unknown[] = "{\"RequestMethod\":\"POST\",\"RequestUri\":\"/v1.41/nonsense\"}";

struct fixture {
	char *dir;
	char path[200], admin_path[200];
	struct service service;
	struct server *server;
	struct reload *reload;
	struct status_source source;
	struct door door;
	struct admin *admin;
	int log_fd;
	char text[MOST]; /* what was heard last */
};

static int listen_at(char *path, size_t size, const char *dir, const char *name)
{
	OWN(diags) d = diags_new();
	struct listen_claim claim;
	int fd = -1;

	snprintf(path, size, "%s/%s", dir, name);
	assert_int_equal(listen_unix(path, &claim, &fd, d), 0);
	close(claim.lock);
	return fd;
}

static int start_with_log(void **state, const char *log)
{
	OWN(diags) d = diags_new();
	struct server_config config = { .workers = 2, .call_timeout = 1 };
	struct fixture *f = calloc(1, sizeof(*f));
	const struct policy *policy = NULL;
	struct log_sink *sink = NULL;
	struct pages_subject subject;

	if (scratch_enter((void **) &f->dir) != 0)
		return -1;
	*state = f;
	f->log_fd = open(log, O_WRONLY | O_APPEND | O_CREAT, 0600);
	if (log_sink_new(f->log_fd, "a test", NULL, &sink) != 0 ||
	    decision_log_new(sink, &(struct decision_log_options){ 0 }, &f->service.log) != 0)
		return -1;
	f->service.max_body = MAX_BODY;
	f->service.metrics = metrics_new(config.workers);
	config.listener = listen_at(f->path, sizeof(f->path), f->dir, "plugin.sock");
	if (policy_load(NULL, &policy, d) != 0)
		return -1;
	f->service.policies = policy_slot_new(policy);
	f->reload = reload_new(NULL, f->service.policies);
	if (!f->reload || server_start(&config, &f->service, &f->server) != 0)
		return -1;
	f->door.server = f->server;
	f->source = (struct status_source){ 1,         f->service.policies,
					    f->reload, f->service.log,
					    NULL,      &f->door };
	subject = (struct pages_subject){ &f->source, f->service.metrics };
	return admin_start(listen_at(f->admin_path, sizeof(f->admin_path), f->dir, "admin.sock"),
			   &subject, &f->admin);
}

static int start(void **state)
{
	return start_with_log(state, "decisions");
}

static int start_with_full_disk(void **state)
{
	return start_with_log(state, "/dev/full");
}

static int stop(void **state)
{
	struct fixture *f = *state;
	void *dir = f->dir;

	admin_stop(f->admin);
	server_stop(f->server);
	metrics_free(f->service.metrics);
	decision_log_free(f->service.log);
	reload_free(f->reload);
	policy_slot_free(f->service.policies);
	close(f->log_fd);
	free(f);
	return scratch_leave(&dir);
}

static int dial(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const struct timeval patience = { .tv_sec = 20 };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%.100s", path);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	assert_int_equal(connect(fd, (struct sockaddr *) &address, sizeof(address)), 0);
	return fd;
}

static void say(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* All that comes until the other side closes. */
static const char *hear(struct fixture *f, int fd)
{
	size_t len = 0;
	ssize_t n;

	while ((n = recv(fd, f->text + len, sizeof(f->text) - 1 - len, 0)) > 0)
		len += (size_t) n;
	f->text[len] = '\0';
	close(fd);
	return f->text;
}

static const char *ask(struct fixture *f, const char *method, const char *path)
{
	int fd = dial(f->admin_path);
	char call[256];

	snprintf(call, sizeof(call), "%s %s HTTP/1.1\r\nHost: x\r\n\r\n", method, path);
	say(fd, call);
	return hear(f, fd);
}

static const char *ask_docker(struct fixture *f, const char *path, const char *body)
{
	int fd = dial(f->path);
	char call[512];

	snprintf(call, sizeof(call),
		 "POST %s HTTP/1.1\r\nHost: \r\nConnection: close\r\nContent-Length: %zu\r\n\r\n%s",
		 path, strlen(body), body);
	say(fd, call);
	return hear(f, fd);
}

/* Counts follow the answer, so they may take a moment; the test's own patience ends this. */
static void wait_for_line(struct fixture *f, const char *line)
{
	for (int tries = 0; tries < 2000; tries++) {
		if (strstr(ask(f, "GET", "/metrics"), line))
			return;
		usleep(5000);
	}
	fail_msg("`%s` never came; the latest:\n%s", line, f->text);
}

static void assert_starts(const char *text, const char *start)
{
	if (!slice_starts(slice_str(text), slice_str(start)))
		fail_msg("not `%s`: `%s`", start, text);
}

static void pages_are_answered(void **state)
{
	struct fixture *f = *state;
	const char *text = ask(f, "GET", "/metrics");

	assert_starts(text, "HTTP/1.1 200 OK\r\n");
	assert_non_null(strstr(text, "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
	assert_non_null(strstr(text, "Connection: close\r\n"));
	assert_non_null(strstr(text, "\ncis_authz_healthy 1\n"));
	assert_non_null(strstr(text, "\ncis_authz_ready 1\n"));
	text = ask(f, "GET", "/healthz");
	assert_starts(text, "HTTP/1.1 200 OK\r\n");
	assert_non_null(strstr(text, "\r\n\r\nok\n"));
	text = ask(f, "GET", "/readyz");
	assert_starts(text, "HTTP/1.1 200 OK\r\n");
	assert_non_null(strstr(text, "\r\n\r\nready\n"));
	/* As a scraper that adds a parameter. */
	assert_starts(ask(f, "GET", "/metrics?x=1"), "HTTP/1.1 200 OK\r\n");
}

static void head_is_a_get_without_its_body(void **state)
{
	struct fixture *f = *state;
	const char *text = ask(f, "HEAD", "/metrics");

	assert_starts(text, "HTTP/1.1 200 OK\r\n");
	assert_null(strstr(text, "cis_authz"));
	assert_true(slice_ends(slice_str(text), SLICE("\r\n\r\n")));
}

static void other_paths_and_methods_are_refused(void **state)
{
	static const char *const paths[] = { "/",
					     "/metrics/",
					     "/METRICS",
					     "/debug",
					     "//metrics",
					     "/AuthZPlugin.AuthZReq",
					     "/Plugin.Activate" };
	static const char *const methods[] = { "POST", "PUT", "DELETE", "OPTIONS", "get" };
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		assert_starts(ask(f, "GET", paths[i]), "HTTP/1.1 404 ");
		assert_non_null(strstr(f->text, "there are /metrics, /healthz and /readyz"));
	}
	for (size_t i = 0; i < COUNT_OF(methods); i++) {
		assert_starts(ask(f, methods[i], "/metrics"), "HTTP/1.1 405 ");
		assert_non_null(strstr(f->text, "Allow: GET, HEAD\r\n"));
	}
	/* Docker's calls are not answered here, nor these on Docker's socket. */
	assert_starts(ask_docker(f, "/metrics", ""), "HTTP/1.1 404 ");
}

static void bodies_and_broken_calls_harm_nobody(void **state)
{
	static char long_head[20000];
	struct fixture *f = *state;
	int fd = dial(f->admin_path);

	say(fd, "GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
	assert_starts(hear(f, fd), "HTTP/1.1 200 ");
	fd = dial(f->admin_path);
	say(fd, "nonsense\r\n\r\n");
	assert_null(strstr(hear(f, fd), "HTTP/1.1 200"));

	/* More than a connection may hold; it may be closed before all is sent. */
	memset(long_head, 'a', sizeof(long_head) - 1);
	fd = dial(f->admin_path);
	say(fd, "GET /metrics HTTP/1.1\r\nX: ");
	send(fd, long_head, sizeof(long_head) - 1, MSG_NOSIGNAL);
	send(fd, "\r\n\r\n", 4, MSG_NOSIGNAL);
	assert_null(strstr(hear(f, fd), "HTTP/1.1 200"));
	assert_starts(ask(f, "GET", "/healthz"), "HTTP/1.1 200 ");
}

/* More than there are places; none of them ends by itself within the test's patience. */
static void who_dawdles_keeps_nobody_out(void **state)
{
	struct fixture *f = *state;
	int fds[MANY];

	for (int i = 0; i < MANY; i++) {
		fds[i] = dial(f->admin_path);
		send(fds[i], "GET /metrics HTTP/1.1\r\n", 23, MSG_NOSIGNAL);
		if (i % 4 == 0)
			assert_non_null(strstr(ask_docker(f, "/AuthZPlugin.AuthZReq", ping),
					       "{\"Allow\":true}"));
	}
	assert_starts(ask(f, "GET", "/metrics"), "HTTP/1.1 200 ");
	for (int i = 0; i < MANY; i++)
		close(fds[i]);
	assert_starts(ask(f, "GET", "/healthz"), "HTTP/1.1 200 ");
}

/* An answer that is not fetched, and then its reader leaves. */
static void who_does_not_read_keeps_nobody_out(void **state)
{
	struct fixture *f = *state;
	int fds[MANY];

	for (int i = 0; i < MANY; i++) {
		fds[i] = dial(f->admin_path);
		send(fds[i], "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", 34, MSG_NOSIGNAL);
	}
	assert_starts(ask(f, "GET", "/metrics"), "HTTP/1.1 200 ");
	for (int i = 0; i < MANY; i++)
		close(fds[i]);
	assert_non_null(strstr(ask_docker(f, "/AuthZPlugin.AuthZReq", unknown), "\"Allow\":false"));
}

static void say_large(struct fixture *f)
{
	static char pad[65536];
	int fd = dial(f->path);

	memset(pad, ' ', sizeof(pad));
	say(fd, "POST /AuthZPlugin.AuthZReq HTTP/1.1\r\nHost: \r\nConnection: close\r\n"
		"Content-Length: 1114112\r\n\r\n");
	for (int i = 0; i < 17; i++) {
		for (size_t at = 0; at < sizeof(pad);) {
			ssize_t n = send(fd, pad + at, sizeof(pad) - at, MSG_NOSIGNAL);

			assert_true(n > 0);
			at += (size_t) n;
		}
	}
	assert_non_null(strstr(hear(f, fd), "\"Allow\":false"));
}

static void what_happens_is_counted(void **state)
{
	struct fixture *f = *state;
	int fd;

	for (int i = 0; i < 3; i++)
		ask_docker(f, "/AuthZPlugin.AuthZReq", ping);
	ask_docker(f, "/AuthZPlugin.AuthZReq", unknown);
	ask_docker(f, "/AuthZPlugin.AuthZReq", "{");
	ask_docker(f, "/AuthZPlugin.AuthZRes", ping);
	ask_docker(f, "/VolumeDriver.Create", "{}");
	say_large(f);
	/* The caller leaves in the middle of the body. */
	fd = dial(f->path);
	say(fd, "POST /AuthZPlugin.AuthZReq HTTP/1.1\r\nHost: \r\nContent-Length: 99\r\n\r\n{");
	wait_for_line(f, "\ncis_authz_calls_in_flight 1\n");
	close(fd);

	wait_for_line(f, "\ncis_authz_calls_unheard_total{reason=\"incomplete\"} 1\n");
	wait_for_line(f, "\ncis_authz_outcomes_total{outcome=\"error\"} 2\n");
	wait_for_line(f, "\ncis_authz_calls_in_flight 0\n");
	assert_non_null(strstr(f->text, "\ncis_authz_outcomes_total{outcome=\"allow\"} 3\n"));
	assert_non_null(strstr(f->text, "\ncis_authz_outcomes_total{outcome=\"deny\"} 1\n"));
	assert_non_null(
		strstr(f->text,
		       "\ncis_authz_decisions_total{outcome=\"deny\",operation=\"unknown\"} 1\n"));
	assert_non_null(strstr(f->text, "\ncis_authz_violations_total{rule=\"unknown-operation\","
					"action=\"deny\"} 1\n"));
	assert_non_null(strstr(f->text, "\ncis_authz_decision_duration_seconds_count 6\n"));
	assert_non_null(strstr(f->text, "\ncis_authz_calls_total{endpoint=\"request\"} 7\n"));
	assert_non_null(strstr(f->text, "\ncis_authz_calls_total{endpoint=\"response\"} 1\n"));
	assert_non_null(strstr(f->text, "\ncis_authz_calls_total{endpoint=\"other\"} 1\n"));
	assert_non_null(
		strstr(f->text, "\ncis_authz_calls_unheard_total{reason=\"too_large\"} 1\n"));
	wait_for_line(f, "\ncis_authz_log_records_written_total 6\n");
}

static void records_that_wait_are_not_ready(void **state)
{
	struct fixture *f = *state;

	assert_starts(ask(f, "GET", "/readyz"), "HTTP/1.1 200 ");
	ask_docker(f, "/AuthZPlugin.AuthZReq", ping);
	wait_for_line(f, "\ncis_authz_ready 0\n");
	/* It waits in the queue, and is not lost yet. */
	wait_for_line(f, "\ncis_authz_log_records_lost_total 0\n");
	assert_starts(ask(f, "GET", "/readyz"), "HTTP/1.1 503 ");
	assert_non_null(strstr(f->text, "the latest decision record could not be written"));
	/* It answers all the same. */
	assert_starts(ask(f, "GET", "/healthz"), "HTTP/1.1 200 ");
}

static void missing_socket_is_not_healthy(void **state)
{
	struct fixture *f = *state;

	/* As the door finds it, once a second. */
	atomic_store(&f->door.name, NAME_GONE);
	assert_starts(ask(f, "GET", "/healthz"), "HTTP/1.1 503 ");
	assert_non_null(strstr(f->text, "the plugin's socket was removed or replaced"));
}

static void closed_door_is_not_healthy(void **state)
{
	struct fixture *f = *state;

	atomic_store(&f->door.stands, true);
	assert_starts(ask(f, "GET", "/healthz"), "HTTP/1.1 503 ");
	assert_non_null(strstr(f->text, "callers wait at the plugin's socket"));
}

/* Somebody takes the connection, and nobody reads what comes. */
static void silent_workers_are_not_healthy(void **state)
{
	struct fixture *f = *state;
	OWN_POLICY policy = policy_slot_get(f->service.policies);
	OWN(arena) a = arena_new(1 << 20);
	struct buf why = BUF(a);
	struct slice said;
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
	assert_false(health_ask(ends[0], policy, a, &why));
	assert_int_equal(buf_done(&why, &said), 0);
	assert_slice(said, SLICE("no worker answered within 1000 ms\n"));
	assert_int_equal(fcntl(ends[0], F_GETFD), -1);
	close(ends[1]);
}

/* Our own questions are no callers that were let in: those behind them may wait in vain. */
static void own_questions_are_not_counted_as_callers(void **state)
{
	struct fixture *f = *state;

	assert_starts(ask(f, "GET", "/healthz"), "HTTP/1.1 200 ");
	assert_int_equal(server_accepted(f->server), 0);
}

/* Who asks often does not take the workers' time each time. */
static void workers_are_asked_once_a_second(void **state)
{
	struct fixture *f = *state;
	struct metrics_totals t;
	struct timespec before, after;

	clock_gettime(CLOCK_MONOTONIC, &before);
	for (int i = 0; i < 200; i++)
		assert_starts(ask(f, "GET", "/healthz"), "HTTP/1.1 200 ");
	clock_gettime(CLOCK_MONOTONIC, &after);
	metrics_read(f->service.metrics, &t);
	assert_in_range(t.calls[CALL_ACTIVATE], 1, (uint64_t) (after.tv_sec - before.tv_sec) + 1);
}

#define TEST_SERVED(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_SERVED(pages_are_answered),
		TEST_SERVED(head_is_a_get_without_its_body),
		TEST_SERVED(other_paths_and_methods_are_refused),
		TEST_SERVED(bodies_and_broken_calls_harm_nobody),
		TEST_SERVED(who_dawdles_keeps_nobody_out),
		TEST_SERVED(who_does_not_read_keeps_nobody_out),
		TEST_SERVED(what_happens_is_counted),
		TEST_SERVED(closed_door_is_not_healthy),
		TEST_SERVED(own_questions_are_not_counted_as_callers),
		cmocka_unit_test_setup_teardown(records_that_wait_are_not_ready,
						start_with_full_disk, stop),
		TEST_SERVED(missing_socket_is_not_healthy),
		TEST_SERVED(silent_workers_are_not_healthy),
		TEST_SERVED(workers_are_asked_once_a_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
