/* rules.c - the table of rules, and what a policy makes of them, for whom, and where it says so. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/diag.h"
#include "cmd/cmd.h"
#include "docker/spelling/image-ref.h"
#include "policy/asked.h"
#include "policy/op.h"
#include "policy/policy-load.h"
#include "policy/policy.h"
#include "policy/rule.h"
#include "policy/sources.h"
#include "report/effective.h"
#include "report/rules-json.h"
#include "report/rules-operations.h"

static const size_t MEMORY_MOST = (size_t) 1 << 30;

enum format { TEXT, JSON, NAMES };

static const char *const formats[] = {
	[TEXT] = "text",
	[JSON] = "json",
	[NAMES] = "names",
	NULL,
};

/* NULL where not given. */
struct rules_options {
	const char *policy, *user, *image, *host, *operation;
	bool operations;
	int format;
};

/* What the strings of the question stand for. */
struct question {
	struct slice user;
	struct image image;
	enum op op;
};

static const char *or_dash(const char *text)
{
	return text ? text : "-";
}

static int print_table(void)
{
	OWN_POLICY policy = NULL;

	if (cmd_policy(NULL, &policy) != 0)
		return EXIT_FAILURE;
	printf("%-6s %-6s %-18s %s\n", "number", "action", "rule", "title");
	for (size_t i = 0; i < rules_count(); i++) {
		const struct rule *r = rules_at(i);

		printf("%-6s %-6s %-18s %s\n", or_dash(r->number),
		       action_name(policy_setting(policy, i)->action), r->id, r->title);
	}
	puts("\nThis program knows the Engine API up to version " API_KNOWN
	     "; the rule unknown-field\n"
	     "judges fields that are newer. The actions are those of the profile baseline.\n"
	     "`cis-authz rules --policy FILE` shows what a policy makes of each rule.");
	return EXIT_SUCCESS;
}

/* For completions, so that they know what this program knows. */
static int print_names(void)
{
	for (size_t i = 0; i < rules_count(); i++)
		puts(rules_at(i)->id);
	return EXIT_SUCCESS;
}

/* What was made on standard output is whole, or people are told. */
static int finish(int error)
{
	if (error == 0)
		return EXIT_SUCCESS;
	fprintf(stderr, "cis-authz rules: %s\n",
		error == -ENOMEM ? "there is not enough memory" : strerror(-error));
	return EXIT_FAILURE;
}

/* The built-in profile that the policy is laid upon. */
static int load_profile(const char *name, const struct policy **ret)
{
	OWN(diags) d = diags_new();
	char text[64];
	int len = snprintf(text, sizeof(text), "version: 1\nprofile: %s\n", name);

	return d ? policy_parse((struct slice){ text, (size_t) len }, name, ret, d) : -ENOMEM;
}

static int print_effective(struct effective *e, int format)
{
	effective_open(e);
	if (format == JSON)
		return finish(rules_json(e));
	effective_print(e);
	return finish(e->failed ? -ENOMEM : 0);
}

static int show(const struct rules_options *o, const struct asked_words *words)
{
	OWN(arena) a = arena_new(MEMORY_MOST);
	OWN(arena) scratch = arena_new(MEMORY_MOST);
	OWN_POLICY policy = NULL;
	OWN_POLICY profile = NULL;
	struct sources sources = { .arena = a };
	struct effective e = {
		.sources = &sources,
		.user = o->user,
		.image = o->image,
		.operation = o->operation,
		.host = o->host,
		.now = time(NULL),
		.arena = a,
		.scratch = scratch,
	};
	int err = a && scratch ? asked_new(words, a, &e.asked) : -ENOMEM;

	if (err)
		return finish(err);
	if (cmd_policy_with(o->policy,
			    &(struct load_options){ .host = o->host, .sources = &sources },
			    &policy) != 0)
		return EXIT_FAILURE;
	err = load_profile(sources.profile, &profile);
	if (err)
		return finish(err);
	e.policy = policy;
	e.profile = profile;
	return print_effective(&e, o->format);
}

static int read_image(const char *word, struct arena *a, struct image *ret)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_.-/:@[]";

	if (!word[0] || word[strspn(word, letters)] != '\0')
		return cmd_usage("rules", "--image must be one image, such as nginx:1.27, not '%s'",
				 word);
	return image_ref_read(a, slice_str(word), IMAGE_RUN, ret) == 0 ? 0 : finish(-ENOMEM);
}

static int complain_operation(const char *word)
{
	const char *names[OP_COUNT + 1] = { 0 };
	const char *nearest;

	for (enum op op = 0; op < OP_COUNT; op++)
		names[op] = op_name(op);
	nearest = diag_nearest(slice_str(word), names);
	return cmd_usage(
		"rules",
		"--operation must be one operation, such as %s, not '%s'; `cis-authz rules "
		"--operations` lists them",
		nearest ? nearest : "container.create", word);
}

/* What is asked about, in the policy's terms. */
static int answer(const struct rules_options *o)
{
	OWN(arena) a = arena_new(MEMORY_MOST);
	struct question q = { .user = slice_str(o->user) };
	struct asked_words words = { 0 };
	int wrong = a ? 0 : finish(-ENOMEM);

	if (wrong == 0 && o->operation && !op_find(slice_str(o->operation), &q.op))
		wrong = complain_operation(o->operation);
	if (wrong == 0 && o->image)
		wrong = read_image(o->image, a, &q.image);
	if (wrong)
		return wrong;
	words.user = o->user ? &q.user : NULL;
	words.image = o->image ? &q.image : NULL;
	words.op = o->operation ? &q.op : NULL;
	return show(o, &words);
}

/* An option that is about one policy; NULL when none is given. */
static const char *about_policy(const struct rules_options *o)
{
	return o->policy      ? "policy"
	       : o->user      ? "user"
	       : o->image     ? "image"
	       : o->host      ? "host"
	       : o->operation ? "operation"
			      : NULL;
}

static int print_operations(const struct rules_options *o)
{
	if (about_policy(o))
		return cmd_usage("rules", "--operations lists the same whatever --%s says",
				 about_policy(o));
	if (o->format == JSON)
		return finish(operations_json());
	if (o->format == TEXT)
		return finish(operations_text());
	return cmd_usage("rules", "--operations knows the formats text and json, not %s",
			 formats[o->format]);
}

static int run(const struct rules_options *o)
{
	if (o->host && !cmd_host("rules", o->host))
		return EXIT_USAGE;
	if (o->operations)
		return print_operations(o);
	if (o->format == NAMES && about_policy(o))
		return cmd_usage("rules", "--format names lists the same whatever --%s says",
				 about_policy(o));
	if (o->format == NAMES)
		return print_names();
	return o->format == JSON || about_policy(o) ? answer(o) : print_table();
}

int cmd_rules(int argc, char **argv)
{
	struct rules_options o = { 0 };
	const struct {
		struct slice name;
		const char **value;
	} texts[] = {
		{ SLICE("policy"), &o.policy },       { SLICE("user"), &o.user },
		{ SLICE("image"), &o.image },         { SLICE("host"), &o.host },
		{ SLICE("operation"), &o.operation },
	};
	enum cmd_next next;
	struct slice option;

	while ((next = cmd_option(argc, argv, &option)) == CMD_OPTION) {
		for (size_t i = 0; i < COUNT_OF(texts); i++) {
			if (slice_eq(option, texts[i].name))
				*texts[i].value = optarg;
		}
		if (slice_eq(option, SLICE("operations")))
			o.operations = true;
		else if (slice_eq(option, SLICE("format")))
			o.format = cmd_choose("rules", "--format", optarg, formats);
		if (o.format < 0)
			return EXIT_USAGE;
	}
	if (next == CMD_WRONG)
		return EXIT_USAGE;
	if (optind < argc)
		return cmd_usage("rules", "there is no place for '%s'", argv[optind]);
	return run(&o);
}
