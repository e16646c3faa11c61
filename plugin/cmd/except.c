/*
 * except.c - from a denial in the log to the exception that lets that call through.
 *
 * The exception is judged before it is printed. With it the policy must admit the call, as far as
 * the record shows it; and each of its conditions must matter: with another user, image, container,
 * operation or value, what was found must be denied as before.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "authz/decide.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "capture/denial.h"
#include "capture/eval-input.h"
#include "capture/replay.h"
#include "cmd/cmd.h"
#include "cmd/other.h"
#include "policy/evaluate.h"
#include "policy/intent.h"
#include "policy/policy-load.h"
#include "policy/policy.h"
#include "policy/rule.h"
#include "report/stanza.h"

enum { PRINTED, CANNOT, UNREADABLE };

enum {
	CALL_CEILING = 128 << 20,
	IDS_SHOWN = 5,
	DAYS = 90, /* until it runs out, unless --expires says */
	DAY = 24 * 60 * 60,
	DAY_TEXT = 32,
	COLUMNS = 80, /* of a terminal */
	INDENT = sizeof("#   ") - 1,
	BETWEEN = sizeof(", ,") - 1,
};

struct except {
	const char *policy_file, *source;
	const char *host; /* whose policy it is; NULL: this one */
	const struct policy *policy;
	struct slice id; /* of the decision that is looked for; empty: whichever is there */
	struct stanza_words words;
	struct arena *scratch; /* of the line being looked at */
	struct arena *arena;   /* of the denial that is taken */
	char *line;            /* that it stands in */
	size_t len;
	bool is_record;
	unsigned found, seen; /* denials, lines */
	struct slice ids[IDS_SHOWN];
	int status;
};

static int say(const char *text)
{
	fprintf(stderr, "cis-authz except: %s\n", text);
	return CANNOT;
}

static int read_denial(const struct except *e, struct slice line, bool is_record, struct arena *a,
		       struct denial *ret)
{
	return is_record ? replay_denial(line, e->policy, a, ret)
			 : denial_of_request(line, e->policy, a, ret);
}

static void keep(struct except *e, struct slice line, bool is_record, struct slice id)
{
	if (e->found < IDS_SHOWN && arena_copy(e->arena, id, &e->ids[e->found]))
		e->status = UNREADABLE;
	if (e->found++ > 0)
		return;
	e->line = malloc(line.len + 1);
	if (!e->line) {
		e->status = UNREADABLE;
		return;
	}
	memcpy(e->line, line.ptr, line.len);
	e->len = line.len;
	e->is_record = is_record;
}

static void take_object(void *user, struct slice line)
{
	struct except *e = user;
	bool is_record = replay_is_record(line);
	struct denial d;

	arena_reset(e->scratch);
	if (replay_loss(line) > 0)
		return;
	if (read_denial(e, line, is_record, e->scratch, &d)) {
		e->status = UNREADABLE;
		return;
	}
	e->seen++;
	if (e->id.len > 0 ? slice_eq(d.id, e->id) : d.found || d.failed)
		keep(e, line, is_record, d.id);
}

static void take_skipped(void *user)
{
	(void) user;
}

/* Why there can be no exception, and what to do; NULL when there may be one. */
static const char *why_not(const struct denial *d)
{
	if (d->failed)
		return "the call could not be judged at all, and such a call is always denied; what "
		       "the denial says must be mended in the call";
	if (d->partial)
		return "the record does not hold all that was found, since there was too much of "
		       "it; take the call from a recording (serve --record), or write the exception "
		       "by hand: cis-authz explain RULE shows one";
	if (!d->found)
		return "this policy denies nothing of that call; is it the policy in force? "
		       "--policy names it";
	for (const struct violation *v = d->found; v; v = v->next) {
		if (v->rule->always)
			return "what could not be read can have no exception (opaque-request), as "
			       "nobody knows what it would let through; what the denial says must be "
			       "mended in the call";
		if (v->value.len > 0 && memmem(v->value.ptr, v->value.len, "***", 3))
			return "the record hides a value in which a secret may stand (***); write the "
			       "exception by hand: cis-authz explain RULE shows one";
	}
	return NULL;
}

/* NULL when the text is no exception of this policy; then `d` says why. */
static const struct policy *with_exception(const struct except *e, struct slice stanza,
					   struct diags *d)
{
	const struct policy *policy = NULL;
	struct buf b = BUF(e->arena);
	struct slice text;

	buf_printf(&b, "exceptions:\n%.*s", SLICE_ARG(stanza));
	if (buf_done(&b, &text) ||
	    policy_load_with(e->policy_file,
			     &(struct load_options){ .host = e->host, .more = text }, &policy, d))
		return NULL;
	return policy;
}

static bool admits_request(const struct except *e, const struct policy *with)
{
	struct denial d;

	return denial_of_request((struct slice){ e->line, e->len }, with, e->arena, &d) == 0 &&
	       !d.found && !d.failed;
}

static bool admits_record(const struct except *e, const struct policy *with, struct replay *ret)
{
	if (replay_record((struct slice){ e->line, e->len }, e->policy, with, e->arena, ret) ||
	    ret->partial)
		return false;
	for (size_t i = 0; i < rules_count(); i++) {
		if (ret->rules[i].after == ACTION_DENY)
			return false;
	}
	return true;
}

/* `rules` of the result is NULL for a request, of which all is known. */
static bool admits(const struct except *e, const struct policy *with, struct replay *ret)
{
	*ret = (struct replay){ 0 };
	return e->is_record ? admits_record(e, with, ret) : admits_request(e, with);
}

static bool lets_through(const struct except *e, const struct policy *with, const struct intent *in,
			 const struct violation *v)
{
	enum finding finding;

	return evaluate_finding(with, in, time(NULL), v, SLICE(""), e->arena, &finding) ||
	       finding == FINDING_EXCEPTED || finding == FINDING_LIKELY_EXCEPTED;
}

/* With one byte more, with another where it has a star, and where it was read-only with that right
 * added. */
static bool is_bound_to_value(const struct except *e, const struct policy *with,
			      const struct denial *d, const struct violation *v)
{
	struct violation other = *v;

	if (arena_printf(e->arena, &other.value, "%.*sx", SLICE_ARG(v->value)))
		return false;
	other.leads = SLICE("");
	if (lets_through(e, with, d->intent, &other))
		return false;
	other = *v;
	if (other_vary(&other.value, e->arena) && lets_through(e, with, d->intent, &other))
		return false;
	other = *v;
	other.read_only = false;
	return !v->read_only || !lets_through(e, with, d->intent, &other);
}

/* Whether what of a call may change is denied then. */
static bool is_bound_by(const struct except *e, const struct policy *with, const struct denial *d,
			enum other other, bool near)
{
	struct intent in = *d->intent;

	if (!other_make(other, near, &in, e->arena))
		return true;
	for (const struct violation *v = d->found; v; v = v->next) {
		if (lets_through(e, with, &in, v))
			return false;
	}
	return true;
}

static bool is_bound_to(const struct except *e, const struct policy *with, const struct denial *d,
			enum other other)
{
	return is_bound_by(e, with, d, other, false) && is_bound_by(e, with, d, other, true);
}

static void print_bounds(const struct except *e, const struct policy *with, const struct denial *d)
{
	static const char *const what[OTHERS] = {
		[OTHER_USER] = "other users",
		[OTHER_IMAGE] = "other images: the name in the call may mean several",
		[OTHER_CONTAINER] = "containers of other names",
		[OTHER_OPERATION] = "other operations",
	};
	for (enum other other = 0; other < OTHERS; other++) {
		if (!is_bound_to(e, with, d, other))
			printf("# It also lets through %s.\n", what[other]);
	}
	for (const struct violation *v = d->found; v; v = v->next) {
		if (!is_bound_to_value(e, with, d, v))
			printf("# It also lets through other values of %s.\n", v->rule->id);
	}
}

/* A name of the daemon's own checking: a user's, or every image's by digest. */
static bool rests_on_something(const struct denial *d)
{
	const struct images *images = &d->intent->images;
	size_t digests = 0;

	for (size_t i = 0; i < images->count; i++)
		digests += images->items[i].digest.len > 0 || images->items[i].is_id;
	return d->intent->caller.user.len > 0 || (images->count > 0 && digests == images->count);
}

static void print_not_judged(const struct replay *replay)
{
	int column = 0;

	for (size_t i = 0; replay->rules && i < rules_count(); i++) {
		struct slice id = slice_str(rules_at(i)->id);

		if (!replay->rules[i].not_judged)
			continue;
		if (column == 0)
			fputs("# The record does not show what these rules find:", stdout);
		if (column == 0 || column + (int) id.len + BETWEEN > COLUMNS) {
			fputs(column == 0 ? "\n#   " : ",\n#   ", stdout);
			column = INDENT;
		} else {
			column += printf(", ");
		}
		column += printf("%.*s", SLICE_ARG(id));
	}
	if (column > 0)
		puts(".\n# Is --policy the one that made the record?");
}

/* Whether the key stands in the file already; it must not stand there twice. */
static bool has_exceptions(const char *file)
{
	FILE *in = file ? fopen(file, "re") : NULL;
	char *line = NULL;
	size_t size = 0;
	bool has = false;

	while (in && !has && getline(&line, &size, in) > 0)
		has = slice_starts(slice_str(line), SLICE("exceptions:"));
	free(line);
	if (in)
		fclose(in);
	return has;
}

static void print_stanza(const struct except *e, const struct policy *with, const struct denial *d,
			 const struct replay *replay, struct slice stanza)
{
	fputs("# Lets through", stdout);
	if (d->id.len > 0)
		printf(" the call of decision %.*s", SLICE_ARG(d->id));
	else
		fputs(" the captured call", stdout);
	printf("; tested with the policy %.*s.\n", SLICE_ARG(policy_name(e->policy)));
	print_not_judged(replay);
	print_bounds(e, with, d);
	if (!rests_on_something(d))
		puts("# It rests on names that callers choose. What binds is a user's TLS name, or\n"
		     "# the image with its digest (image@sha256:...).");
	puts("# Say why and who answers for it, and add it to `exceptions` of the policy.");
	if (!has_exceptions(e->policy_file))
		puts("exceptions:");
	printf("%.*s", SLICE_ARG(stanza));
}

/* Which findings stay denied, and where they lead. */
static int complain_denied(const struct except *e, const struct policy *with,
			   const struct denial *d)
{
	fputs("cis-authz except: no exception lets the call through:", stderr);
	for (const struct violation *v = d->found; v; v = v->next) {
		struct buf b = BUF(e->arena);
		struct slice value = SLICE("");

		if (!lets_through(e, with, d->intent, v)) {
			buf_plain(&b, v->value, 200);
			(void) buf_done(&b, &value);
			fprintf(stderr, "\n  %s still denies `%.*s`", v->rule->id,
				SLICE_ARG(value));
		}
	}
	fputs("\nWhat an exception cannot name must be mended in the call: a path that is not clean "
	      "(/a/../b), a value\nthat others than root can lead elsewhere.\n",
	      stderr);
	return CANNOT;
}

/* Decision records tell exceptions by their names. */
static int choose_name(struct except *e, const struct denial *d)
{
	struct slice name = e->words.name;
	int err = name.len > 0 ? 0 : stanza_name(d, e->arena, &name);

	e->words.name = name;
	for (unsigned n = 2; err == 0 && policy_has_exception(e->policy, e->words.name); n++)
		err = arena_printf(e->arena, &e->words.name, "%.*s-%u", SLICE_ARG(name), n);
	return err;
}

/* What is wrong with it is said on standard error. */
static int load_stanza(const struct except *e, const struct denial *d, bool leads,
		       struct slice *ret, const struct policy **ret_policy)
{
	OWN(diags) complaints = diags_new();
	const struct rule_setting *settings;
	int err = evaluate_settings(e->policy, d->intent, time(NULL), e->arena, &settings);

	if (err == 0)
		err = stanza_write(d, settings, &e->words, leads, e->arena, ret);
	if (err || !complaints)
		return err ? err : -ENOMEM;
	*ret_policy = with_exception(e, *ret, complaints);
	if (*ret_policy)
		return 0;
	diags_print(complaints, stderr);
	return BAD_INPUT;
}

static int draft(struct except *e, const struct denial *d)
{
	struct replay replay;
	struct slice stanza;

	for (int leads = 0; leads < 2; leads++) {
		OWN_POLICY with = NULL;
		int err = load_stanza(e, d, leads, &stanza, &with);

		if (err == BAD_INPUT)
			return say(
				"the exception cannot be written: a policy cannot hold a name or "
				"value of this call, or the lines above say why");
		if (err) {
			say(strerror(-err));
			return UNREADABLE;
		}
		if (admits(e, with, &replay)) {
			print_stanza(e, with, d, &replay, stanza);
			return PRINTED;
		}
		if (leads)
			return complain_denied(e, with, d);
	}
	return CANNOT;
}

static int complain_choice(const struct except *e)
{
	if (e->found == 0 && e->id.len > 0)
		fprintf(stderr, "cis-authz except: %s has no decision %.*s\n", e->source,
			SLICE_ARG(e->id));
	else if (e->found == 0)
		fprintf(stderr,
			"cis-authz except: %s has no call that this policy denies; is it the policy in "
			"force? --policy names it\n",
			e->source);
	if (e->found == 0)
		return e->seen > 0 ? CANNOT : UNREADABLE;
	fprintf(stderr, "cis-authz except: %s has %u denials; name one of them:\n", e->source,
		e->found);
	for (unsigned i = 0; i < e->found && i < IDS_SHOWN; i++) {
		if (e->ids[i].len > 0)
			fprintf(stderr, "  cis-authz except --log %s %.*s\n", e->source,
				SLICE_ARG(e->ids[i]));
	}
	return EXIT_USAGE;
}

static int run(struct except *e)
{
	const struct eval_input input = { .user = e,
					  .object = take_object,
					  .skipped = take_skipped };
	const char *why;
	struct denial d;

	if (!eval_input_read(e->source, &input) || e->status != PRINTED)
		return e->status == PRINTED
			       ? UNREADABLE
			       : (say("a line is neither a decision record nor a capture"),
				  UNREADABLE);
	if (e->found != 1)
		return complain_choice(e);
	if (read_denial(e, (struct slice){ e->line, e->len }, e->is_record, e->arena, &d))
		return UNREADABLE;
	why = why_not(&d);
	if (why)
		return say(why);
	if (choose_name(e, &d))
		return UNREADABLE;
	return draft(e, &d);
}

static int start(struct except *e)
{
	OWN(arena) scratch = arena_new(CALL_CEILING);
	OWN(arena) arena = arena_new((size_t) 2 * CALL_CEILING);
	OWN_POLICY policy = NULL;
	char day[DAY_TEXT];
	time_t last = time(NULL) + (time_t) DAYS * DAY;
	struct tm tm;
	int status;

	if (!scratch || !arena ||
	    cmd_policy_with(e->policy_file, &(struct load_options){ .host = e->host }, &policy) !=
		    0)
		return UNREADABLE;
	if (e->words.expires.len == 0 && gmtime_r(&last, &tm) &&
	    strftime(day, sizeof(day), "%Y-%m-%d", &tm) > 0)
		e->words.expires = slice_str(day);
	e->policy = policy;
	e->scratch = scratch;
	e->arena = arena;
	status = run(e);
	free(e->line);
	return status;
}

/* An id is hexadecimal, as the last line of a denial has it. */
static bool is_id(struct slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (!slice_find(SLICE("0123456789abcdef"), s.ptr[i]))
			return false;
	}
	return s.len > 0;
}

int cmd_except(int argc, char **argv)
{
	struct except e = {
		.words = { .reason = SLICE("TICKET, why it is needed"),
			   .owner = SLICE("who@example.com") },
	};
	const char *log = NULL;
	enum cmd_next next;
	struct slice option;

	while ((next = cmd_option(argc, argv, &option)) == CMD_OPTION) {
		if (slice_eq(option, SLICE("policy")))
			e.policy_file = optarg;
		else if (slice_eq(option, SLICE("log")))
			log = optarg;
		else if (slice_eq(option, SLICE("host")))
			e.host = optarg;
		else if (slice_eq(option, SLICE("name")))
			e.words.name = slice_str(optarg);
		else if (slice_eq(option, SLICE("reason")))
			e.words.reason = slice_str(optarg);
		else if (slice_eq(option, SLICE("owner")))
			e.words.owner = slice_str(optarg);
		else if (slice_eq(option, SLICE("expires")))
			e.words.expires = slice_str(optarg);
	}
	if (next == CMD_WRONG)
		return EXIT_USAGE;
	if (argc - optind != 1)
		return cmd_usage("except", "name one decision: a file with its record, or - for "
					   "standard input, or --log FILE and its id");
	if (e.host && !cmd_host("except", e.host))
		return EXIT_USAGE;
	if (!log && is_id(slice_str(argv[optind])) && access(argv[optind], F_OK) != 0)
		return cmd_usage("except",
				 "'%s' is the id of a decision; --log FILE names the log "
				 "that has its record",
				 argv[optind]);
	e.source = log ? log : argv[optind];
	if (log)
		e.id = slice_str(argv[optind]);
	if (log && !is_id(e.id))
		return cmd_usage("except",
				 "'%s' is no id of a decision; the last line of a denial "
				 "has it",
				 argv[optind]);
	return start(&e);
}
