/* check.c - `cis-authz check`: reads policies as serve would and prints every mistake. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/diag.h"
#include "base/slice.h"
#include "cmd/cmd.h"
#include "policy/policy-load.h"
#include "policy/policy.h"
#include "policy/rule.h"

enum { CHECK_FORMAT = CMD_OPTION };

enum format { FORMAT_TEXT, FORMAT_JSON };

static const char *const formats[] = { [FORMAT_TEXT] = "text", [FORMAT_JSON] = "json", NULL };

static const char *const levels[] = {
	[DIAG_ERROR] = "error",
	[DIAG_WARNING] = "warning",
	[DIAG_NOTE] = "note",
};

static unsigned rules_on(const struct policy *p)
{
	unsigned count = 0;

	for (size_t i = 0; i < rules_count(); i++)
		count += policy_uses(p, i);
	return count;
}

static void print_valid(const char *path, const struct policy *p)
{
	struct slice name = policy_name(p), profile = policy_profile(p);

	printf("%s: valid: policy %.*s on profile %.*s, %u rules on", path, SLICE_ARG(name),
	       SLICE_ARG(profile), rules_on(p));
	if (policy_scope_count(p) > 0)
		printf(", scopes for this host: %zu", policy_scope_count(p));
	if (policy_exception_count(p) > 0)
		printf(", exceptions for this host: %zu", policy_exception_count(p));
	puts(policy_enforces(p) ? "" : ", mode warn: denies nothing");
}

/* File names are bytes; JSON is UTF-8. */
static json_t *text_of(const char *bytes)
{
	json_t *text = json_string(bytes);

	return text ? text : json_string("(a name that is not UTF-8)");
}

/* False when out of memory. */
static bool add_json(json_t *list, const struct diags *d)
{
	for (size_t i = 0; i < diags_count(d); i++) {
		const struct diag *one = diags_at(d, i);
		json_t *entry = json_pack(
			"{s:o, s:I, s:I, s:s, s:o, s:o*}", "file", text_of(one->mark.file), "line",
			(json_int_t) one->mark.line, "column", (json_int_t) one->mark.column,
			"level", levels[one->level], "message", text_of(one->text), "source",
			one->line ? text_of(one->line) : NULL);

		if (!entry || json_array_append_new(list, entry) != 0)
			return false;
	}
	return true;
}

/* `list` is NULL for text. Negative when the machine failed. */
static int check_file(const char *path, json_t *list)
{
	OWN(diags) d = diags_new();
	OWN_POLICY policy = NULL;
	int err;

	if (!d)
		return -ENOMEM;
	err = policy_load(path, &policy, d);
	if (err < 0)
		return err;
	if (list)
		return add_json(list, d) ? err : -ENOMEM;
	diags_print(d, stdout);
	if (err == 0)
		print_valid(path, policy);
	return err;
}

static int complain_machine(const char *path, int err)
{
	fprintf(stderr, "cis-authz check: %s could not be checked: %s\n", path, strerror(-err));
	return EXIT_FAILURE;
}

static int check_files(char **paths, enum format format)
{
	json_t *list = format == FORMAT_JSON ? json_array() : NULL;
	int status = EXIT_SUCCESS;

	if (format == FORMAT_JSON && !list)
		return complain_machine(*paths, -ENOMEM);
	for (; *paths; paths++) {
		int err = check_file(*paths, list);

		if (err < 0)
			complain_machine(*paths, err);
		if (err != 0)
			status = EXIT_FAILURE;
	}
	if (list) {
		json_dumpf(list, stdout, JSON_INDENT(2));
		putchar('\n');
		json_decref(list);
	}
	return status;
}

int cmd_check(int argc, char **argv)
{
	int format = FORMAT_TEXT;
	enum cmd_next next;
	struct slice option;

	while ((next = cmd_option(argc, argv, &option)) == CMD_OPTION) {
		format = cmd_choose(argv[0], "--format", optarg, formats);
		if (format < 0)
			return EXIT_USAGE;
	}
	if (next == CMD_WRONG)
		return EXIT_USAGE;
	if (optind == argc)
		return cmd_usage(argv[0], "name at least one policy file");
	return check_files(argv + optind, (enum format) format);
}
