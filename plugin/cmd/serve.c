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
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/number.h"
#include "cmd/cmd.h"
#include "decision-log.h"
#include "http/endpoint.h"
#include "http/listen.h"
#include "http/server.h"
#include "log.h"
#include "policy/policy.h"
#include "self-test.h"

enum { WORKERS_MAX = 64, CALL_TIMEOUT = 10 /* seconds */, DESCRIPTORS = 4096 };

static const size_t MIB = 1 << 20;

struct settings {
	const char *policy; /* NULL: the built-in baseline */
	const char *socket;
	const char *decision_log;
	unsigned workers;
	size_t max_body;
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
	enum { POLICY = CMD_OPTION, SOCKET, DECISION_LOG, WORKERS, MAX_BODY };
	static const struct option options[] = {
		{ "policy", required_argument, NULL, POLICY },
		{ "socket", required_argument, NULL, SOCKET },
		{ "decision-log", required_argument, NULL, DECISION_LOG },
		{ "workers", required_argument, NULL, WORKERS },
		{ "max-body", required_argument, NULL, MAX_BODY },
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

static void wait_for(const sigset_t *signals)
{
	int taken;

	do
		taken = sigwaitinfo(signals, NULL);
	while (taken < 0 && errno == EINTR);
	log_info("%s: finishing what is under way", taken < 0 ? strerror(errno) : strsignal(taken));
}

static int serve(const struct settings *settings, struct service *service, int listener,
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

	log_info("version %s answers on %s, policy %.*s (sha256 %s), workers %u", CIS_AUTHZ_VERSION,
		 settings->socket, SLICE_ARG(name), policy_digest(service->policy),
		 settings->workers);
	wait_for(signals);

	/* Where there is no socket, the daemon tries again later, and with the whole call. */
	unlink(settings->socket);
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
	if (cmd_policy(settings.policy, &policy) != 0 || test_myself(policy) != 0 ||
	    open_log(settings.decision_log, &log) != 0 ||
	    open_socket(settings.socket, &listener) != 0)
		return EXIT_FAILURE;

	service.policy = policy;
	service.log = log;
	service.max_body = settings.max_body;
	return serve(&settings, &service, listener, &signals);
}
