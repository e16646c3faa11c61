#include "cmd/cmd.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/slice.h"
#include "policy/policy-load.h"

enum { WORDS_MAX = 16 };

int cmd_usage(const char *command, const char *fmt, ...)
{
	va_list args;

	fprintf(stderr, "cis-authz %s: ", command);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr, "\nTry 'cis-authz %s --help'.\n", command);
	return EXIT_USAGE;
}

/* `word` is the option as typed, without its dashes. */
static void complain_unknown(const char *command, struct slice word, const struct option *options)
{
	const char *known[WORDS_MAX + 1] = { "help" };
	const char *nearest;

	for (size_t i = 0; options[i].name && i + 1 < WORDS_MAX; i++)
		known[i + 1] = options[i].name;

	nearest = diag_nearest(word, known);
	if (nearest)
		cmd_usage(command, "there is no option --%.*s; did you mean --%s?", SLICE_ARG(word),
			  nearest);
	else
		cmd_usage(command, "there is no option --%.*s", SLICE_ARG(word));
}

int cmd_option(int argc, char **argv, const struct option *options)
{
	struct slice word;
	int option;

	opterr = 0;
	option = getopt_long(argc, argv, ":", options, NULL);
	if (option != '?' && option != ':')
		return option;

	if (optopt > 0 && optopt < CMD_OPTION) {
		cmd_usage(argv[0], "there is no option -%c; options are long words", optopt);
		return CMD_WRONG;
	}

	word = slice_from(slice_str(argv[optind - 1]), 2);
	slice_cut(word, '=', &word, &(struct slice){ 0 });
	if (option == ':')
		cmd_usage(argv[0], "--%.*s needs a value", SLICE_ARG(word));
	else if (optopt != 0 || slice_eq(word, SLICE("help")))
		cmd_usage(argv[0], "--%.*s takes no value", SLICE_ARG(word));
	else
		complain_unknown(argv[0], word, options);
	return CMD_WRONG;
}

/* "text, json or markdown" */
static void print_choices(const char *const *choices, FILE *out)
{
	for (size_t i = 0; choices[i]; i++) {
		if (i > 0)
			fputs(choices[i + 1] ? ", " : " or ", out);
		fputs(choices[i], out);
	}
}

int cmd_choose(const char *command, const char *option, const char *value,
	       const char *const *choices)
{
	for (int i = 0; choices[i]; i++) {
		if (slice_eq(slice_str(value), slice_str(choices[i])))
			return i;
	}

	fprintf(stderr, "cis-authz %s: %s must be ", command, option);
	print_choices(choices, stderr);
	fprintf(stderr, ", not '%s'\n", value);
	return -1;
}

int cmd_policy(const char *file, const struct policy **ret)
{
	OWN(diags) d = diags_new();
	int error = d ? policy_load(file, ret, d) : -ENOMEM;

	if (d)
		diags_print(d, stderr);
	if (error < 0)
		fprintf(stderr, "cis-authz: cannot load the policy: %s\n", strerror(-error));
	return error;
}
