/*
 * test-syslog.c - what a decision log sends to syslog.
 *
 * The program knows one address, /dev/log. Here its connect() goes to a socket of the test's, and
 * its writev() refuses some lines as too long, as a kernel with little memory for sockets does.
 */
#include "log-fixture.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>

#define NAME     "syslog"
#define TOO_LONG "too-long"

#define LONG     "{\"RequestMethod\":\"GET\",\"RequestUri\":\"/v1.41/containers/" TOO_LONG "/json\"}"

int connect(int fd, __CONST_SOCKADDR_ARG given, socklen_t len)
{
	struct sockaddr_un ours = { .sun_family = AF_UNIX, .sun_path = NAME };
	const struct sockaddr *address = given.__sockaddr__;

	if (address->sa_family == AF_UNIX &&
	    strcmp(given.__sockaddr_un__->sun_path, "/dev/log") == 0) {
		address = (const struct sockaddr *) &ours;
		len = sizeof(ours);
	}
	return (int) syscall(SYS_connect, fd, address, len);
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
	for (int i = 0; i < count; i++) {
		if (memmem(parts[i].iov_base, parts[i].iov_len, TOO_LONG, strlen(TOO_LONG))) {
			errno = EMSGSIZE;
			return -1;
		}
	}
	return syscall(SYS_writev, fd, parts, count);
}

static int listen_as_syslog(void)
{
	const struct timeval patience = { .tv_sec = 20 };
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = NAME };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (const struct sockaddr *) &address, sizeof(address)), 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return fd;
}

/* The next line begins with the priority, and has the words. */
static void hear(int fd, const char *priority, const char *words)
{
	char text[8192];
	ssize_t n = recv(fd, text, sizeof(text) - 1, 0);

	assert_true(n > 0);
	text[n] = '\0';
	if (strncmp(text, priority, strlen(priority)) != 0 || !strstr(text, " cis-authz[") ||
	    !strstr(text, words))
		fail_msg("not %s with %s: %s", priority, words, text);
}

static void priority_is(const struct log_sink *s, enum outcome outcome, const char *priority)
{
	assert_slice(log_sink_prefix(s, outcome), slice_str(priority));
}

/* authpriv.err, .warning, .notice and .info, so that a filter can page somebody for the first. */
static void outcome_gives_the_severity(void **state)
{
	int fd = listen_as_syslog();
	struct log_sink *syslog, *file;

	(void) state;
	assert_int_equal(log_sink_open("syslog", &syslog), 0);
	priority_is(syslog, OUTCOME_ERROR, "<83>");
	priority_is(syslog, OUTCOME_DENY, "<84>");
	priority_is(syslog, OUTCOME_WARN, "<85>");
	priority_is(syslog, OUTCOME_ALLOW, "<86>");
	log_sink_free(syslog);

	assert_int_equal(log_sink_open("log", &file), 0);
	for (enum outcome o = OUTCOME_ERROR; o <= OUTCOME_ALLOW; o++)
		priority_is(file, o, "");
	log_sink_free(file);
	close(fd);
}

static void each_record_has_its_own(void **state)
{
	struct fixture *f = *state;
	int fd = listen_as_syslog();

	open_log(f, "syslog", false);
	record(f, PING);
	record(f, UNKNOWN);
	record(f, PING);
	hear(fd, "<86>", "\"outcome\":\"allow\"");
	hear(fd, "<84>", "\"outcome\":\"deny\"");
	hear(fd, "<86>", "\"outcome\":\"allow\"");
	close_log(f);
	close(fd);
}

/* It is lost, which is counted and said where it would stand; those behind it are not held up. */
static void line_too_long_is_given_up(void **state)
{
	struct fixture *f = *state;
	struct log_queue_stats stats;
	int fd = listen_as_syslog();

	open_log(f, "syslog", false);
	record(f, PING);
	record(f, LONG);
	record(f, UNKNOWN);
	hear(fd, "<86>", "/_ping");
	hear(fd, "<84>", "/v1.41/nonsense");
	hear(fd, "<83>", "\"lost\":1}");
	wait_written(f, 2);
	stats = decision_log_stats(f->log);
	assert_int_equal(stats.written, 2);
	assert_int_equal(stats.lost, 1);
	assert_int_equal(stats.queued, 0);
	assert_false(stats.failing);
	close_log(f);
	close(fd);
}

/* The service cannot make a socket again: no record goes to the new daemon, and none is lost
 * without a word. */
static void daemon_that_was_restarted_is_told(void **state)
{
	struct fixture *f = *state;
	struct log_queue_stats stats;
	int fd = listen_as_syslog(), out[2], before = dup(STDERR_FILENO);
	char said[4096] = "";

	open_log(f, "syslog", true);
	record(f, PING);
	hear(fd, "<86>", "/_ping");
	wait_written(f, 1);
	close(fd);
	unlink(NAME);
	fd = listen_as_syslog();

	assert_int_equal(pipe(out), 0);
	dup2(out[1], STDERR_FILENO);
	record(f, UNKNOWN);
	wait_failing(f, true);
	stats = decision_log_stats(f->log);
	assert_int_equal(stats.written, 1);
	assert_int_equal(stats.queued, 1);
	/* Where records are required, nothing passes that cannot be recorded. */
	assert_false(record(f, PING));
	close_log(f);
	dup2(before, STDERR_FILENO);
	close(before);
	close(out[1]);
	assert_true(read(out[0], said, sizeof(said) - 1) > 0);
	close(out[0]);
	if (!strstr(said, "its daemon has ended") || !strstr(said, "restart this service") ||
	    !strstr(said, "it does not hold: 2"))
		fail_msg("not said: %s", said);
	assert_int_equal(recv(fd, said, sizeof(said), MSG_DONTWAIT), -1);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_LOG(outcome_gives_the_severity),
		TEST_LOG(each_record_has_its_own),
		TEST_LOG(line_too_long_is_given_up),
		TEST_LOG(daemon_that_was_restarted_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
