/*
 * serve.c - answers the Docker daemon until told to stop.
 *
 * Here everything is opened, in an order that matters: see prepare(). Then workers answer, in
 * threads of the server's own, and this thread sleeps in serve-loop.c.
 */
#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <signal.h>
#include <stdbool.h>
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
#include "capture/recording.h"
#include "cmd/cmd.h"
#include "confine/confine-files.h"
#include "confine/confine.h"
#include "http/endpoint.h"
#include "http/listen.h"
#include "http/server.h"
#include "log/decision-log.h"
#include "log/log-relay.h"
#include "log/log-sink.h"
#include "log/log.h"
#include "look/asker.h"
#include "look/keeper.h"
#include "look/own-call.h"
#include "policy/policy-slot.h"
#include "policy/policy.h"
#include "serve/metrics-service.h"
#include "serve/serve-loop.h"
#include "serve/serve-options.h"
#include "service/door.h"
#include "service/memory-limit.h"
#include "service/memory.h"
#include "service/notify.h"
#include "service/own-paths.h"
#include "service/reload.h"
#include "service/self-test.h"

enum {
	CALL_TIMEOUT = 10, /* seconds */
	DESCRIPTORS = 4096,
	OWN_PATHS_MOST = 1 << 18, /* bytes */
	KEPT_BLOCK = 8 << 20,
	MIB = 1 << 20,
	OWN_MEMORY = 16 * MIB, /* that no call is counted for */
};

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

/* A socket that a service manager hands over goes before one of our own. */
static int open_socket(const char *path, struct door *door)
{
	const struct handover handover = { getenv("LISTEN_PID"), getenv("LISTEN_FDS"),
					   getenv("LISTEN_FDNAMES") };
	OWN(diags) d = diags_new();
	int r = d ? listen_handed(&handover, &door->listener, d) : -ENOMEM;

	if (r == 0 && door->listener < 0)
		r = listen_unix(path, &door->claim, &door->listener, d);
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

static int find_own_paths(const struct serve_options *o, const char *socket, struct arena *a,
			  struct own_paths *ret)
{
	const char *files[4] = { 0 }, *log = NULL;
	size_t count = 0;
	int r;

	if (*socket)
		files[count++] = socket;
	if (o->policy && !slice_eq(slice_str(o->policy), SLICE("-")))
		files[count++] = o->policy;
	if (!slice_eq(slice_str(o->decision_log), SLICE("-")) &&
	    !slice_eq(slice_str(o->decision_log), SLICE("syslog")))
		log = o->decision_log;
	if (o->record)
		files[count++] = o->record;
	r = a ? own_paths_find(files, log, a, ret) : -ENOMEM;
	if (r != 0)
		log_error("cannot tell where the service's own files are: %s", strerror(-r));
	return r;
}

static int open_log(const char *path, struct log_relay *relay, struct log_sink **ret)
{
	int r = slice_eq(slice_str(path), SLICE("-")) ? log_relay_sink(relay, ret)
						      : log_sink_open(path, ret);

	if (r == -ELOOP)
		log_error("cannot open the decision log %s: it is a symbolic link; name the file "
			  "that it leads to",
			  path);
	else if (r == -ENXIO)
		log_error("cannot open the decision log %s: it is a pipe that nobody reads, or a "
			  "socket; start the reader first, or name a file",
			  path);
	else if (r < 0)
		log_error("cannot open the decision log %s: %s", path, strerror(-r));
	return r;
}

static int open_relay(struct log_relay **ret)
{
	int r = log_relay_open(ret);

	if (r < 0)
		log_error("cannot keep standard error: %s", strerror(-r));
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
static int enter_root(struct serve_options *o, struct listen_claim *claim)
{
	const char *slash = strrchr(o->socket, '/');
	struct slice folder = slice_str(o->root);
	char dir[PATH_MAX];
	int r;

	if (!o->root)
		return 0;
	if (claim->made)
		folder = slash ? (struct slice){ o->socket, (size_t) (slash - o->socket) + 1 }
			       : SLICE(".");
	snprintf(dir, sizeof(dir), "%.*s", SLICE_ARG(folder));
	if (chdir(dir) < 0 || chroot(o->root) < 0) {
		r = -errno;
		log_error("--root: cannot make %s the root: %s; it must be a directory, and serve "
			  "needs CAP_SYS_CHROOT",
			  o->root, strerror(-r));
		return r;
	}
	log_info("%s is the root from here on; the socket is %s outside of it", o->root, o->socket);
	/* Other names lead elsewhere from here. */
	claim->path = claim->made ? slash + 1 : NULL;
	o->metrics_service.claim.path = NULL;
	o->metrics_service.claim.made = false;
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

/*
 * Left to itself, glibc takes the size of the largest block freed so far for one that comes often,
 * and keeps several times as much: a single call of 16 MiB would be felt for ever. Bodies that are
 * usual are served from memory that is kept. One heap for all threads: what is free at the end of
 * another thread's is never given back, however often one asks (memory.c), and workers allocate so
 * little between two calls that they do not wait for each other.
 */
static void give_memory_back(void)
{
	mallopt(M_MMAP_THRESHOLD, KEPT_BLOCK);
	mallopt(M_TRIM_THRESHOLD, 2 * KEPT_BLOCK);
	mallopt(M_ARENA_MAX, 1);
}

/* What must be settled before there are files, and threads. */
static void prepare_process(void)
{
	umask(077);
	give_memory_back();
	raise_descriptor_limit();

	/* A caller who has gone and a log at its size limit are errors of a write, not our end. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

/*
 * Where a control group allows less than calls may take, the kernel may kill the service in the
 * middle of one, and Docker refuses everything until it is back. Twice as many calls as workers may
 * be at their ceiling at a time.
 */
static void say_memory(const struct serve_options *o)
{
	uint64_t allowed = memory_limit("/proc/self/cgroup", "/sys/fs/cgroup");
	uint64_t calls = 2 * (uint64_t) o->workers;
	uint64_t needed = OWN_MEMORY + calls * endpoint_ceiling(o->max_body);
	size_t fits = o->max_body;

	if (allowed >= needed)
		return;
	while (fits >= MIB && OWN_MEMORY + calls * endpoint_ceiling(fits) > allowed)
		fits -= MIB;
	log_warning(
		"the control group allows %ju MiB of memory, and %u workers may need %ju MiB for "
		"calls of %zu MiB; past the limit the kernel kills the service, and Docker "
		"refuses everything until it is back; allow more (MemoryMax= in the unit, "
		"docker run --memory)",
		(uintmax_t) (allowed / MIB), o->workers, (uintmax_t) (needed / MIB),
		o->max_body / MIB);
	if (fits >= MIB)
		log_warning("calls of %zu MiB would fit: --max-body %zum denies larger ones",
			    fits / MIB, fits / MIB);
}

static void say_ready(const struct serve_options *options, struct policy_slot *policies,
		      int listener)
{
	OWN_POLICY policy = policy_slot_get(policies);
	struct sockaddr_un address;

	log_info("version %s answers on %s, policy %.*s (sha256 %s), workers %u", CIS_AUTHZ_VERSION,
		 listen_path(listener, &address), SLICE_ARG(policy_name(policy)),
		 policy_digest(policy), options->workers);
}

/* What serving rests on, in the order of cmd_serve; freed in the other. */
struct parts {
	struct look_secret secret;
	struct asker *asker; /* NULL: nobody is asked what names stand for */
	struct log_relay *relay;
	struct policy_slot *policies;
	struct reload *reload;
	struct log_sink *sink; /* until the log has it */
	struct decision_log *log;
	struct recording *recording;
	struct arena *arena;
	struct own_paths own;
	struct door door;
	struct sockaddr_un address; /* of the door */
	struct memory memory;
	struct notify notify;
};

/*
 * The helper's keeper comes first of all: it is a copy of this process, and has no use for what is
 * opened here. Without a helper everything that a request only names is unseen, as it is where the
 * daemon is not there yet.
 */
static void start_looking(const struct serve_options *o, struct parts *p)
{
	const struct keeper_config config = {
		.docker = o->docker,
		.unconfined = o->unconfined,
		.secret = &p->secret,
	};
	int socket, r;

	if (slice_eq(slice_str(o->docker), SLICE("none")))
		return;
	r = look_secret_make(&p->secret);
	if (r == 0)
		r = keeper_start(&config, &socket);
	if (r == 0)
		r = asker_new(socket, o->look_timeout, &p->asker);
	if (r == -ENOENT)
		log_warning("%s is not there, so the daemon is not asked what the names in a "
			    "request stand for; install it, or say so with --docker none",
			    LOOK_PROGRAM);
	else if (r < 0)
		log_warning("the daemon is not asked what the names in a request stand for: %s",
			    strerror(-r));
}

/* What is opened, made or removed later: at a reload, when the log is rotated, at the end. */
static int give_up_files(const struct serve_options *o, const struct parts *p, struct diags *d)
{
	OWN_POLICY policy = policy_slot_get(p->policies);
	bool syslog = slice_eq(slice_str(o->decision_log), SLICE("syslog"));
	const char *claimed = p->door.claim.made ? p->door.claim.path : NULL;
	const char *metrics = o->metrics_service.claim.path;
	struct slice base = policy_profile_path(policy);
	const char *const read[] = { o->policy ? o->policy : "-", base.len > 0 ? base.ptr : "-",
				     NULL };
	const char *const written[] = { syslog ? "-" : o->decision_log, NULL };
	const char *const removed[] = { claimed ? claimed : "-", metrics ? metrics : "-", NULL };
	const struct confined_files files = { read, written, removed };
	int r = confine_files(&files, d);

	if (r != -ENOSYS)
		return r;
	log_warning("this kernel keeps no files from the service (Landlock, Linux 5.13): whoever "
		    "takes this process over may open what its user may");
	return 0;
}

static int give_up_calls(const struct serve_options *o, const struct parts *p)
{
	OWN(diags) d = diags_new();
	int r = d ? 0 : -ENOMEM;

	if (o->unconfined)
		log_warning("--unconfined: every file and every system call stays open to whoever "
			    "takes this process over");
	else if (d)
		r = give_up_files(o, p, d);
	if (r == 0 && !o->unconfined)
		r = confine_syscalls(d);
	if (d)
		diags_print(d, stderr);
	return r;
}

/* The first of our threads. */
static int start_threads(const struct serve_options *o, struct parts *p)
{
	int r = log_relay_start(p->relay);

	if (r == 0)
		r = decision_log_new(TAKE(p->sink), &o->log_options, &p->log);
	if (r == 0 && p->recording)
		r = recording_start(p->recording);
	if (r == 0 && p->asker)
		r = asker_start(p->asker);
	if (r < 0)
		log_error("cannot start the threads of logs and look-ups: %s", strerror(-r));
	return r;
}

static int serve(struct serve_options *options, struct service *service, struct serve_loop *loop,
		 struct parts *parts)
{
	const struct server_config config = {
		.listener = parts->door.listener,
		.workers = options->workers,
		.call_timeout = CALL_TIMEOUT,
	};
	struct server *server = NULL;
	int r = server_start(&config, service, &server);

	if (r < 0) {
		log_error("cannot start %u workers: %s", options->workers, strerror(-r));
		return EXIT_FAILURE;
	}
	parts->door.server = server;
	if (metrics_service_start(&options->metrics_service, service, loop->reload, &parts->door) !=
		    0 ||
	    !door_has_room()) {
		metrics_service_stop(&options->metrics_service);
		server_stop(server);
		return EXIT_FAILURE;
	}
	say_ready(options, service->policies, parts->door.listener);
	serve_loop_run(loop);
	notify_stopping(&parts->notify);

	/* Where there is no socket, the daemon tries again later, and with the whole call. */
	listen_release(&parts->door.claim);
	metrics_service_stop(&options->metrics_service);
	server_stop(server);
	return loop->failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/*
 * Rights are given up before any file is opened, so that what opens now opens again at a reload;
 * but entering another root needs one of them. Calls are given up when all sockets are there, and
 * threads come last.
 */
static int prepare(struct serve_options *o, struct parts *p, struct serve_loop *loop)
{
	const char *path;

	p->arena = arena_new(OWN_PATHS_MOST);
	prepare_process();
	say_memory(o);
	start_looking(o, p);
	notify_open(&p->notify);
	if (open_relay(&p->relay) != 0 || serve_loop_open(loop) != 0 ||
	    (!o->root && give_up_rights(o) != 0) || open_policy(o->policy, &p->policies) != 0 ||
	    test_myself(p->policies) != 0 || open_reload(o->policy, p->policies, &p->reload) != 0 ||
	    open_log(o->decision_log, p->relay, &p->sink) != 0 ||
	    open_recording(o->record, &p->recording) != 0 ||
	    metrics_service_open(&o->metrics_service, o->workers) != 0 ||
	    open_socket(o->socket, &p->door) != 0)
		return -1;
	path = listen_path(p->door.listener, &p->address);
	if (!p->door.claim.made && *path)
		listen_claim_handed(path, &p->door.claim);
	if (find_own_paths(o, path, p->arena, &p->own) != 0 || enter_root(o, &p->door.claim) != 0 ||
	    (o->root && give_up_rights(o) != 0) || give_up_calls(o, p) != 0)
		return -1;
	return start_threads(o, p);
}

static void release(struct serve_options *o, struct parts *p)
{
	listen_release(&p->door.claim);
	metrics_service_end(&o->metrics_service);
	asker_free(p->asker);
	recording_close(p->recording);
	decision_log_free(p->log);
	log_sink_free(p->sink);
	reload_free(p->reload);
	policy_slot_free(p->policies);
	arena_free(p->arena);
	log_relay_free(p->relay);
}

int cmd_serve(int argc, char **argv)
{
	struct serve_options options;
	struct service service = { 0 };
	struct parts parts = { 0 };
	struct serve_loop loop = { 0 };
	int status = serve_options_read(argc, argv, &options);

	if (status != 0)
		return status;
	status = EXIT_FAILURE;
	if (prepare(&options, &parts, &loop) == 0) {
		loop.reload = parts.reload;
		loop.policies = parts.policies;
		loop.log = parts.log;
		loop.door = &parts.door;
		loop.memory = &parts.memory;
		loop.notify = &parts.notify;
		service.policies = parts.policies;
		service.log = parts.log;
		service.recording = parts.recording;
		service.metrics = options.metrics_service.metrics;
		service.env.own = &parts.own;
		service.env.secret = parts.asker ? &parts.secret : NULL;
		service.asker = parts.asker;
		service.max_body = options.max_body;
		status = serve(&options, &service, &loop, &parts);
	}
	release(&options, &parts);
	return status;
}
