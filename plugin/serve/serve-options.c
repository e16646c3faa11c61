/* serve-options.c - one row an option: its name, and what reads its value. */
#include "serve/serve-options.h"

#include <sched.h>
#include <stdint.h>

#include "base/array.h"
#include "base/number.h"
#include "base/slice.h"
#include "cmd/cmd.h"

enum { WORKERS_MAX = 64, LOOK_LEAST = 10, LOOK_MOST = 10000 };

static const size_t MIB = 1 << 20;

static int read_policy(const char *command, const char *text, struct serve_options *ret)
{
	(void) command;
	ret->policy = text;
	return 0;
}

static int read_socket(const char *command, const char *text, struct serve_options *ret)
{
	(void) command;
	ret->socket = text;
	return 0;
}

static int read_decision_log(const char *command, const char *text, struct serve_options *ret)
{
	(void) command;
	ret->decision_log = text;
	return 0;
}

static int read_log_level(const char *command, const char *text, struct serve_options *ret)
{
	static const char *const levels[] = { "all", "denied", NULL };
	int level = cmd_choose(command, "--log-level", text, levels);

	ret->log_options.denied_only = level == 1;
	return level < 0 ? EXIT_USAGE : 0;
}

static int read_log_required(const char *command, const char *text, struct serve_options *ret)
{
	(void) command;
	(void) text;
	ret->log_options.required = true;
	return 0;
}

static int read_log_sync(const char *command, const char *text, struct serve_options *ret)
{
	(void) command;
	(void) text;
	ret->log_options.required = true;
	ret->log_options.synced = true;
	return 0;
}

static int read_record(const char *command, const char *text, struct serve_options *ret)
{
	(void) command;
	ret->record = text;
	return 0;
}

static int read_root(const char *command, const char *text, struct serve_options *ret)
{
	if (!slice_starts(slice_str(text), SLICE("/")))
		return cmd_usage(command, "--root must be an absolute path, not '%s'", text);
	ret->root = text;
	return 0;
}

static int read_docker(const char *command, const char *text, struct serve_options *ret)
{
	if (!slice_starts(slice_str(text), SLICE("/")) && !slice_eq(slice_str(text), SLICE("none")))
		return cmd_usage(command,
				 "--docker must be the absolute path of the daemon's socket, or "
				 "none, not '%s'",
				 text);
	ret->docker = text;
	return 0;
}

static int read_look_timeout(const char *command, const char *text, struct serve_options *ret)
{
	uint64_t value;

	if (!number_u64(slice_str(text), &value) || value < LOOK_LEAST || value > LOOK_MOST)
		return cmd_usage(command,
				 "--look-timeout must be a number of milliseconds from %d to %d, "
				 "not '%s'",
				 LOOK_LEAST, LOOK_MOST, text);
	ret->look_timeout = (unsigned) value;
	return 0;
}

static int read_workers(const char *command, const char *text, struct serve_options *ret)
{
	uint64_t value;

	if (!number_u64(slice_str(text), &value) || value < 1 || value > WORKERS_MAX)
		return cmd_usage(command, "--workers must be a number from 1 to %d, not '%s'",
				 WORKERS_MAX, text);
	ret->workers = (unsigned) value;
	return 0;
}

static int read_max_body(const char *command, const char *text, struct serve_options *ret)
{
	uint64_t value;

	if (!number_size(slice_str(text), &value) || value < MIB || value > 64 * MIB)
		return cmd_usage(command, "--max-body must be a size from 1m to 64m, not '%s'",
				 text);
	ret->max_body = (size_t) value;
	return 0;
}

static int read_metrics(const char *command, const char *text, struct serve_options *ret)
{
	return metrics_service_read(command, text, &ret->metrics_service);
}

static int read_unconfined(const char *command, const char *text, struct serve_options *ret)
{
	(void) command;
	(void) text;
	ret->unconfined = true;
	return 0;
}

/* `text` is NULL for an option that takes no value. */
static const struct row {
	const char *name;
	int (*read)(const char *command, const char *text, struct serve_options *ret);
} rows[] = {
	{ "policy", read_policy },
	{ "socket", read_socket },
	{ "decision-log", read_decision_log },
	{ "log-level", read_log_level },
	{ "log-required", read_log_required },
	{ "log-sync", read_log_sync },
	{ "record", read_record },
	{ "root", read_root },
	{ "docker", read_docker },
	{ "look-timeout", read_look_timeout },
	{ "workers", read_workers },
	{ "max-body", read_max_body },
	{ "metrics", read_metrics },
	{ "unconfined", read_unconfined },
};

/* Each option that commands.def lists for serve has its row: a lint compares the two. */
static int read_option(const char *command, struct slice name, struct serve_options *ret)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (slice_eq(name, slice_str(rows[i].name)))
			return rows[i].read(command, optarg, ret);
	}
	return cmd_usage(command, "--%.*s is not known here", SLICE_ARG(name));
}

static unsigned cpus(void)
{
	cpu_set_t set;
	int count;

	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return 1;
	count = CPU_COUNT(&set);
	return count < WORKERS_MAX ? (unsigned) count : WORKERS_MAX;
}

int serve_options_read(int argc, char **argv, struct serve_options *ret)
{
	enum cmd_next next;
	struct slice option;
	int r = 0;

	*ret = (struct serve_options){
		.socket = "/run/docker/plugins/cis-authz.sock",
		.decision_log = "-",
		.docker = "/run/docker.sock",
		.look_timeout = 500,
		.workers = cpus(),
		.max_body = 16 * MIB,
	};

	while (r == 0 && (next = cmd_option(argc, argv, &option)) != CMD_END)
		r = next == CMD_WRONG ? EXIT_USAGE : read_option(argv[0], option, ret);
	if (r == 0 && ret->log_options.required && ret->log_options.denied_only)
		r = cmd_usage(argv[0],
			      "%s lets nothing pass unrecorded, and --log-level denied "
			      "records only denials; leave one of the two out",
			      ret->log_options.synced ? "--log-sync" : "--log-required");
	if (r == 0 && optind < argc)
		r = cmd_usage(argv[0], "unexpected argument '%s'; give a policy as --policy FILE",
			      argv[optind]);
	return r;
}
