/* explain.c - what a rule asks, why, and how to comply. */
#include <stdio.h>
#include <stdlib.h>

#include "cmd/cmd.h"
#include "policy/rule.h"

enum { WIDTH = 78, INDENT = 2 };

/* Breaks at blanks, so that a terminal shows whole words. */
static void print_wrapped(const char *heading, struct slice text)
{
	int column = INDENT;

	printf("\n%s:\n%*s", heading, INDENT, "");
	for (bool more = true; more;) {
		struct slice word;

		more = slice_cut(text, ' ', &word, &text);
		if (column > INDENT && column + 1 + (int) word.len > WIDTH) {
			printf("\n%*s", INDENT, "");
			column = INDENT;
		} else if (column > INDENT) {
			putchar(' ');
			column++;
		}
		printf("%.*s", SLICE_ARG(word));
		column += (int) word.len;
	}
	putchar('\n');
}

static void print_settings(const struct rule *rule)
{
	if (!rule->params)
		return;
	puts("\nsettings:");
	for (const struct param *p = rule->params; p->kind != PARAM_END; p++)
		printf("  %-18s %s\n", p->name, p->about);
}

static int explain(const struct rule *rule)
{
	printf("%s: %s\n", rule->id, rule->title);
	if (rule->number)
		printf("CIS Docker 1.11.0 Benchmark %s, level %u\n", rule->number, rule->level);
	if (rule->later)
		printf("%s in later CIS Docker Benchmarks\n", rule->later);
	print_wrapped("why", slice_str(rule->why));
	print_wrapped("looks at", slice_str(rule->fields));
	print_wrapped("to comply", slice_str(rule->comply));
	print_settings(rule);
	return EXIT_SUCCESS;
}

static int complain_unknown(const char *word)
{
	const char *nearest = rules_nearest(slice_str(word));

	if (nearest)
		fprintf(stderr, "cis-authz explain: there is no rule '%s'; did you mean '%s'?\n",
			word, nearest);
	else
		fprintf(stderr,
			"cis-authz explain: there is no rule '%s'; `cis-authz rules` lists them\n",
			word);
	return EXIT_USAGE;
}

int cmd_explain(int argc, char **argv)
{
	static const struct option options[] = { { 0 } };
	const struct rule *rule;

	if (cmd_option(argc, argv, options) != CMD_END)
		return EXIT_USAGE;
	if (argc - optind != 1)
		return cmd_usage("explain", "name one rule, such as privileged or 5.4");
	rule = rules_find(slice_str(argv[optind]));
	return rule ? explain(rule) : complain_unknown(argv[optind]);
}
