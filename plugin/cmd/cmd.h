/*
 * cmd.h - what the subcommands of cis-authz have in common.
 *
 * A command gets its own name as argv[0] and returns the exit status; only main exits. Options are
 * long.
 */
#pragma once

#include <getopt.h>
#include <stdbool.h>

#include "base/slice.h"

struct load_options;
struct policy;

#define COMMAND(name, summary, operands, about) int cmd_##name(int argc, char **argv);
#include "cmd/commands.def"

enum { EXIT_USAGE = 2 };

enum cmd_next { CMD_OPTION, CMD_END, CMD_WRONG };

/*
 * The next option of the command argv[0] as commands.def lists them: CMD_OPTION, its name in `ret`
 * and its value, if it takes one, in optarg; CMD_END after the last one, when optind is the first
 * operand; CMD_WRONG when the command line is wrong and standard error says so.
 */
enum cmd_next cmd_option(int argc, char **argv, struct slice *ret);

/* Says what is wrong with the command line of `command` and where to look; returns EXIT_USAGE. */
int cmd_usage(const char *command, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Index of `value` among `choices` (NULL-terminated), or -1 when it is none and standard error says
 * so. */
int cmd_choose(const char *command, const char *option, const char *value,
	       const char *const *choices);

/*
 * The policy in `file` (NULL: the built-in baseline), one reference, the caller's. What is wrong
 * with it is said on standard error; then not 0.
 */
int cmd_policy(const char *file, const struct policy **ret);
int cmd_policy_with(const char *file, const struct load_options *options,
		    const struct policy **ret);

/* Whether the value of --host can be a host's name; else standard error says so. */
bool cmd_host(const char *command, const char *value);
