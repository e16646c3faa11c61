/* explain.c - any of the benchmark's 83 recommendations, or any rule, in words. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd/cmd.h"
#include "policy/edition.h"
#include "policy/recommendation.h"
#include "policy/rule.h"
#include "report/wrap.h"

enum { INDENT = 2, LINE_MOST = 256 };

static void print_wrapped(const char *heading, struct slice text)
{
	printf("\n%s:\n%*s", heading, INDENT, "");
	wrap(stdout, INDENT, INDENT, text);
}

static void print_if(const char *heading, const char *text)
{
	if (text)
		print_wrapped(heading, slice_str(text));
}

/* Lines that may be long; further lines are indented. */
__attribute__((format(printf, 1, 2))) static void print_line(const char *fmt, ...)
{
	char text[LINE_MOST];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	wrap(stdout, 0, INDENT, slice_str(text));
}

static void print_source(const char *number, const char *title, unsigned level,
			 enum benchmark_profile profile, bool scored)
{
	print_line("CIS Docker 1.11.0 Benchmark %s: %s", number, title);
	printf("  Level %u - %s, %s\n", level, benchmark_profile_name(profile),
	       scored ? "scored" : "not scored");
}

/* Where later editions have it, if that is another number. */
static void print_later(const struct rule *rule)
{
	if (rule->number_1_6 && rule->number_1_8)
		printf("CIS Docker 1.6.0 and 1.7.0 Benchmarks %s, 1.8.0 Benchmark %s\n",
		       rule->number_1_6, rule->number_1_8);
	else if (rule->number_1_6)
		printf("CIS Docker 1.6.0, 1.7.0 and 1.8.0 Benchmarks %s\n", rule->number_1_6);
}

static void print_options(const struct rule *rule)
{
	int width = 0;

	if (!rule->params)
		return;
	for (const struct param *p = rule->params; p->kind != PARAM_END; p++) {
		int len = (int) slice_str(p->name).len;

		width = len > width ? len : width;
	}
	puts("\noptions:");
	for (const struct param *p = rule->params; p->kind != PARAM_END; p++) {
		printf("%*s%-*s ", INDENT, "", width, p->name);
		wrap(stdout, INDENT + width + 1, INDENT + width + 1, slice_str(p->about));
	}
}

/* The option that an exception would most likely give: a bound, where there is one. */
static const char *likely_option(const struct rule *rule)
{
	for (const struct param *p = rule->params; p->kind != PARAM_END; p++) {
		if (slice_eq(slice_str(p->name), SLICE("max")) ||
		    slice_eq(slice_str(p->name), SLICE("allow")))
			return p->name;
	}
	return rule->params[0].name;
}

/* To be copied into a policy and filled in; a test reads it as one. */
static void print_exception(const struct rule *rule)
{
	if (rule->always) {
		puts("\nan exception:\n  cannot be made");
		return;
	}
	puts("\n`cis-authz except` writes the exception for one denied call.");
	printf("\nan exception, in a policy:\n"
	       "  exceptions:\n"
	       "    - name: NAME\n"
	       "      rules: [%s]\n"
	       "      when: { user: \"USER-*\" }\n",
	       rule->id);
	if (rule->example_value)
		printf("      values: [\"%s\"]\n", rule->example_value);
	puts("      reason: TICKET, why it is needed\n"
	     "      owner: who@example.com\n"
	     "      expires: 2027-03-31");
	if (rule->params)
		printf("\nor, in place of `rules` and `values`, other options for such requests:\n"
		       "      options: { %s: { %s: ... } }\n",
		       rule->id, likely_option(rule));
}

static void explain_rule(const struct rule *rule)
{
	print_line("%s: %s", rule->id, rule->title);
	if (rule->number)
		print_source(rule->number, rule->benchmark_title, rule->level, rule->profile,
			     rule->scored);
	print_later(rule);
	if (rule->nist)
		printf("NIST SP 800-190 %s\n", rule->nist);
	print_if("why", rule->why);
	print_if("looks at", rule->fields);
	print_if("broken by", rule->broken_by);
	print_if("to comply", rule->comply);
	print_options(rule);
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

	puts(r->name);
	print_source(r->number, r->title, r->level, r->profile, r->scored);
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

/* People copy a number with the dot that ends a sentence. */
static struct slice without_dots(struct slice word)
{
	while (slice_ends(word, SLICE(".")))
		word.len--;
	return word;
}

static int explain(const char *word)
{
	struct slice name = without_dots(slice_str(word));
	const struct rule *rule = rules_find(name);
	const struct recommendation *r = recommendations_find(name);

	if (!rule)
		rule = edition_rule(EDITION_1_11_0, name);
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
