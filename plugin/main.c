/* main.c - from the command line to a subcommand. Nothing else in the program ends it. */
#include <stdio.h>
#include <stdlib.h>

#include "base/slice.h"
#include "cmd/cmd.h"
#include "cmd/commands.h"

/* The one short option, since it is what people try first. */
static bool is_help(struct slice word)
{
	return slice_eq(word, SLICE("--help")) || slice_eq(word, SLICE("-h"));
}

static bool asks_help(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (slice_eq(slice_str(argv[i]), SLICE("--")))
			return false;
		if (is_help(slice_str(argv[i])))
			return true;
	}
	return false;
}

static int run(int argc, char **argv)
{
	const struct command *command;
	struct slice word;

	if (argc < 2) {
		help_program(stderr);
		return EXIT_USAGE;
	}

	word = slice_str(argv[1]);
	if (is_help(word)) {
		help_program(stdout);
		return EXIT_SUCCESS;
	}
	if (slice_eq(word, SLICE("--version"))) {
		puts("cis-authz " CIS_AUTHZ_VERSION);
		return EXIT_SUCCESS;
	}

	command = commands_find(word);
	if (!command)
		return help_unknown("cis-authz", word);
	if (asks_help(argc - 1, argv + 1)) {
		help_command(command, stdout);
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
