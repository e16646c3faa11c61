/* rules.c - the table of rules, and what a policy makes of them. */
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd/cmd.h"
#include "cmd/rules-doc.h"
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

static int print_document(const struct doc_style *style)
{
	if (rules_document(style) == 0)
		return EXIT_SUCCESS;
	fputs("cis-authz rules: there is not enough memory\n", stderr);
	return EXIT_FAILURE;
}

int cmd_rules(int argc, char **argv)
{
	enum { POLICY = CMD_OPTION, FORMAT };
	enum { TEXT, JSON, MARKDOWN, MAN, NAMES };
	static const struct option options[] = {
		{ "policy", required_argument, NULL, POLICY },
		{ "format", required_argument, NULL, FORMAT },
		{ 0 },
	};
	static const char *const formats[] = { "text", "json", "markdown", "man", "names", NULL };
	const char *policy = NULL;
	int option, format = TEXT;

	while ((option = cmd_option(argc, argv, options)) != CMD_END) {
		if (option == POLICY)
			policy = optarg;
		else if (option == FORMAT)
			format = cmd_choose("rules", "--format", optarg, formats);
		if (option == CMD_WRONG || format < 0)
			return EXIT_USAGE;
	}
	if (optind < argc)
		return cmd_usage("rules", "there is no place for '%s'", argv[optind]);
	if (format == MARKDOWN)
		return print_document(&doc_markdown);
	if (format == MAN)
		return print_document(&doc_man);
	if (format == NAMES) {
		print_names();
		return EXIT_SUCCESS;
	}
	return print_policy(policy, format == JSON);
}
