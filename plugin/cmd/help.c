/* help.c - `cis-authz help`: the program and its commands in a few lines. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "cmd/dump.h"
#include "report/wrap.h"

enum { KNOWN_MAX = 32, TEXT_MOST = 512 };

/* Whether the row of an option, a status or an example is one of the command's. */
static bool is_of(const char *command, const struct command *c)
{
	return slice_eq(slice_str(command), slice_str(c->name));
}

/* An option without a text is for scripts, and stands in no help. */
static bool is_shown(const struct command_option *o, const struct command *c)
{
	return is_of(o->command, c) && o->about[0];
}

/* "--policy FILE" without printing it: its length. */
static int option_width(const struct command_option *o)
{
	size_t value = slice_str(o->value).len;

	return (int) (2 + slice_str(o->name).len + (value > 0 ? 1 + value : 0));
}

static void print_options(const struct command *c, FILE *out)
{
	int width = 0;

	for (const struct command_option *o = command_options; o->command; o++) {
		if (is_shown(o, c) && option_width(o) > width)
			width = option_width(o);
	}
	if (width > 0)
		fputc('\n', out);
	for (const struct command_option *o = command_options; o->command; o++) {
		if (!is_shown(o, c))
			continue;
		fprintf(out, "  --%s%s%s%*s", o->name, o->value[0] ? " " : "", o->value,
			width - option_width(o) + 2, "");
		wrap(out, width + 4, width + 4, slice_str(o->about));
	}
}

static void print_statuses(const struct command *c, FILE *out)
{
	char text[TEXT_MOST] = "Exit status: ";
	size_t len = slice_str(text).len;
	const char *between = "";

	for (const struct command_status *s = command_statuses; s->command; s++) {
		if (!is_of(s->command, c) || len >= sizeof(text))
			continue;
		len += (size_t) snprintf(text + len, sizeof(text) - len, "%s%d %s", between,
					 s->number, s->when);
		between = ", ";
	}
	fputc('\n', out);
	if (len < sizeof(text))
		snprintf(text + len, sizeof(text) - len, ".");
	wrap(out, 0, 0, slice_str(text));
}

static void print_examples(const struct command *c, FILE *out)
{
	fputc('\n', out);
	for (const struct command_example *e = command_examples; e->command; e++) {
		if (is_of(e->command, c))
			fprintf(out, "%s:\n    %s\n", e->purpose, e->line);
	}
}

void help_command(const struct command *command, FILE *out)
{
	fprintf(out, "Usage: cis-authz %s %s\n", command->name, command->operands);
	wrap(out, 0, 0, slice_str(command->about));
	print_options(command, out);
	print_statuses(command, out);
	print_examples(command, out);
}

void help_program(FILE *out)
{
	fputs("Usage: cis-authz COMMAND [OPTION]...\n"
	      "Decides by a policy in the terms of the CIS Docker Benchmark what Docker may\n"
	      "do.\n"
	      "\n",
	      out);
	for (const struct command *c = commands; c->name; c++)
		fprintf(out, "  %-10s %s\n", c->name, c->summary);
	fputs("\n"
	      "  --help     this text, as -h; cis-authz COMMAND --help says more\n"
	      "  --version  the program's version\n",
	      out);
}

int help_unknown(const char *who, struct slice word)
{
	const char *known[KNOWN_MAX] = { "--help", "--version" };
	const char *nearest;
	size_t count = 2;

	for (const struct command *c = commands; c->name && count + 1 < KNOWN_MAX; c++)
		known[count++] = c->name;

	nearest = diag_nearest(word, known);
	fprintf(stderr, "%s: there is no command '%.*s'", who, SLICE_ARG(word));
	if (nearest)
		fprintf(stderr, "; did you mean '%s'?", nearest);
	fputs("\nTry 'cis-authz --help'.\n", stderr);
	return EXIT_USAGE;
}

static int help_on(const char *word)
{
	const struct command *command;

	if (!word) {
		help_program(stdout);
		return EXIT_SUCCESS;
	}
	command = commands_find(slice_str(word));
	if (!command)
		return help_unknown("cis-authz help", slice_str(word));
	help_command(command, stdout);
	return EXIT_SUCCESS;
}

static int print_dump(void)
{
	int error = dump();

	if (error == 0)
		return EXIT_SUCCESS;
	fprintf(stderr, "cis-authz help: %s\n", strerror(-error));
	return EXIT_FAILURE;
}

int cmd_help(int argc, char **argv)
{
	enum cmd_next next;
	struct slice option;
	bool dumps = false;

	while ((next = cmd_option(argc, argv, &option)) == CMD_OPTION)
		dumps = true;
	if (next == CMD_WRONG)
		return EXIT_USAGE;
	if (argc - optind > (dumps ? 0 : 1))
		return cmd_usage(argv[0], "there is no place for '%s'", argv[argc - 1]);
	return dumps ? print_dump() : help_on(argv[optind]);
}
