/* rules.c - the table of rules, and what a policy makes of them. */
#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/policy-doc.h"
#include "cmd/rules-doc.h"
#include "cmd/rules-operations.h"
#include "cmd/rules-schema.h"
#include "policy/policy.h"
#include "policy/rule.h"

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
}

/* For completions, so that they know what this program knows. */
static void print_names(void)
{
	for (size_t i = 0; i < rules_count(); i++)
		puts(rules_at(i)->id);
}

static int print_json(const struct policy *p)
{
	json_t *list = json_array();
	int error;

	for (size_t i = 0; i < rules_count(); i++) {
		const struct rule *r = rules_at(i);

		json_array_append_new(list,
				      json_pack("{s:s, s:s?, s:s?, s:s, s:s}", "rule", r->id,
						"number", r->number, "later", r->later, "action",
						action_name(policy_setting(p, i)->action), "title",
						r->title));
	}
	error = json_dumpf(list, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(list);
	return error ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* What a policy makes of the rules. */
static int print_policy(const char *policy_file, bool json)
{
	OWN_POLICY policy = NULL;

	if (cmd_policy(policy_file, &policy) != 0)
		return EXIT_FAILURE;
	if (json)
		return print_json(policy);
	print_text(policy);
	return EXIT_SUCCESS;
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

enum format { TEXT, JSON, MARKDOWN, MAN, NAMES, JSON_SCHEMA, POLICY_MAN };

static const char *const formats[] = {
	[TEXT] = "text",
	[JSON] = "json",
	[MARKDOWN] = "markdown",
	[MAN] = "man",
	[NAMES] = "names",
	[JSON_SCHEMA] = "json-schema",
	[POLICY_MAN] = "policy-man",
	NULL,
};

static int print(enum format format, const char *policy)
{
	switch (format) {
	case TEXT:
	case JSON:
		return print_policy(policy, format == JSON);
	case MARKDOWN:
		return finish(rules_document(&doc_markdown));
	case MAN:
		return finish(rules_document(&doc_man));
	case NAMES:
		print_names();
		return EXIT_SUCCESS;
	case JSON_SCHEMA:
		return finish(rules_schema());
	case POLICY_MAN:
		policy_document();
		return EXIT_SUCCESS;
	}
	return EXIT_FAILURE;
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
	enum { POLICY = CMD_OPTION, FORMAT, OPERATIONS };
	static const struct option options[] = {
		{ "policy", required_argument, NULL, POLICY },
		{ "format", required_argument, NULL, FORMAT },
		{ "operations", no_argument, NULL, OPERATIONS },
		{ 0 },
	};
	const char *policy = NULL;
	bool operations = false;
	int option, format = TEXT;

	while ((option = cmd_option(argc, argv, options)) != CMD_END) {
		if (option == POLICY)
			policy = optarg;
		else if (option == OPERATIONS)
			operations = true;
		else if (option == FORMAT)
			format = cmd_choose("rules", "--format", optarg, formats);
		if (option == CMD_WRONG || format < 0)
			return EXIT_USAGE;
	}
	if (optind < argc)
		return cmd_usage("rules", "there is no place for '%s'", argv[optind]);
	if (operations && policy)
		return cmd_usage("rules", "--operations lists the same whatever --policy says");
	return operations ? print_operations((enum format) format)
			  : print((enum format) format, policy);
}
