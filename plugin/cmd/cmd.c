#include "cmd/cmd.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/slice.h"
#include "cmd/commands.h"
#include "policy/policy-load.h"

enum {
	OPTIONS_MAX = 32,
	FIRST_LONG = 256, /* of the values that stand for long options; below are letters */
};

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
	const char *known[OPTIONS_MAX + 1] = { "help" };
	const char *nearest;

	for (size_t i = 0; options[i].name; i++)
		known[i + 1] = options[i].name;

	nearest = diag_nearest(word, known);
	if (nearest)
		cmd_usage(command, "there is no option --%.*s; did you mean --%s?", SLICE_ARG(word),
			  nearest);
	else
		cmd_usage(command, "there is no option --%.*s", SLICE_ARG(word));
}

/* The command's rows of commands.def as getopt_long(3) wants them; the last one is empty. */
static void list_options(const char *command, struct option *ret)
{
	size_t count = 0;

	for (const struct command_option *o = command_options; o->command; o++) {
		if (!slice_eq(slice_str(o->command), slice_str(command)))
			continue;
		assert(count + 1 < OPTIONS_MAX);
		ret[count] =
			(struct option){ o->name, o->value[0] ? required_argument : no_argument,
					 NULL, FIRST_LONG + (int) count };
		count++;
	}
	ret[count] = (struct option){ 0 };
}

/* `option` is what getopt_long(3) returned for a word that it could not take. */
static enum cmd_next complain(char **argv, int option, const struct option *options)
{
	struct slice word = slice_from(slice_str(argv[optind - 1]), 2);

	if (optopt > 0 && optopt < FIRST_LONG) {
		cmd_usage(argv[0], "there is no option -%c; options are long words", optopt);
		return CMD_WRONG;
	}
	slice_cut(word, '=', &word, &(struct slice){ 0 });
	if (option == ':')
		cmd_usage(argv[0], "--%.*s needs a value", SLICE_ARG(word));
	else if (optopt != 0 || slice_eq(word, SLICE("help")))
		cmd_usage(argv[0], "--%.*s takes no value", SLICE_ARG(word));
	else
		complain_unknown(argv[0], word, options);
	return CMD_WRONG;
}

enum cmd_next cmd_option(int argc, char **argv, struct slice *ret)
{
	struct option options[OPTIONS_MAX];
	int option;

	list_options(argv[0], options);
	opterr = 0;
	option = getopt_long(argc, argv, ":", options, NULL);
	if (option == -1)
		return CMD_END;
	if (option == '?' || option == ':')
		return complain(argv, option, options);
	*ret = slice_str(options[option - FIRST_LONG].name);
	return CMD_OPTION;
}

/* "text, json or names" */
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

bool cmd_host(const char *command, const char *value)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_.-";

	if (value[0] && value[strspn(value, letters)] == '\0')
		return true;
	cmd_usage(command, "--host must be the name of a host, as `uname -n` prints it, not '%s'",
		  value);
	return false;
}

int cmd_policy(const char *file, const struct policy **ret)
{
	return cmd_policy_with(file, &(struct load_options){ 0 }, ret);
}

int cmd_policy_with(const char *file, const struct load_options *options, const struct policy **ret)
{
	OWN(diags) d = diags_new();
	int error = d ? policy_load_with(file, options, ret, d) : -ENOMEM;

	if (d)
		diags_print(d, stderr);
	if (error < 0)
		fprintf(stderr, "cis-authz: cannot load the policy: %s\n", strerror(-error));
	return error;
}
