/* test-notify.c - what a service manager hands over to the service, and hears from it. */
#include "service/notify.h"

#include "unit.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "admin/health.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "http/endpoint.h"
#include "http/listen.h"
#include "http/server.h"
#include "policy/policy-load.h"
#include "policy/policy-slot.h"
#include "policy/policy.h"
#include "serve/serve-loop.h"
#include "service/door.h"
#include "service/memory.h"
#include "service/reload.h"

struct manager {
	char dir[64], socket[100], notify[100];
	int listener, heard; /* heard: where the service's words arrive */
};

static int bind_at(const char *path, int type)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, type, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (bind(fd, (struct sockaddr *) &address, sizeof(address)) < 0)
		return -1;
	return fd;
}

static int make_manager(void **state)
{
	const struct timeval patience = { .tv_sec = 20 };
	struct manager *m = calloc(1, sizeof(*m));

	snprintf(m->dir, sizeof(m->dir), "/tmp/cis-authz-notify-XXXXXX");
	if (!mkdtemp(m->dir))
		return -1;
	snprintf(m->socket, sizeof(m->socket), "%s/plugin.sock", m->dir);
	snprintf(m->notify, sizeof(m->notify), "%s/notify", m->dir);
	m->listener = bind_at(m->socket, SOCK_STREAM);
	m->heard = bind_at(m->notify, SOCK_DGRAM);
	setsockopt(m->heard, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	*state = m;
	return m->listener < 0 || m->heard < 0 || listen(m->listener, 16) < 0 ? -1 : 0;
}

static int remove_manager(void **state)
{
	struct manager *m = *state;

	close(m->listener);
	close(m->heard);
	unlink(m->socket);
	unlink(m->notify);
	rmdir(m->dir);
	free(m);
	return 0;
}

/* As a manager does: the socket is descriptor 3, the environment says so, then the program starts.
 */
static pid_t start(const struct manager *m, int handed, const char *count)
{
	const char *program = getenv("CIS_AUTHZ_PROGRAM");
	char pid_text[32];
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	snprintf(pid_text, sizeof(pid_text), "%d", (int) getpid());
	setenv("LISTEN_PID", pid_text, 1);
	setenv("LISTEN_FDS", count, 1);
	setenv("LISTEN_FDNAMES", "cis-authz.socket", 1);
	setenv("NOTIFY_SOCKET", m->notify, 1);
	setenv("WATCHDOG_PID", pid_text, 1);
	setenv("WATCHDOG_USEC", "200000", 1);
	/* A test that fails leaves nobody behind. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (dup2(handed, 3) < 0 || !freopen("/dev/null", "w", stderr) ||
	    !freopen("/dev/null", "w", stdout))
		_exit(98);
	execl(program, program, "serve", "--workers", "2", (char *) NULL);
	_exit(99);
}

static void hear(const struct manager *m, const char *word)
{
	char text[1024];

	do {
		memset(text, 0, sizeof(text));
		assert_true(recv(m->heard, text, sizeof(text) - 1, 0) > 0);
	} while (!strstr(text, word));
}

static int end_of(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* Connected to the one who listens, as Docker is. */
static int dial(int listener)
{
	struct sockaddr_un address = { 0 };
	socklen_t len = sizeof(address);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	assert_int_equal(getsockname(listener, (struct sockaddr *) &address, &len), 0);
	assert_int_equal(connect(fd, (const struct sockaddr *) &address, len), 0);
	return fd;
}

/* Asked until it does, since a process takes a moment to start. */
static void assert_answers(int listener)
{
	OWN(diags) d = diags_new();
	OWN_POLICY policy = NULL;

	assert_int_equal(policy_load(NULL, &policy, d), 0);
	for (int tries = 0; tries < 20; tries++) {
		OWN(arena) a = arena_new(1 << 20);
		struct buf why = BUF(a);

		if (health_ask(dial(listener), policy, a, &why))
			return;
	}
	fail_msg("nobody answers");
}

static void handed_socket_is_served_and_left_behind(void **state)
{
	const struct manager *m = *state;
	pid_t pid = start(m, m->listener, "1");

	assert_answers(m->listener);
	kill(pid, SIGTERM);
	assert_int_equal(end_of(pid), 0);

	/* Who made it may hand it to the next one. */
	assert_int_equal(access(m->socket, F_OK), 0);
	pid = start(m, m->listener, "1");
	assert_answers(m->listener);
	kill(pid, SIGTERM);
	assert_int_equal(end_of(pid), 0);
}

static void manager_is_told(void **state)
{
	const struct manager *m = *state;
	pid_t pid = start(m, m->listener, "1");

	hear(m, "READY=1");
	hear(m, "WATCHDOG=1");
	hear(m, "WATCHDOG=1");
	kill(pid, SIGHUP);
	hear(m, "RELOADING=1");
	hear(m, "READY=1");
	kill(pid, SIGTERM);
	hear(m, "STOPPING=1");
	assert_int_equal(end_of(pid), 0);
}

static void other_descriptors_are_refused(void **state)
{
	const struct manager *m = *state;
	int plain = socket(AF_UNIX, SOCK_STREAM, 0), internet = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(end_of(start(m, plain, "1")), 1);
	assert_int_equal(end_of(start(m, internet, "1")), 1);
	assert_int_equal(end_of(start(m, m->heard, "1")), 1);
	assert_int_equal(end_of(start(m, m->listener, "2")), 1);
	assert_int_equal(end_of(start(m, m->listener, "one")), 1);
	close(plain);
	close(internet);
}

static int handed(const char *pid, const char *fds, int *ret)
{
	const struct handover h = { .pid = pid, .fds = fds };
	OWN(diags) d = diags_new();

	return listen_handed(&h, ret, d);
}

static void nothing_is_taken_that_was_not_handed_over(void **state)
{
	int fd = 0;

	(void) state;
	assert_int_equal(handed(NULL, NULL, &fd), 0);
	assert_int_equal(fd, -1);
	assert_int_equal(handed("1", "1", &fd), 0);
	assert_int_equal(fd, -1);
	assert_int_equal(handed("x", "1", &fd), BAD_INPUT);
	assert_int_equal(fd, -1);
}

/* The only worker of a process that sets this stands still at the next caller. */
static bool hangs;

int getsockopt(int fd, int level, int name, void *value, socklen_t *len)
{
	while (hangs && name == SO_PEERCRED)
		pause();
	return (int) syscall(SYS_getsockopt, fd, level, name, value, len);
}

/* The main loop as a process of its own, whose worker takes no calls from the plugin's socket; and
 * none at all where it `hangs`. */
static pid_t start_loop_alone(const struct manager *m)
{
	struct service service = { 0 };
	struct server_config elsewhere = { .workers = 1, .call_timeout = 60 };
	struct door door = { .listener = m->listener };
	struct memory memory = { 0 };
	struct notify notify;
	struct serve_loop loop = { .door = &door, .memory = &memory, .notify = &notify };
	const struct policy *policy = NULL;
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (chdir(m->dir) < 0)
		_exit(97);
	setenv("NOTIFY_SOCKET", m->notify, 1);
	unsetenv("WATCHDOG_PID");
	setenv("WATCHDOG_USEC", "200000", 1);
	if (policy_load(NULL, &policy, diags_new()) != 0 || !freopen("/dev/null", "w", stderr))
		_exit(98);
	notify_open(&notify);
	loop.policies = policy_slot_new(policy);
	loop.reload = reload_new(NULL, loop.policies);
	elsewhere.listener = bind_at("elsewhere.sock", SOCK_STREAM);
	unlink("elsewhere.sock");
	if (!loop.reload || serve_loop_open(&loop) != 0 || listen(elsewhere.listener, 1) < 0 ||
	    server_start(&elsewhere, &service, &door.server) != 0)
		_exit(99);
	serve_loop_run(&loop);
	_exit(0);
}

/* A main loop that lives does not make up for workers that do not. */
static void no_beat_without_workers(void **state)
{
	const struct manager *m = *state;
	struct pollfd words = { .fd = m->heard, .events = POLLIN };
	pid_t pid;

	hangs = true;
	pid = start_loop_alone(m);
	hangs = false;
	hear(m, "READY=1\nSTATUS=Enforcing policy baseline");
	assert_int_equal(poll(&words, 1, 3000), 0);
	kill(pid, SIGTERM);
	assert_int_equal(end_of(pid), 0);
}

/* Nor do workers that live, and let nobody in: the queue takes the caller. */
static void no_beat_while_callers_wait(void **state)
{
	const struct manager *m = *state;
	struct pollfd words = { .fd = m->heard, .events = POLLIN };
	char word[64];
	pid_t pid = start_loop_alone(m);
	int caller;

	hear(m, "READY=1");
	hear(m, "WATCHDOG=1");
	caller = dial(m->listener);
	/* Until the loop has looked at the door twice. */
	while (poll(&words, 1, 3000) > 0)
		assert_true(recv(m->heard, word, sizeof(word), 0) > 0);
	close(accept(m->listener, NULL, NULL));
	hear(m, "WATCHDOG=1");
	close(caller);
	kill(pid, SIGTERM);
	assert_int_equal(end_of(pid), 0);
}

/* What was opened at the start is the way to the manager for good; serving goes on without it. */
static void manager_that_is_gone_is_no_end(void **state)
{
	struct manager *m = *state;
	pid_t pid = start(m, m->listener, "1");

	hear(m, "WATCHDOG=1");
	close(m->heard);
	unlink(m->notify);
	m->heard = bind_at(m->notify, SOCK_DGRAM);
	kill(pid, SIGHUP);
	assert_answers(m->listener);
	kill(pid, SIGTERM);
	assert_int_equal(end_of(pid), 0);
	assert_int_equal(recv(m->heard, &(char){ 0 }, 1, MSG_DONTWAIT), -1);
}

#define TEST_MANAGED(name) cmocka_unit_test_setup_teardown(name, make_manager, remove_manager)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_MANAGED(handed_socket_is_served_and_left_behind),
		TEST_MANAGED(manager_is_told),
		TEST_MANAGED(no_beat_without_workers),
		TEST_MANAGED(no_beat_while_callers_wait),
		TEST_MANAGED(manager_that_is_gone_is_no_end),
		TEST_MANAGED(other_descriptors_are_refused),
		cmocka_unit_test(nothing_is_taken_that_was_not_handed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
