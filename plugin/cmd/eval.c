/*
 * eval.c - decides recorded requests by a policy, and tells what a policy would change.
 *
 * The recording is only cut into envelopes here; each goes through decide as it stands, so
 * duplicate keys, odd spellings and broken bodies are judged as they would be on the socket.
 * Requests are decided one by one unless --against names the policy in force; decision records are
 * told of in a report, since they say themselves how they were decided.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "authz/decide.h"
#include "authz/reply.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "capture/eval-input.h"
#include "capture/made-call.h"
#include "capture/replay.h"
#include "cmd/cmd.h"
#include "docker/route.h"
#include "log/record.h"
#include "policy/op.h"
#include "policy/policy-load.h"
#include "policy/policy.h"
#include "redact/redact.h"
#include "report/eval-report.h"

enum { EVAL_ALLOWED, EVAL_DENIED, EVAL_UNREADABLE };

/* Bytes that deciding one request may take, by two policies. */
static const size_t CALL_CEILING = (size_t) 128 << 20;

struct evaluation {
	const struct policy *policy, *against; /* the second is NULL without --against */
	const char *file;
	const struct route *as; /* objects are bodies of its calls; NULL: they are calls */
	bool json;
	struct decide_env env;
	struct arena *arena; /* for the call being decided */
	struct report *report;
	bool reports; /* there is something in the report */
	unsigned long long skipped;
	int status; /* the worst so far */
};

static void print_decision(const struct decision *d, struct arena *a)
{
	struct slice message, target, line;
	struct buf b = BUF(a);

	if (redact_target(d->intent.target, a, &target) < 0)
		target = SLICE("***");
	buf_printf(&b, "%s ", outcome_name(d->outcome));
	buf_plain(&b, d->intent.method, SIZE_MAX);
	buf_char(&b, ' ');
	buf_plain(&b, target, SIZE_MAX);
	if (buf_done(&b, &line))
		line = slice_str(outcome_name(d->outcome));
	printf("%.*s\n", SLICE_ARG(line));
	if (!decision_allows(d) && reply_message(d, a, &message) == 0)
		printf("%.*s\n", SLICE_ARG(message));
}

static void worsen(struct evaluation *e, int status)
{
	if (status > e->status)
		e->status = status;
}

static void decide_one(struct evaluation *e, struct slice envelope)
{
	struct decision d;
	struct slice record;

	decide(envelope, e->policy, &e->env, e->arena, &d);
	if (!decision_allows(&d))
		worsen(e, EVAL_DENIED);
	if (!e->json)
		print_decision(&d, e->arena);
	else if (record_write(&d, e->arena, &record) == 0)
		fwrite(record.ptr, 1, record.len, stdout);
	else
		worsen(e, EVAL_UNREADABLE);
}

static void compare(struct evaluation *e, struct slice object, bool is_record)
{
	struct replay replay;
	int error = is_record ? replay_record(object, e->against, e->policy, e->arena, &replay)
			      : replay_request(object, e->against, e->policy, e->arena, &replay);

	if (!error)
		error = report_add(e->report, &replay, is_record);
	if (!error) {
		e->reports = true;
		return;
	}
	fprintf(stderr, "%s: %s\n", e->file,
		error == BAD_INPUT ? "a line looks like a decision record, but is none"
				   : "a call needs more memory than one may take");
	worsen(e, EVAL_UNREADABLE);
}

static void take_object(void *user, struct slice object)
{
	struct evaluation *e = user;
	unsigned long long lost = replay_loss(object);

	arena_reset(e->arena);
	if (e->as && made_call_write(e->as, object, e->arena, &object)) {
		fprintf(stderr, "%s: a body needs more memory than one may take\n", e->file);
		worsen(e, EVAL_UNREADABLE);
		return;
	}
	if (lost > 0) {
		report_lost(e->report, lost);
		fprintf(stderr, "%s: %llu calls are missing here; they could not be written\n",
			e->file, lost);
	} else if (replay_is_record(object)) {
		compare(e, object, true);
	} else if (e->against) {
		compare(e, object, false);
	} else {
		decide_one(e, object);
	}
}

static void take_skipped(void *user)
{
	struct evaluation *e = user;

	e->skipped++;
	report_skipped(e->report);
}

static void print_report(struct evaluation *e)
{
	if (!e->reports && !e->against) {
		if (e->skipped > 0)
			fprintf(stderr, "%llu lines of the process log were skipped\n", e->skipped);
		return;
	}
	if (report_denies_more(e->report))
		worsen(e, EVAL_DENIED);
	if (report_is_partial(e->report))
		worsen(e, EVAL_UNREADABLE);
	if (e->json ? report_print_json(e->report) : report_print_text(e->report))
		return;
	fputs("cis-authz eval: there is not enough memory for the report\n", stderr);
	worsen(e, EVAL_UNREADABLE);
}

static int eval(struct evaluation *e, char **files)
{
	const struct eval_input input = {
		.user = e,
		.object = take_object,
		.skipped = take_skipped,
		.as = e->as ? &e->as->op : NULL,
	};

	for (; *files; files++) {
		e->file = *files;
		if (!eval_input_read(*files, &input))
			worsen(e, EVAL_UNREADABLE);
	}
	print_report(e);
	return e->status;
}

struct eval_options {
	const char *policy, *against; /* files; NULL: the built-in baseline, and nothing */
	const char *host;             /* NULL: this one */
	const char *as;               /* NULL: what is read are calls */
	bool json;
};

/* The route of --as. Not 0 when standard error says what is wrong with it. */
static int read_as(const char *word, const struct route **ret)
{
	enum op op;

	*ret = word && op_find(slice_str(word), &op) ? made_call_route(op) : NULL;
	if (!word || *ret)
		return 0;
	return cmd_usage("eval",
			 "--as must be an operation that makes something of one JSON body, such as "
			 "container.create or service.create, not '%s'",
			 word);
}

static int start(struct evaluation *e, const struct eval_options *o, char **files)
{
	const struct load_options options = { .host = o->host };
	OWN(arena) arena = arena_new(CALL_CEILING);
	OWN(report) report = report_new();
	OWN_POLICY policy = NULL;
	OWN_POLICY against = NULL;

	if (!arena || !report || cmd_policy_with(o->policy, &options, &policy) != 0 ||
	    (o->against && cmd_policy_with(o->against, &options, &against) != 0))
		return EVAL_UNREADABLE;
	e->json = o->json;
	e->policy = policy;
	e->against = against;
	e->arena = arena;
	e->report = report;
	return eval(e, files);
}

int cmd_eval(int argc, char **argv)
{
	static const char *const formats[] = { "text", "json", NULL };
	struct eval_options o = { 0 };
	struct evaluation e = { 0 };
	enum cmd_next next;
	struct slice option;
	int format = 0;

	while ((next = cmd_option(argc, argv, &option)) == CMD_OPTION) {
		if (slice_eq(option, SLICE("policy")))
			o.policy = optarg;
		else if (slice_eq(option, SLICE("against")))
			o.against = optarg;
		else if (slice_eq(option, SLICE("host")))
			o.host = optarg;
		else if (slice_eq(option, SLICE("as")))
			o.as = optarg;
		else
			format = cmd_choose("eval", "--format", optarg, formats);
		if (format < 0)
			return EXIT_USAGE;
	}
	if (next == CMD_WRONG || (o.host && !cmd_host("eval", o.host)))
		return EXIT_USAGE;
	if (optind == argc)
		return cmd_usage(
			"eval",
			"there is no recording to decide; name a file, or - for standard input");
	o.json = format == 1;
	if (read_as(o.as, &e.as))
		return EXIT_USAGE;
	return start(&e, &o, argv + optind);
}
