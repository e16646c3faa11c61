/* serve.c - answers the Docker daemon until told to stop. */
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/number.h"
#include "cmd/cmd.h"
#include "cmd/watching.h"
#include "decision-log.h"
#include "http/endpoint.h"
#include "http/listen.h"
#include "http/server.h"
#include "log-sink.h"
#include "log.h"
#include "policy/policy.h"

enum { WORKERS_MAX = 64, CALL_TIMEOUT = 10 /* seconds */, DESCRIPTORS = 4096 };

static const size_t MIB = 1 << 20;

struct settings {
	const char *policy; /* NULL: the built-in baseline */
	const char *socket;
	const char *decision_log;
	struct decision_log_options log_options;
	const char *root; /* NULL: what this process sees is what the daemon sees */
	unsigned workers;
	size_t max_body;
	struct watching watching;
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

static int read_log_level(const char *command, const char *text, bool *ret_denied_only)
{
	static const char *const levels[] = { "all", "denied", NULL };
	int level = cmd_choose(command, "--log-level", text, levels);

	*ret_denied_only = level == 1;
	return level < 0 ? EXIT_USAGE : 0;
}

static int read_root(const char *command, const char *text, const char **ret)
{
	if (!slice_starts(slice_str(text), SLICE("/")))
		return cmd_usage(command, "--root must be an absolute path, not '%s'", text);
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
	enum {
		POLICY = CMD_OPTION,
		SOCKET,
		DECISION_LOG,
		LOG_LEVEL,
		LOG_REQUIRED,
		ROOT,
		WORKERS,
		MAX_BODY,
		METRICS,
	};
	static const struct option options[] = {
		{ "policy", required_argument, NULL, POLICY },
		{ "socket", required_argument, NULL, SOCKET },
		{ "decision-log", required_argument, NULL, DECISION_LOG },
		{ "log-level", required_argument, NULL, LOG_LEVEL },
		{ "log-required", no_argument, NULL, LOG_REQUIRED },
		{ "root", required_argument, NULL, ROOT },
		{ "workers", required_argument, NULL, WORKERS },
		{ "max-body", required_argument, NULL, MAX_BODY },
		{ "metrics", required_argument, NULL, METRICS },
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
			s->decision_log = optarg;
			break;
		case LOG_LEVEL:
			r = read_log_level(argv[0], optarg, &s->log_options.denied_only);
			break;
		case LOG_REQUIRED:
			s->log_options.required = true;
			break;
		case ROOT:
			r = read_root(argv[0], optarg, &s->root);
			break;
		case WORKERS:
			r = read_workers(argv[0], optarg, &s->workers);
			break;
		case MAX_BODY:
			r = read_max_body(argv[0], optarg, &s->max_body);
			break;
		case METRICS:
			r = watching_read(argv[0], optarg, &s->watching);
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

static int open_log(const struct settings *settings, struct decision_log **ret)
{
	const char *path = settings->decision_log;
	struct log_sink *sink;
	int r = log_sink_open(path, &sink);

	if (r == 0)
		r = decision_log_new(sink, &settings->log_options, ret);
	if (r == -ELOOP)
		log_error("cannot open the decision log %s: it is a symbolic link; name the file "
			  "that it leads to",
			  path);
	else if (r < 0)
		log_error("cannot open the decision log %s: %s", path, strerror(-r));
	return r;
}

/*
 * Paths of requests are the host's. A plugin in a container has the host's files below some
 * directory, and sees them as the daemon does once that is its root; a prefix would not do, since
 * links are absolute. The socket stays where it is: its directory is kept as the current one.
 */
static int enter_root(struct settings *s)
{
	char dir[PATH_MAX];
	const char *name = strrchr(s->socket, '/');
	int r;

	if (!s->root)
		return 0;
	snprintf(dir, sizeof(dir), "%.*s/", (int) (name - s->socket), s->socket);
	if (chdir(dir) < 0 || chroot(s->root) < 0) {
		r = -errno;
		unlink(s->socket);
		log_error("--root: cannot make %s the root: %s; it must be a directory, and serve "
			  "needs CAP_SYS_CHROOT",
			  s->root, strerror(-r));
		return r;
	}
	log_info("%s is the root from here on; the socket is %s outside of it", s->root, s->socket);
	s->socket = name + 1;
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
	sigaddset(ret, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, ret, NULL);
}

static void wait_for(const sigset_t *signals, struct decision_log *log)
{
	int taken;

	do {
		taken = sigwaitinfo(signals, NULL);
		if (taken == SIGUSR1)
			decision_log_reopen(log);
	} while (taken == SIGUSR1 || (taken < 0 && errno == EINTR));
	log_info("%s: finishing what is under way", taken < 0 ? strerror(errno) : strsignal(taken));
}

static int serve(struct settings *settings, struct service *service, int listener,
		 const sigset_t *signals)
{
	const struct server_config config = {
		.listener = listener,
		.workers = settings->workers,
		.call_timeout = CALL_TIMEOUT,
	};
	struct slice name = policy_name(service->policy);
	struct server *server = NULL;
	int r;

	r = server_start(&config, service, &server);
	if (r < 0) {
		unlink(settings->socket);
		log_error("cannot start %u workers: %s", settings->workers, strerror(-r));
		return EXIT_FAILURE;
	}
	if (watching_start(&settings->watching, service, listener) != 0) {
		unlink(settings->socket);
		server_stop(server);
		return EXIT_FAILURE;
	}

	log_info("version %s answers on %s, policy %.*s (sha256 %s), workers %u", CIS_AUTHZ_VERSION,
		 settings->socket, SLICE_ARG(name), policy_digest(service->policy),
		 settings->workers);
	wait_for(signals, service->log);

	/* Where there is no socket, the daemon tries again later, and with the whole call. */
	unlink(settings->socket);
	watching_stop(&settings->watching);
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
	sigset_t signals;
	int listener, r;

	r = read_settings(argc, argv, &settings);
	if (r != 0)
		return r;

	prepare_process(&signals);
	if (cmd_policy(settings.policy, &policy) != 0 || open_log(&settings, &log) != 0 ||
	    watching_open(&settings.watching, settings.workers) != 0 ||
	    open_socket(settings.socket, &listener) != 0 || enter_root(&settings) != 0) {
		watching_end(&settings.watching);
		return EXIT_FAILURE;
	}

	service.policy = policy;
	service.log = log;
	service.metrics = settings.watching.metrics;
	service.max_body = settings.max_body;
	r = serve(&settings, &service, listener, &signals);
	watching_end(&settings.watching);
	return r;
}
