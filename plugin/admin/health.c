#include "admin/health.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "authz/decide.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/slice.h"

enum { PATIENCE_MS = 1000, ANSWER_MAX = 1024 };

static const char call[] = "POST /Plugin.Activate HTTP/1.1\r\nHost: \r\nContent-Length: 0\r\n"
			   "Connection: close\r\n\r\n";

/* Until `events` or the end of our patience; errors show at the next read. */
static bool wait_for(int fd, short events, int64_t end)
{
	struct pollfd waiting = { .fd = fd, .events = events };
	int64_t left = end - clock_millis();

	return left > 0 && poll(&waiting, 1, (int) left) > 0;
}

/* The answer up to its end, or as much as there was; what is missing shows in it. */
static struct slice hear(int fd, int64_t end, char *answer)
{
	size_t len = 0;

	while (len < ANSWER_MAX && wait_for(fd, POLLIN, end)) {
		ssize_t n = recv(fd, answer + len, ANSWER_MAX - len, 0);

		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
			break;
		len += n > 0 ? (size_t) n : 0;
	}
	return (struct slice){ answer, len };
}

static bool workers_answer(int caller, struct buf *why)
{
	const int64_t end = clock_millis() + PATIENCE_MS;
	char answer[ANSWER_MAX];
	struct slice heard;

	/* So short a text fits into any socket's buffer. */
	heard = send(caller, call, sizeof(call) - 1, MSG_NOSIGNAL) == sizeof(call) - 1
			? hear(caller, end, answer)
			: SLICE("");
	if (slice_starts(heard, SLICE("HTTP/1.1 200 ")) &&
	    slice_ends(heard, SLICE("{\"Implements\":[\"authz\"]}")))
		return true;
	buf_printf(why, "no worker answered within %d ms\n", PATIENCE_MS);
	return false;
}

/* Whatever the policy says of a ping, it must be said. Neither counted nor recorded. */
static bool pipeline_judges(const struct policy *policy, struct arena *a, struct buf *why)
{
	struct decide_env env = { 0 };
	struct decision d;

	decide(SLICE("{\"RequestMethod\":\"GET\",\"RequestUri\":\"/_ping\"}"), policy, &env, a, &d);
	if (d.outcome != OUTCOME_ERROR)
		return true;
	buf_printf(why, "a known call could not be judged: it %.*s\n", SLICE_ARG(d.error));
	return false;
}

bool health_ask(int caller, const struct policy *policy, struct arena *a, struct buf *why)
{
	bool answered;

	if (caller < 0)
		return false;
	answered = workers_answer(caller, why);
	close(caller);
	if (!policy)
		buf_add(why, SLICE("no policy is in force\n"));
	return answered && policy && pipeline_judges(policy, a, why);
}
