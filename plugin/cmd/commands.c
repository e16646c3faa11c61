#include "cmd/commands.h"

#include "cmd/cmd.h"

const struct command commands[] = {
#define COMMAND(name, summary, operands, about) { #name, summary, operands, about, cmd_##name },
#include "cmd/commands.def"
	{ 0 },
};

const struct command_option command_options[] = {
#define OPTION(command, name, value, about) { #command, name, value, about },
#include "cmd/commands.def"
	{ 0 },
};

const struct command_status command_statuses[] = {
#define STATUS(command, number, when) { #command, number, when },
#include "cmd/commands.def"
	{ 0 },
};

const struct command_example command_examples[] = {
#define EXAMPLE(command, purpose, line) { #command, purpose, line },
#include "cmd/commands.def"
	{ 0 },
};

const struct command *commands_find(struct slice name)
{
	for (const struct command *c = commands; c->name; c++) {
		if (slice_eq(name, slice_str(c->name)))
			return c;
	}
	return NULL;
}
