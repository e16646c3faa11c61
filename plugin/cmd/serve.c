/*
 * serve.c - answers the Docker daemon until told to stop.
 *
 * Workers answer, in threads of the server's own. This thread sleeps in run() and does all that is
 * not answering: it takes signals, which are blocked everywhere and read from a descriptor, and
 * gives whatever waits for files or time its turn.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"
#include "cmd/cmd.h"
#include "cmd/serve-options.h"
#include "cmd/watching.h"
#include "decision-log.h"
#include "http/endpoint.h"
#include "http/listen.h"
#include "http/server.h"
#include "log-sink.h"
#include "log.h"
#include "policy/policy-slot.h"
#include "policy/policy.h"
#include "recording.h"
#include "reload.h"

enum { CALL_TIMEOUT = 10 /* seconds */, DESCRIPTORS = 4096 };

/* What the loop of this thread looks after. */
struct loop {
	int signals; /* a signalfd */
	struct reload *reload;
	struct decision_log *log;
	bool ending;
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void end(struct loop *l, int number)
{
	log_info("%s: finishing what is under way", strsignal(number));
	l->ending = true;
}

static void read_again(struct loop *l, int number)
{
	log_info("%s: reading the policy again", strsignal(number));
	reload_ask(l->reload, now_ms());
}

static void reopen_log(struct loop *l, int number)
{
	(void) number;
	decision_log_reopen(l->log);
}

/* The signals that mean something to the service; all others keep their default. */
static const struct {
	int number;
	void (*take)(struct loop *l, int number);
} signals[] = {
	{ SIGTERM, end },
	{ SIGINT, end },
	{ SIGHUP, read_again },
	{ SIGUSR1, reopen_log },
};

enum { SIGNALS = sizeof(signals) / sizeof(signals[0]) };

static void take_signals(struct loop *l)
{
	struct signalfd_siginfo taken;

	while (read(l->signals, &taken, sizeof(taken)) == sizeof(taken)) {
		for (size_t i = 0; i < SIGNALS; i++) {
			if (signals[i].number == (int) taken.ssi_signo)
				signals[i].take(l, signals[i].number);
		}
	}
}

static void run(struct loop *l)
{
	while (!l->ending) {
		struct pollfd fds[] = {
			{ .fd = l->signals, .events = POLLIN },
			{ .fd = reload_fd(l->reload), .events = POLLIN }, /* -1 is passed over */
		};

		/* What went wrong, if anything did, is not worth an end: the turns go on. */
		(void) poll(fds, sizeof(fds) / sizeof(fds[0]), reload_timeout(l->reload, now_ms()));
		take_signals(l);
		if (!l->ending)
			reload_turn(l->reload, now_ms());
	}
}

static int open_socket(const char *path, int *ret)
{
	OWN(diags) d = diags_new();
	int r = d ? listen_unix(path, ret, d) : -ENOMEM;

	if (d)
		diags_print(d, stderr);
	if (r < 0)
		log_error("cannot listen on %s: %s", path, strerror(-r));
	return r;
}

static int open_log(const struct serve_options *options, struct decision_log **ret)
{
	const char *path = options->decision_log;
	struct log_sink *sink;
	int r = log_sink_open(path, &sink);

	if (r == 0)
		r = decision_log_new(sink, &options->log_options, ret);
	if (r == -ELOOP)
		log_error("cannot open the decision log %s: it is a symbolic link; name the file "
			  "that it leads to",
			  path);
	else if (r < 0)
		log_error("cannot open the decision log %s: %s", path, strerror(-r));
	return r;
}

static int open_recording(const char *path, struct recording **ret)
{
	OWN(diags) d = diags_new();
	int r;

	if (!path)
		return 0;
	r = d ? recording_open(path, ret, d) : -ENOMEM;
	if (d)
		diags_print(d, stderr);
	if (r < 0)
		log_error("cannot record to %s: %s", path, strerror(-r));
	return r;
}

static int open_policy(const char *file, struct policy_slot **ret)
{
	OWN_POLICY policy = NULL;
	int r = cmd_policy(file, &policy);

	if (r != 0)
		return r;
	*ret = policy_slot_new(TAKE(policy));
	if (!*ret)
		log_error("cannot keep the policy: %s", strerror(ENOMEM));
	return *ret ? 0 : -ENOMEM;
}

static int open_reload(const char *file, struct policy_slot *policies, struct reload **ret)
{
	*ret = reload_new(file, policies);
	if (!*ret)
		log_error("cannot watch over the policy: %s", strerror(ENOMEM));
	return *ret ? 0 : -ENOMEM;
}

/*
 * Paths of requests are the host's. A plugin in a container has the host's files below some
 * directory, and sees them as the daemon does once that is its root; a prefix would not do, since
 * links are absolute. The socket stays where it is: its directory is kept as the current one.
 */
static int enter_root(struct serve_options *o)
{
	const char *slash = strrchr(o->socket, '/');
	struct slice folder = SLICE(".");
	char dir[PATH_MAX];
	int r;

	if (!o->root)
		return 0;
	if (slash)
		folder = (struct slice){ o->socket, (size_t) (slash - o->socket) + 1 };
	snprintf(dir, sizeof(dir), "%.*s", SLICE_ARG(folder));
	if (chdir(dir) < 0 || chroot(o->root) < 0) {
		r = -errno;
		unlink(o->socket);
		log_error("--root: cannot make %s the root: %s; it must be a directory, and serve "
			  "needs CAP_SYS_CHROOT",
			  o->root, strerror(-r));
		return r;
	}
	log_info("%s is the root from here on; the socket is %s outside of it", o->root, o->socket);
	o->socket = slash ? slash + 1 : o->socket;
	return 0;
}

/* Each connection is a descriptor; the usual soft limit of 1024 is less than the server takes. */
static void raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= DESCRIPTORS)
		return;
	limit.rlim_cur = limit.rlim_max < DESCRIPTORS ? limit.rlim_max : DESCRIPTORS;
	setrlimit(RLIMIT_NOFILE, &limit);
}

/* What must be settled before there are files, and threads: those inherit the blocked signals. */
static int prepare_process(int *ret_signals)
{
	sigset_t set;
	int fd;

	umask(077);
	raise_descriptor_limit();

	/* A caller who has gone and a log at its size limit are errors of a write, not our end. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);

	sigemptyset(&set);
	for (size_t i = 0; i < SIGNALS; i++)
		sigaddset(&set, signals[i].number);
	pthread_sigmask(SIG_BLOCK, &set, NULL);

	/* Stays open until the process ends. */
	fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (fd < 0) {
		fd = -errno;
		log_error("cannot take signals: %s", strerror(-fd));
		return fd;
	}
	*ret_signals = fd;
	return 0;
}

static void say_ready(const struct serve_options *options, struct policy_slot *policies)
{
	OWN_POLICY policy = policy_slot_get(policies);

	log_info("version %s answers on %s, policy %.*s (sha256 %s), workers %u", CIS_AUTHZ_VERSION,
		 options->socket, SLICE_ARG(policy_name(policy)), policy_digest(policy),
		 options->workers);
}

static int serve(struct serve_options *options, struct service *service, int listener,
		 struct loop *loop)
{
	const struct server_config config = {
		.listener = listener,
		.workers = options->workers,
		.call_timeout = CALL_TIMEOUT,
	};
	struct server *server = NULL;
	int r;

	r = server_start(&config, service, &server);
	if (r < 0) {
		unlink(options->socket);
		log_error("cannot start %u workers: %s", options->workers, strerror(-r));
		return EXIT_FAILURE;
	}

	if (watching_start(&options->watching, service, loop->reload, listener) != 0) {
		unlink(options->socket);
		server_stop(server);
		return EXIT_FAILURE;
	}
	say_ready(options, service->policies);
	run(loop);

	/* Where there is no socket, the daemon tries again later, and with the whole call. */
	unlink(options->socket);
	watching_stop(&options->watching);
	server_stop(server);
	return EXIT_SUCCESS;
}

int cmd_serve(int argc, char **argv)
{
	struct serve_options options;
	struct service service = { 0 };
	struct loop loop = { 0 };
	OWN(policy_slot) policies = NULL;
	OWN(reload) reload = NULL;
	OWN(decision_log) log = NULL;
	OWN(recording) recording = NULL;
	int listener, r;

	r = serve_options_read(argc, argv, &options);
	if (r != 0)
		return r;

	if (prepare_process(&loop.signals) != 0 || open_policy(options.policy, &policies) != 0 ||
	    open_reload(options.policy, policies, &reload) != 0 || open_log(&options, &log) != 0 ||
	    open_recording(options.record, &recording) != 0 ||
	    watching_open(&options.watching, options.workers) != 0 ||
	    open_socket(options.socket, &listener) != 0 || enter_root(&options) != 0) {
		watching_end(&options.watching);
		return EXIT_FAILURE;
	}

	loop.reload = reload;
	loop.log = log;
	service.policies = policies;
	service.log = log;
	service.recording = recording;
	service.metrics = options.watching.metrics;
	service.max_body = options.max_body;
	r = serve(&options, &service, listener, &loop);
	watching_end(&options.watching);
	return r;
}
