/* main.c - from the command line to a subcommand. Nothing else in the program ends it. */
#include <stdio.h>
#include <stdlib.h>

#include "base/diag.h"
#include "base/slice.h"
#include "cmd/cmd.h"

static const struct command commands[] = {
#define COMMAND(name, summary, usage) { #name, summary, usage, cmd_##name },
#include "commands.def"
#undef COMMAND
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static const struct command *find_command(struct slice name)
{
	for (size_t i = 0; i < COMMANDS; i++) {
		if (slice_eq(name, slice_str(commands[i].name)))
			return &commands[i];
	}
	return NULL;
}

static void print_help(FILE *out)
{
	fputs("Usage: cis-authz COMMAND [OPTION]...\n"
	      "Decides by a policy in the terms of the CIS Docker Benchmark what Docker may do.\n"
	      "\n",
	      out);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].summary);
	fputs("\n"
	      "  --help     this text; cis-authz COMMAND --help says more\n"
	      "  --version  the program's version\n",
	      out);
}

static int complain_unknown(struct slice word)
{
	const char *known[COMMANDS + 3] = { "--help", "--version" };
	const char *nearest;

	for (size_t i = 0; i < COMMANDS; i++)
		known[i + 2] = commands[i].name;

	nearest = diag_nearest(word, known);
	fprintf(stderr, "cis-authz: there is no command '%.*s'", SLICE_ARG(word));
	if (nearest)
		fprintf(stderr, "; did you mean '%s'?", nearest);
	fputs("\nTry 'cis-authz --help'.\n", stderr);
	return EXIT_USAGE;
}

static bool asks_help(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (slice_eq(slice_str(argv[i]), SLICE("--")))
			return false;
		if (slice_eq(slice_str(argv[i]), SLICE("--help")))
			return true;
	}
	return false;
}

static int run(int argc, char **argv)
{
	const struct command *command;
	struct slice word;

	if (argc < 2) {
		print_help(stderr);
		return EXIT_USAGE;
	}

	word = slice_str(argv[1]);
	if (slice_eq(word, SLICE("--help"))) {
		print_help(stdout);
		return EXIT_SUCCESS;
	}
	if (slice_eq(word, SLICE("--version"))) {
		puts("cis-authz " CIS_AUTHZ_VERSION);
		return EXIT_SUCCESS;
	}

	command = find_command(word);
	if (!command)
		return complain_unknown(word);
	if (asks_help(argc - 1, argv + 1)) {
		fputs(command->usage, stdout);
		return EXIT_SUCCESS;
	}
	return command->run(argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
	int status = run(argc, argv);

	/* A report that was cut short by a full disk must not look complete to a script. */
	if (fflush(stdout) != 0 || ferror(stdout)) {
		perror("cis-authz: standard output");
		return EXIT_FAILURE;
	}
	return status;
}
