#include "serve/serve-loop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "admin/health.h"
#include "base/arena.h"
#include "base/array.h"
#include "base/buf.h"
#include "base/clock.h"
#include "http/server.h"
#include "log/decision-log.h"
#include "log/log.h"
#include "policy/policy-slot.h"
#include "policy/policy.h"
#include "service/door.h"
#include "service/memory.h"
#include "service/notify.h"
#include "service/reload.h"

enum { HEALTH_MOST = 1 << 20 /* bytes */, LOOK_EVERY = 1000 /* milliseconds */ };

static void end(struct serve_loop *l, int number)
{
	log_info("%s: finishing what is under way", strsignal(number));
	l->ending = true;
}

static void read_again(struct serve_loop *l, int number)
{
	log_info("%s: reading the policy again", strsignal(number));
	notify_reloading(l->notify);
	l->reloading = true;
	reload_ask(l->reload, clock_millis());
}

static void reopen_log(struct serve_loop *l, int number)
{
	(void) number;
	decision_log_reopen(l->log);
}

/* The signals that mean something to the service; all others keep their default. */
static const struct {
	int number;
	void (*take)(struct serve_loop *l, int number);
} signals[] = {
	{ SIGTERM, end },
	{ SIGINT, end },
	{ SIGHUP, read_again },
	{ SIGUSR1, reopen_log },
};

enum { SIGNALS = COUNT_OF(signals) };

static void take_signals(struct serve_loop *l)
{
	struct signalfd_siginfo taken;

	while (read(l->signals, &taken, sizeof(taken)) == sizeof(taken)) {
		for (size_t i = 0; i < SIGNALS; i++) {
			if (signals[i].number == (int) taken.ssi_signo)
				signals[i].take(l, signals[i].number);
		}
	}
}

/* Silence is what makes the manager start us anew. */
static void beat(struct serve_loop *l)
{
	OWN(arena) a = arena_new(HEALTH_MOST);
	OWN_POLICY policy = policy_slot_get(l->policies);
	struct buf why = BUF(a);
	struct slice words = SLICE("there is no memory to ask for it\n");

	l->next_beat = clock_millis() + l->beat_every;
	if (a && health_ask(door_dial(l->door, &why), policy, a, &why)) {
		notify_alive(l->notify);
		return;
	}
	if (a)
		buf_done(&why, &words);
	log_error("no sign of life for the service manager: %.*s", SLICE_ARG(slice_trim(words)));
}

static void expect_beats(struct serve_loop *l)
{
	struct timespec interval;

	if (!notify_watchdog(&interval))
		return;
	l->beat_every = (int64_t) interval.tv_sec * 1000 + interval.tv_nsec / 1000000;
	l->next_beat = clock_millis() + l->beat_every;
}

static int sooner(int timeout, int64_t left)
{
	left = left > 0 ? left : 0;
	return timeout < 0 || left < timeout ? (int) left : timeout;
}

/* Until somebody's next turn. */
static int timeout_of(const struct serve_loop *l)
{
	int64_t now = clock_millis();
	int timeout = sooner(reload_timeout(l->reload, now), l->next_look - now);

	return l->beat_every > 0 ? sooner(timeout, l->next_beat - now) : timeout;
}

/* After what makes no event. */
static void look(struct serve_loop *l)
{
	int64_t now = clock_millis();

	if (now < l->next_look)
		return;
	l->next_look = now + LOOK_EVERY;
	server_look(l->door->server, now);
	memory_look(l->memory);
	l->failed = !door_look(l->door, now);
	l->ending = l->failed;
}

/* What `systemctl status` shows: whether anything is denied, and whether by the file on disk. */
static void write_standing(const struct serve_loop *l, char *ret)
{
	OWN_POLICY policy = policy_slot_get(l->policies);
	struct reload_state state;

	reload_state(l->reload, &state);
	snprintf(ret, STANDING_MOST, "%s policy %.*s%s",
		 policy_enforces(policy) ? "Enforcing"
					 : "Denying nothing (mode: warn), watching by",
		 SLICE_ARG(policy_name(policy)),
		 state.failed ? "; the file on disk is not taken, `cis-authz check` says why" : "");
}

static void tell_ready(struct serve_loop *l)
{
	write_standing(l, l->standing);
	notify_ready(l->notify, l->standing);
	l->reloading = false;
}

static void tell_standing(struct serve_loop *l)
{
	char standing[STANDING_MOST];

	if (l->reloading) {
		tell_ready(l);
		return;
	}
	write_standing(l, standing);
	if (slice_eq(slice_str(standing), slice_str(l->standing)))
		return;
	memcpy(l->standing, standing, sizeof(standing));
	notify_status(l->notify, standing);
}

static void take_turns(struct serve_loop *l)
{
	reload_turn(l->reload, clock_millis());
	tell_standing(l);
	if (l->beat_every > 0 && clock_millis() >= l->next_beat)
		beat(l);
	look(l);
}

void serve_loop_run(struct serve_loop *l)
{
	expect_beats(l);
	tell_ready(l);
	while (!l->ending) {
		struct pollfd fds[] = {
			{ .fd = l->signals, .events = POLLIN },
			{ .fd = reload_fd(l->reload), .events = POLLIN }, /* -1 is passed over */
		};

		/* What went wrong, if anything did, is not worth an end: the turns go on. */
		(void) poll(fds, COUNT_OF(fds), timeout_of(l));
		take_signals(l);
		if (!l->ending)
			take_turns(l);
	}
}

int serve_loop_open(struct serve_loop *l)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < SIGNALS; i++)
		sigaddset(&set, signals[i].number);
	pthread_sigmask(SIG_BLOCK, &set, NULL);

	/* Stays open until the process ends. */
	l->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (l->signals < 0) {
		int error = -errno;

		log_error("cannot take signals: %s", strerror(-error));
		return error;
	}
	return 0;
}
