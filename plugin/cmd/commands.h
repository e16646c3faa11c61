/*
 * commands.h - the subcommands as commands.def lists them, and their help.
 *
 * The tables end with a row whose first member is NULL. Options, statuses and examples stand in the
 * order in which people read them, those of one command together.
 */
#pragma once

#include <stdio.h>

#include "base/slice.h"

struct command {
	const char *name, *summary, *operands, *about;
	int (*run)(int argc, char **argv);
};

struct command_option {
	const char *command, *name, *value, *about; /* `value` is "" when it takes none */
};

struct command_status {
	const char *command;
	int number;
	const char *when;
};

struct command_example {
	const char *command, *purpose, *line;
};

extern const struct command commands[];
extern const struct command_option command_options[];
extern const struct command_status command_statuses[];
extern const struct command_example command_examples[];

/* NULL when there is none. */
const struct command *commands_find(struct slice name);

/* What --help prints of the program, and of one command. */
void help_program(FILE *out);
void help_command(const struct command *command, FILE *out);

/* Says on standard error, in the name of `who`, that `word` is no command; returns EXIT_USAGE. */
int help_unknown(const char *who, struct slice word);
