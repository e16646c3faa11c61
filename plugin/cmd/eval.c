/*
 * eval.c - decides recorded requests by a policy, without a daemon.
 *
 * The recording is only cut into envelopes here; each goes through decide as it stands, so
 * duplicate keys, odd spellings and broken bodies are judged as they would be on the socket.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "authz/reply.h"
#include "base/arena.h"
#include "base/read-file.h"
#include "cmd/cmd.h"
#include "decide.h"
#include "docker/json-reader.h"
#include "policy/policy.h"
#include "record.h"

enum { EVAL_ALLOWED, EVAL_DENIED, EVAL_UNREADABLE };

/* Bytes: of a recording, and of what deciding one request may take. */
static const size_t FILE_MOST = (size_t) 1 << 30, CALL_CEILING = (size_t) 64 << 20;

struct evaluation {
	const struct policy *policy;
	const char *file;
	bool json;
	struct decide_env env;
	struct arena *arena; /* for the envelope being decided */
	int status;          /* the worst so far */
};

static void print_decision(const struct decision *d, struct arena *a)
{
	struct slice message;

	printf("%s %.*s %.*s\n", outcome_name(d->outcome), SLICE_ARG(d->intent.method),
	       SLICE_ARG(d->intent.target));
	if (!decision_allows(d) && reply_message(d, a, &message) == 0)
		printf("%.*s\n", SLICE_ARG(message));
}

static void worsen(struct evaluation *e, int status)
{
	if (status > e->status)
		e->status = status;
}

static void eval_envelope(struct evaluation *e, struct slice envelope)
{
	struct decision d;
	struct slice record;

	arena_reset(e->arena);
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

static void complain(struct evaluation *e, const char *what, unsigned number)
{
	fprintf(stderr,
		"%s: %s %u is not a JSON object; a recording is one request, a list of them, or "
		"one a line\n",
		e->file, what, number);
	worsen(e, EVAL_UNREADABLE);
}

/* Whether all of `text` is one JSON value, and of which kind. */
static bool is_one_value(struct slice text, struct arena *a, enum json_type *ret)
{
	struct json_reader r;
	struct json_token first, end;

	json_open(&r, text, a);
	if (json_next(&r, &first) || json_skip(&r, &first) || json_next(&r, &end))
		return false;
	*ret = first.type;
	return true;
}

/* `text` is known to be a JSON list, so the reader does not fail. */
static void eval_list(struct evaluation *e, struct slice text)
{
	struct json_reader r;
	struct json_token t;

	json_open(&r, text, e->arena);
	if (json_next(&r, &t))
		return;
	for (unsigned number = 1; json_next(&r, &t) == 0 && t.type != JSON_ARRAY_END; number++) {
		size_t begin = json_offset(&r) - 1;

		if (json_skip(&r, &t))
			return;
		if (t.type == JSON_OBJECT)
			eval_envelope(e,
				      (struct slice){ text.ptr + begin, json_offset(&r) - begin });
		else
			complain(e, "element", number);
	}
}

static void eval_lines(struct evaluation *e, struct slice text)
{
	struct slice line;
	bool more = true;

	for (unsigned number = 1; more; number++) {
		more = slice_cut(text, '\n', &line, &text);
		line = slice_trim(line);
		if (line.len == 0)
			continue;
		if (slice_starts(line, SLICE("{")))
			eval_envelope(e, line);
		else
			complain(e, "line", number);
	}
}

static void eval_text(struct evaluation *e, struct slice text)
{
	enum json_type type;

	if (!is_one_value(text, e->arena, &type))
		eval_lines(e, text);
	else if (type == JSON_OBJECT)
		eval_envelope(e, text);
	else if (type == JSON_ARRAY)
		eval_list(e, text);
	else
		complain(e, "value", 1);
}

static void eval_file(struct evaluation *e, const char *file)
{
	OWN(arena) arena = arena_new(FILE_MOST + FILE_MOST / 2);
	OWN(diags) diags = diags_new();
	struct slice text;

	e->file = file;
	if (!arena || !diags || read_file(arena, file, FILE_MOST, 0, &text, diags) != 0) {
		if (diags)
			diags_print(diags, stderr);
		worsen(e, EVAL_UNREADABLE);
		return;
	}
	eval_text(e, text);
}

static int eval(const char *policy_file, bool json, char **files)
{
	struct evaluation e = { .json = json };
	OWN(arena) arena = arena_new(CALL_CEILING);
	OWN_POLICY policy = NULL;

	if (!arena || cmd_policy(policy_file, &policy) != 0)
		return EVAL_UNREADABLE;
	e.policy = policy;
	e.arena = arena;
	for (; *files; files++)
		eval_file(&e, *files);
	return e.status;
}

int cmd_eval(int argc, char **argv)
{
	enum { POLICY = CMD_OPTION, FORMAT };
	static const struct option options[] = {
		{ "policy", required_argument, NULL, POLICY },
		{ "format", required_argument, NULL, FORMAT },
		{ 0 },
	};
	static const char *const formats[] = { "text", "json", NULL };
	const char *policy = NULL;
	int option, format = 0;

	while ((option = cmd_option(argc, argv, options)) != CMD_END) {
		if (option == POLICY)
			policy = optarg;
		else if (option == FORMAT)
			format = cmd_choose("eval", "--format", optarg, formats);
		if (option == CMD_WRONG || format < 0)
			return EXIT_USAGE;
	}
	if (optind == argc)
		return cmd_usage(
			"eval",
			"there is no recording to decide; name a file, or - for standard input");
	return eval(policy, format == 1, argv + optind);
}
