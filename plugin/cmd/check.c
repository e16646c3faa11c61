/* check.c - `cis-authz check`: reads policies as serve would and prints every mistake. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/json-writer.h"
#include "base/slice.h"
#include "cmd/cmd.h"
#include "policy/policy-load.h"
#include "policy/policy.h"
#include "policy/rule.h"

enum { MEMORY_MOST = 1 << 30 };

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

static void print_valid(const char *path, const struct policy *p, const char *host)
{
	const char *whose = host ? host : "this host";
	struct slice name = policy_name(p), profile = policy_profile(p);

	printf("%s: valid: policy %.*s on profile %.*s, %u rules on", path, SLICE_ARG(name),
	       SLICE_ARG(profile), rules_on(p));
	if (policy_scope_count(p) > 0)
		printf(", scopes for %s: %zu", whose, policy_scope_count(p));
	if (policy_exception_count(p) > 0)
		printf(", exceptions for %s: %zu", whose, policy_exception_count(p));
	puts(policy_enforces(p) ? "" : ", mode warn: denies nothing");
}

static void write_diags(struct buf *b, const struct diags *d)
{
	for (size_t i = 0; i < diags_count(d); i++) {
		const struct diag *one = diags_at(d, i);

		json_write_object(b);
		json_write_text(b, JSON_NAME("file"), one->mark.file);
		json_write_count(b, JSON_NAME("line"), one->mark.line);
		json_write_count(b, JSON_NAME("column"), one->mark.column);
		json_write_text(b, JSON_NAME("level"), levels[one->level]);
		json_write_text(b, JSON_NAME("message"), one->text);
		if (one->line)
			json_write_text(b, JSON_NAME("source"), one->line);
		json_write_object_end(b);
	}
}

/* `list` is NULL for text, `host` for this one. Negative when the machine failed. */
static int check_file(const char *path, const char *host, struct buf *list)
{
	OWN(diags) d = diags_new();
	OWN_POLICY policy = NULL;
	int err;

	if (!d)
		return -ENOMEM;
	err = policy_load_with(path, &(struct load_options){ .host = host }, &policy, d);
	if (err < 0)
		return err;
	if (list) {
		write_diags(list, d);
		return err;
	}
	diags_print(d, stdout);
	if (err == 0)
		print_valid(path, policy, host);
	return err;
}

static int complain_machine(const char *path, int err)
{
	fprintf(stderr, "cis-authz check: %s could not be checked: %s\n", path, strerror(-err));
	return EXIT_FAILURE;
}

static int check_files(char **paths, const char *host, struct buf *list)
{
	int status = EXIT_SUCCESS;

	for (; *paths; paths++) {
		int err = check_file(*paths, host, list);

		if (err < 0)
			complain_machine(*paths, err);
		if (err != 0)
			status = EXIT_FAILURE;
	}
	return status;
}

static int check_as_json(char **paths, const char *host)
{
	OWN(arena) a = arena_new(MEMORY_MOST);
	struct buf b = BUF(a);
	int status;

	json_write_array(&b);
	status = check_files(paths, host, &b);
	json_write_array_end(&b);
	if (!a || json_print(&b, stdout) != 0)
		return complain_machine(*paths, -ENOMEM);
	return status;
}

int cmd_check(int argc, char **argv)
{
	int format = FORMAT_TEXT;
	const char *host = NULL;
	enum cmd_next next;
	struct slice option;

	while ((next = cmd_option(argc, argv, &option)) == CMD_OPTION) {
		if (slice_eq(option, SLICE("host")))
			host = optarg;
		else
			format = cmd_choose(argv[0], "--format", optarg, formats);
		if (format < 0)
			return EXIT_USAGE;
	}
	if (next == CMD_WRONG || (host && !cmd_host(argv[0], host)))
		return EXIT_USAGE;
	if (optind == argc)
		return cmd_usage(argv[0], "name at least one policy file");
	return format == FORMAT_JSON ? check_as_json(argv + optind, host)
				     : check_files(argv + optind, host, NULL);
}
