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
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "cmd/cmd.h"
#include "cmd/serve-options.h"
#include "cmd/watching.h"
#include "confine.h"
#include "decision-log.h"
#include "http/endpoint.h"
#include "http/health.h"
#include "http/listen.h"
#include "http/server.h"
#include "log-sink.h"
#include "log.h"
#include "notify.h"
#include "own-paths.h"
#include "policy/policy-slot.h"
#include "policy/policy.h"
#include "recording.h"
#include "reload.h"
#include "self-test.h"

enum {
	CALL_TIMEOUT = 10, /* seconds */
	DESCRIPTORS = 4096,
	OWN_PATHS_MOST = 1 << 18, /* bytes */
	HEALTH_MOST = 1 << 20,
};

/* What the loop of this thread looks after. */
struct loop {
	int signals; /* a signalfd */
	struct reload *reload;
	struct decision_log *log;
	struct policy_slot *policies;
	int listener;
	bool made_socket;              /* and takes its name away in the end */
	int64_t beat_every, next_beat; /* milliseconds; 0: no manager waits for a sign of life */
	bool reloading;                /* the manager waits to hear that it is over */
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
	notify_reloading();
	l->reloading = true;
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

/* Silence is what makes the manager start us anew. */
static void beat(struct loop *l)
{
	OWN(arena) a = arena_new(HEALTH_MOST);
	OWN_POLICY policy = policy_slot_get(l->policies);
	struct buf why = BUF(a);
	struct slice words = SLICE("there is no memory to ask for it\n");

	l->next_beat = now_ms() + l->beat_every;
	if (a && health_ask(l->listener, policy, a, &why)) {
		notify_alive();
		return;
	}
	if (a)
		buf_done(&why, &words);
	log_error("no sign of life for the service manager: %.*s", SLICE_ARG(slice_trim(words)));
}

static void expect_beats(struct loop *l)
{
	struct timespec interval;

	if (!notify_watchdog(&interval))
		return;
	l->beat_every = (int64_t) interval.tv_sec * 1000 + interval.tv_nsec / 1000000;
	l->next_beat = now_ms() + l->beat_every;
}

/* Until somebody's next turn. */
static int timeout_of(const struct loop *l)
{
	int reload = reload_timeout(l->reload, now_ms());
	int64_t left = l->next_beat - now_ms();

	if (l->beat_every == 0)
		return reload;
	left = left > 0 ? left : 0;
	return reload < 0 || left < reload ? (int) left : reload;
}

static void take_turns(struct loop *l)
{
	reload_turn(l->reload, now_ms());
	if (l->reloading)
		notify_ready("Answering the Docker daemon");
	l->reloading = false;
	if (l->beat_every > 0 && now_ms() >= l->next_beat)
		beat(l);
}

static void run(struct loop *l)
{
	while (!l->ending) {
		struct pollfd fds[] = {
			{ .fd = l->signals, .events = POLLIN },
			{ .fd = reload_fd(l->reload), .events = POLLIN }, /* -1 is passed over */
		};

		/* What went wrong, if anything did, is not worth an end: the turns go on. */
		(void) poll(fds, sizeof(fds) / sizeof(fds[0]), timeout_of(l));
		take_signals(l);
		if (!l->ending)
			take_turns(l);
	}
}

/* The program's word on itself, before anybody relies on it. */
static int test_myself(struct policy_slot *policies)
{
	OWN_POLICY policy = policy_slot_get(policies);
	OWN(diags) d = diags_new();
	int r = d ? self_test(policy, d) : -ENOMEM;

	if (d)
		diags_print(d, stderr);
	if (r < 0)
		log_error("cannot run the self-test: %s", strerror(-r));
	return r;
}

/* A socket that a service manager hands over goes before one of our own; `made` is the latter. */
static int open_socket(const char *path, int *ret, bool *made)
{
	const struct handover handover = { getenv("LISTEN_PID"), getenv("LISTEN_FDS"),
					   getenv("LISTEN_FDNAMES") };
	OWN(diags) d = diags_new();
	int r = d ? listen_handed(&handover, ret, d) : -ENOMEM;

	if (r == 0 && *ret < 0) {
		r = listen_unix(path, ret, d);
		*made = r == 0;
	}
	if (d)
		diags_print(d, stderr);
	if (r < 0)
		log_error("cannot listen on %s: %s", path, strerror(-r));
	return r;
}

static int give_up_rights(const struct serve_options *o)
{
	const struct confinement c = {
		.workers = o->workers,
		.memory_per_call = endpoint_ceiling(o->max_body),
		.descriptors = DESCRIPTORS,
	};
	OWN(diags) d = diags_new();
	int r = d ? confine_rights(&c, d) : -ENOMEM;

	if (d)
		diags_print(d, stderr);
	return r;
}

static int give_up_calls(const struct serve_options *o)
{
	OWN(diags) d = diags_new();
	int r = d ? 0 : -ENOMEM;

	if (o->unconfined)
		log_warning("--unconfined: every system call stays open to whoever takes this "
			    "process over");
	else if (d)
		r = confine_calls(d);
	if (d)
		diags_print(d, stderr);
	return r;
}

static int find_own_paths(const struct serve_options *o, const char *socket, struct arena *a,
			  struct own_paths *ret)
{
	const char *files[5] = { 0 };
	size_t count = 0;
	int r;

	if (*socket)
		files[count++] = socket;
	if (o->policy && !slice_eq(slice_str(o->policy), SLICE("-")))
		files[count++] = o->policy;
	if (!slice_eq(slice_str(o->decision_log), SLICE("-")) &&
	    !slice_eq(slice_str(o->decision_log), SLICE("syslog")))
		files[count++] = o->decision_log;
	if (o->record)
		files[count++] = o->record;
	r = a ? own_paths_find(files, a, ret) : -ENOMEM;
	if (r != 0)
		log_error("cannot tell where the service's own files are: %s", strerror(-r));
	return r;
}

static int open_log(const char *path, struct log_sink **ret)
{
	int r = log_sink_open(path, ret);

	if (r == -ELOOP)
		log_error("cannot open the decision log %s: it is a symbolic link; name the file "
			  "that it leads to",
			  path);
	else if (r < 0)
		log_error("cannot open the decision log %s: %s", path, strerror(-r));
	return r;
}

/* Its writer is the first of our threads. */
static int start_log(const struct serve_options *o, struct log_sink *sink,
		     struct decision_log **ret)
{
	int r = decision_log_new(sink, &o->log_options, ret);

	if (r < 0)
		log_error("cannot start the decision log: %s", strerror(-r));
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

static void say_ready(const struct serve_options *options, struct policy_slot *policies,
		      int listener)
{
	OWN_POLICY policy = policy_slot_get(policies);
	struct sockaddr_un address;

	log_info("version %s answers on %s, policy %.*s (sha256 %s), workers %u", CIS_AUTHZ_VERSION,
		 listen_path(listener, &address), SLICE_ARG(policy_name(policy)),
		 policy_digest(policy), options->workers);
	notify_ready("Answering the Docker daemon");
}

static int serve(struct serve_options *options, struct service *service, struct loop *loop)
{
	const struct server_config config = {
		.listener = loop->listener,
		.workers = options->workers,
		.call_timeout = CALL_TIMEOUT,
	};
	struct server *server = NULL;
	int r;

	r = server_start(&config, service, &server);
	if (r < 0) {
		log_error("cannot start %u workers: %s", options->workers, strerror(-r));
		return EXIT_FAILURE;
	}
	if (watching_start(&options->watching, service, loop->reload, loop->listener) != 0) {
		server_stop(server);
		return EXIT_FAILURE;
	}
	say_ready(options, service->policies, loop->listener);
	expect_beats(loop);
	run(loop);
	notify_stopping();

	/* Where there is no socket, the daemon tries again later, and with the whole call. */
	if (loop->made_socket)
		unlink(options->socket);
	loop->made_socket = false;
	watching_stop(&options->watching);
	server_stop(server);
	return EXIT_SUCCESS;
}

/* What serving rests on, in the order of cmd_serve; freed in the other. */
struct parts {
	struct policy_slot *policies;
	struct reload *reload;
	struct log_sink *sink; /* until the log has it */
	struct decision_log *log;
	struct recording *recording;
	struct arena *arena;
	struct own_paths own;
};

/*
 * Rights are given up before any file is opened, so that what opens now opens again at a reload;
 * but entering another root needs one of them. Calls are given up when all sockets are there, and
 * threads come last.
 */
static int prepare(struct serve_options *o, struct parts *p, struct loop *loop)
{
	struct sockaddr_un address;

	p->arena = arena_new(OWN_PATHS_MOST);
	if (prepare_process(&loop->signals) != 0 || (!o->root && give_up_rights(o) != 0) ||
	    open_policy(o->policy, &p->policies) != 0 || test_myself(p->policies) != 0 ||
	    open_reload(o->policy, p->policies, &p->reload) != 0 ||
	    open_log(o->decision_log, &p->sink) != 0 ||
	    open_recording(o->record, &p->recording) != 0 ||
	    watching_open(&o->watching, o->workers) != 0 ||
	    open_socket(o->socket, &loop->listener, &loop->made_socket) != 0 ||
	    find_own_paths(o, listen_path(loop->listener, &address), p->arena, &p->own) != 0 ||
	    enter_root(o) != 0 || (o->root && give_up_rights(o) != 0) || give_up_calls(o) != 0)
		return -1;
	return start_log(o, TAKE(p->sink), &p->log);
}

static void release(struct serve_options *o, struct parts *p, const struct loop *loop)
{
	if (loop->made_socket)
		unlink(o->socket);
	watching_end(&o->watching);
	recording_close(p->recording);
	decision_log_free(p->log);
	log_sink_free(p->sink);
	reload_free(p->reload);
	policy_slot_free(p->policies);
	arena_free(p->arena);
}

int cmd_serve(int argc, char **argv)
{
	struct serve_options options;
	struct service service = { 0 };
	struct parts parts = { 0 };
	struct loop loop = { 0 };
	int status = serve_options_read(argc, argv, &options);

	if (status != 0)
		return status;
	status = EXIT_FAILURE;
	if (prepare(&options, &parts, &loop) == 0) {
		loop.reload = parts.reload;
		loop.policies = parts.policies;
		loop.log = parts.log;
		service.policies = parts.policies;
		service.log = parts.log;
		service.recording = parts.recording;
		service.metrics = options.watching.metrics;
		service.env.own = &parts.own;
		service.max_body = options.max_body;
		status = serve(&options, &service, &loop);
	}
	release(&options, &parts, &loop);
	return status;
}
