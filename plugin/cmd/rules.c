/* rules.c - the table of rules, and what a policy makes of them. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "policy/op.h"
#include "policy/policy.h"
#include "policy/rule.h"
#include "report/rules-json.h"
#include "report/rules-operations.h"

static const char *or_dash(const char *text)
{
	return text ? text : "-";
}

static void print_text(const struct policy *p)
{
	printf("%-6s %-6s %-18s %s\n", "number", "action", "rule", "title");
	for (size_t i = 0; i < rules_count(); i++) {
		const struct rule *r = rules_at(i);

		printf("%-6s %-6s %-18s %s\n", or_dash(r->number),
		       action_name(policy_setting(p, i)->action), r->id, r->title);
	}
	puts("\nThis program knows the Engine API up to version " API_KNOWN
	     "; the rule unknown-field\n"
	     "judges fields that are newer.");
}

/* For completions, so that they know what this program knows. */
static void print_names(void)
{
	for (size_t i = 0; i < rules_count(); i++)
		puts(rules_at(i)->id);
}

/* What was made on standard output came out whole, or people are told. */
static int finish(int error)
{
	if (error == 0)
		return EXIT_SUCCESS;
	fprintf(stderr, "cis-authz rules: %s\n",
		error == -ENOMEM ? "there is not enough memory" : strerror(-error));
	return EXIT_FAILURE;
}

/* What a policy makes of the rules. */
static int print_policy(const char *policy_file, bool json)
{
	OWN_POLICY policy = NULL;

	if (cmd_policy(policy_file, &policy) != 0)
		return EXIT_FAILURE;
	if (json)
		return finish(rules_json(policy));
	print_text(policy);
	return EXIT_SUCCESS;
}

enum format { TEXT, JSON, NAMES };

static const char *const formats[] = {
	[TEXT] = "text",
	[JSON] = "json",
	[NAMES] = "names",
	NULL,
};

static int print(enum format format, const char *policy)
{
	if (format != NAMES)
		return print_policy(policy, format == JSON);
	print_names();
	return EXIT_SUCCESS;
}

static int print_operations(enum format format)
{
	if (format == JSON)
		return finish(operations_json());
	if (format == TEXT)
		return finish(operations_text());
	return cmd_usage("rules", "--operations knows the formats text and json, not %s",
			 formats[format]);
}

int cmd_rules(int argc, char **argv)
{
	const char *policy = NULL;
	bool operations = false;
	enum cmd_next next;
	struct slice option;
	int format = TEXT;

	while ((next = cmd_option(argc, argv, &option)) == CMD_OPTION) {
		if (slice_eq(option, SLICE("policy")))
			policy = optarg;
		else if (slice_eq(option, SLICE("operations")))
			operations = true;
		else
			format = cmd_choose("rules", "--format", optarg, formats);
		if (format < 0)
			return EXIT_USAGE;
	}
	if (next == CMD_WRONG)
		return EXIT_USAGE;
	if (optind < argc)
		return cmd_usage("rules", "there is no place for '%s'", argv[optind]);
	if (operations && policy)
		return cmd_usage("rules", "--operations lists the same whatever --policy says");
	return operations ? print_operations((enum format) format)
			  : print((enum format) format, policy);
}
