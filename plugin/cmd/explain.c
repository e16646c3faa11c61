/* explain.c - any of the benchmark's 83 recommendations, or any rule, in words. */
#include <stdio.h>
#include <stdlib.h>

#include "cmd/cmd.h"
#include "policy/edition.h"
#include "policy/recommendation.h"
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

static void print_if(const char *heading, const char *text)
{
	if (text)
		print_wrapped(heading, slice_str(text));
}

static void print_source(const char *number, unsigned level, bool scored)
{
	printf("CIS Docker 1.11.0 Benchmark %s, level %u, %s\n", number, level,
	       scored ? "scored" : "not scored");
}

static void print_settings(const struct rule *rule)
{
	if (!rule->params)
		return;
	puts("\nsettings:");
	for (const struct param *p = rule->params; p->kind != PARAM_END; p++)
		printf("  %-17s %s\n", p->name, p->about);
}

/* To be copied into a policy and filled in; a test reads it as one. */
static void print_exception(const struct rule *rule)
{
	if (rule->always) {
		puts("\nan exception:\n  cannot be made");
		return;
	}
	printf("\nan exception, in a policy:\n"
	       "  exceptions:\n"
	       "    - name: NAME\n"
	       "      rules: [%s]\n"
	       "      when: { user: \"USER-*\" }\n",
	       rule->id);
	if (rule->excuse)
		printf("      values: [\"%s\"]\n", rule->excuse);
	puts("      reason: TICKET, why it is needed\n"
	     "      owner: who@example.com\n"
	     "      expires: 2027-03-31");
}

static void explain_rule(const struct rule *rule)
{
	printf("%s: %s\n", rule->id, rule->title);
	if (rule->number)
		print_source(rule->number, rule->level, rule->scored);
	if (rule->later)
		printf("CIS Docker 1.6.0 Benchmark %s\n", rule->later);
	if (rule->nist)
		printf("NIST SP 800-190 %s\n", rule->nist);
	print_if("why", rule->why);
	print_if("looks at", rule->fields);
	print_if("broken by", rule->breaks);
	print_if("to comply", rule->comply);
	print_settings(rule);
	print_exception(rule);
}

static void explain_recommendation(const struct recommendation *r)
{
	static const char *const covers[] = {
		[POSTURE] = "a fact about the host or the daemon, which no request can break",
		[GUARDED] =
			"a fact about the host; the rule sensitive-mounts keeps containers away from it",
		[NAMED] = "a procedure, which no request can break",
	};

	printf("%s: %s\n", r->name, r->title);
	print_source(r->number, r->level, r->scored);
	print_if("what it is", covers[r->cover]);
	print_if("what helps", r->help);
}

static int complain_unknown(const char *word)
{
	const char *nearest = rules_nearest(slice_str(word));

	fprintf(stderr, "cis-authz explain: there is no rule '%s'", word);
	if (nearest)
		fprintf(stderr, "; did you mean '%s'?", nearest);
	fputs("; `cis-authz rules` lists them\n", stderr);
	return EXIT_USAGE;
}

static int explain(const char *word)
{
	const struct rule *rule = rules_find(slice_str(word));
	const struct recommendation *r = recommendations_find(slice_str(word));

	if (!rule)
		rule = edition_rule(EDITION_1_11_0, slice_str(word));
	if (rule)
		explain_rule(rule);
	else if (r)
		explain_recommendation(r);
	else
		return complain_unknown(word);
	return EXIT_SUCCESS;
}

int cmd_explain(int argc, char **argv)
{
	if (cmd_option(argc, argv, &(struct slice){ 0 }) != CMD_END)
		return EXIT_USAGE;
	if (argc - optind != 1)
		return cmd_usage("explain", "name one rule, such as privileged or 5.4");
	return explain(argv[optind]);
}
