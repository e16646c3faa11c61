/* serve.c - answers the Docker daemon until told to stop. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/number.h"
#include "cmd/cmd.h"
#include "confine.h"
#include "decision-log.h"
#include "http/endpoint.h"
#include "http/listen.h"
#include "http/probe.h"
#include "http/server.h"
#include "log.h"
#include "notify.h"
#include "own-paths.h"
#include "policy/policy.h"
#include "self-test.h"

enum {
	WORKERS_MAX = 64,
	CALL_TIMEOUT = 10, /* seconds */
	PATIENCE = 5,      /* seconds, for an answer to our own call */
	DESCRIPTORS = 4096,
	OWN_PATHS_MOST = 1 << 18, /* bytes */
};

static const size_t MIB = 1 << 20;

struct settings {
	const char *policy; /* NULL: the built-in baseline */
	const char *socket;
	const char *decision_log;
	unsigned workers;
	size_t max_body;
	bool unconfined;
};

static unsigned cpus(void)
{
	cpu_set_t set;
	int count;

	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return 1;
	count = CPU_COUNT(&set);
	return count < WORKERS_MAX ? (unsigned) count : WORKERS_MAX;
}

static int read_workers(const char *command, const char *text, unsigned *ret)
{
	uint64_t value;

	if (!number_u64(slice_str(text), &value) || value < 1 || value > WORKERS_MAX)
		return cmd_usage(command, "--workers must be a number from 1 to %d, not '%s'",
				 WORKERS_MAX, text);
	*ret = (unsigned) value;
	return 0;
}

static int read_log(const char *command, const char *text, const char **ret)
{
	/* Nobody who types this means a file in the current directory. */
	if (slice_eq(slice_str(text), SLICE("syslog")))
		return cmd_usage(command, "--decision-log must be a file or -, not 'syslog'");
	*ret = text;
	return 0;
}

static int read_max_body(const char *command, const char *text, size_t *ret)
{
	uint64_t value;

	if (!number_size(slice_str(text), &value) || value < MIB || value > 64 * MIB)
		return cmd_usage(command, "--max-body must be a size from 1m to 64m, not '%s'",
				 text);
	*ret = (size_t) value;
	return 0;
}

static int read_settings(int argc, char **argv, struct settings *s)
{
	enum { POLICY = CMD_OPTION, SOCKET, DECISION_LOG, WORKERS, MAX_BODY, UNCONFINED };
	static const struct option options[] = {
		{ "policy", required_argument, NULL, POLICY },
		{ "socket", required_argument, NULL, SOCKET },
		{ "decision-log", required_argument, NULL, DECISION_LOG },
		{ "workers", required_argument, NULL, WORKERS },
		{ "max-body", required_argument, NULL, MAX_BODY },
		{ "unconfined", no_argument, NULL, UNCONFINED },
		{ 0 },
	};
	int option, r = 0;

	while (r == 0 && (option = cmd_option(argc, argv, options)) != CMD_END) {
		switch (option) {
		case POLICY:
			s->policy = optarg;
			break;
		case SOCKET:
			s->socket = optarg;
			break;
		case DECISION_LOG:
			r = read_log(argv[0], optarg, &s->decision_log);
			break;
		case WORKERS:
			r = read_workers(argv[0], optarg, &s->workers);
			break;
		case MAX_BODY:
			r = read_max_body(argv[0], optarg, &s->max_body);
			break;
		case UNCONFINED:
			s->unconfined = true;
			break;
		default:
			return EXIT_USAGE;
		}
	}
	if (r == 0 && optind < argc)
		r = cmd_usage(argv[0], "'%s' is too much; a policy is given as --policy FILE",
			      argv[optind]);
	return r;
}

/* The program's word on itself, before anybody relies on it. */
static int test_myself(const struct policy *policy)
{
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

	*made = r == 0 && *ret < 0;
	if (*made)
		r = listen_unix(path, ret, d);
	if (d)
		diags_print(d, stderr);
	if (r < 0)
		log_error("cannot listen on %s: %s", path, strerror(-r));
	return r;
}

static int give_up_rights(const struct settings *s)
{
	const struct confinement c = {
		.workers = s->workers,
		.memory_per_call = endpoint_ceiling(s->max_body),
		.descriptors = DESCRIPTORS,
	};
	OWN(diags) d = diags_new();
	int r = d ? confine_rights(&c, d) : -ENOMEM;

	if (d)
		diags_print(d, stderr);
	return r;
}

static int give_up_calls(const struct settings *s)
{
	OWN(diags) d = diags_new();
	int r = d ? 0 : -ENOMEM;

	if (s->unconfined)
		log_warning("--unconfined: every system call stays open to whoever takes this "
			    "process over");
	else if (d)
		r = confine_calls(d);
	if (d)
		diags_print(d, stderr);
	return r;
}

static int find_own_paths(const struct settings *s, const char *socket, struct arena *a,
			  struct own_paths *ret)
{
	const char *files[4] = { 0 };
	size_t count = 0;
	int r;

	if (*socket)
		files[count++] = socket;
	if (s->policy)
		files[count++] = s->policy;
	if (!slice_eq(slice_str(s->decision_log), SLICE("-")))
		files[count++] = s->decision_log;
	r = a ? own_paths_find(files, a, ret) : -ENOMEM;
	if (r != 0)
		log_error("cannot tell where the service's own files are: %s", strerror(-r));
	return r;
}

static int open_log(const char *path, struct decision_log **ret)
{
	int fd = STDERR_FILENO;

	if (!slice_eq(slice_str(path), SLICE("-")))
		fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);

	/* Stays open until the process ends. */
	*ret = fd < 0 ? NULL : decision_log_new(fd);
	if (!*ret) {
		log_error("cannot open the decision log %s: %s", path, strerror(errno));
		return -errno;
	}
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

/* What must be settled before there are files, and threads. `ret` are the signals to wait for. */
static void prepare_process(sigset_t *ret)
{
	umask(077);
	raise_descriptor_limit();

	/* A caller who has gone and a log at its size limit are errors of a write, not our end. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);

	sigemptyset(ret);
	sigaddset(ret, SIGTERM);
	sigaddset(ret, SIGINT);
	pthread_sigmask(SIG_BLOCK, ret, NULL);
}

static void beat(int listener)
{
	/* Silence is what makes the manager start us anew. */
	if (probe_answers(listener, PATIENCE))
		notify_alive();
	else
		log_error("no worker answered a call to our own socket within %d s", PATIENCE);
}

static void wait_for(const sigset_t *signals, int listener)
{
	struct timespec interval;
	bool watched = notify_watchdog(&interval);
	int taken, error;

	do {
		taken = watched ? sigtimedwait(signals, NULL, &interval)
				: sigwaitinfo(signals, NULL);
		error = taken < 0 ? errno : 0;
		if (error == EAGAIN)
			beat(listener);
	} while (error == EINTR || error == EAGAIN);
	log_info("%s: finishing what is under way", error ? strerror(error) : strsignal(taken));
}

/* `socket` is to be removed in the end; NULL: it is not ours. */
static int serve(const struct settings *settings, struct service *service, int listener,
		 const char *socket, const sigset_t *signals)
{
	const struct server_config config = {
		.listener = listener,
		.workers = settings->workers,
		.call_timeout = CALL_TIMEOUT,
	};
	struct slice name = policy_name(service->policy);
	struct sockaddr_un address;
	struct server *server = NULL;
	int r;

	r = server_start(&config, service, &server);
	if (r < 0) {
		if (socket)
			unlink(socket);
		log_error("cannot start %u workers: %s", settings->workers, strerror(-r));
		return EXIT_FAILURE;
	}

	log_info("version %s answers on %s, policy %.*s (sha256 %s), workers %u", CIS_AUTHZ_VERSION,
		 listen_path(listener, &address), SLICE_ARG(name), policy_digest(service->policy),
		 settings->workers);
	notify_ready("Answering the Docker daemon");
	wait_for(signals, listener);
	notify_stopping();

	/* Where there is no socket, the daemon tries again later, and with the whole call. */
	if (socket)
		unlink(socket);
	server_stop(server);
	return EXIT_SUCCESS;
}

int cmd_serve(int argc, char **argv)
{
	struct settings settings = {
		.socket = "/run/docker/plugins/cis-authz.sock",
		.decision_log = "-",
		.workers = cpus(),
		.max_body = 16 * MIB,
	};
	struct service service = { 0 };
	OWN_POLICY policy = NULL;
	OWN(decision_log) log = NULL;
	OWN(arena) arena = arena_new(OWN_PATHS_MOST);
	struct own_paths own;
	struct sockaddr_un address;
	sigset_t signals;
	bool made;
	int listener, r;

	r = read_settings(argc, argv, &settings);
	if (r != 0)
		return r;

	prepare_process(&signals);
	if (give_up_rights(&settings) != 0 || cmd_policy(settings.policy, &policy) != 0 ||
	    test_myself(policy) != 0 || open_log(settings.decision_log, &log) != 0 ||
	    open_socket(settings.socket, &listener, &made) != 0)
		return EXIT_FAILURE;
	if (find_own_paths(&settings, listen_path(listener, &address), arena, &own) != 0 ||
	    give_up_calls(&settings) != 0) {
		if (made)
			unlink(settings.socket);
		return EXIT_FAILURE;
	}

	service.env.own = &own;
	service.policy = policy;
	service.log = log;
	service.max_body = settings.max_body;
	return serve(&settings, &service, listener, made ? settings.socket : NULL, &signals);
}
