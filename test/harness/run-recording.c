/*
 * run-recording.c - a recorded question is judged as the question was, and shows none of its
 * secrets.
 *
 * Asked of the request of every case, of every request that was recorded from real clients, of the
 * bodies of real clients cut and broken, and of questions full of secrets. Under profiles from the
 * mildest to the strictest.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "authz/decide.h"
#include "authz/envelope.h"
#include "base/arena.h"
#include "base/array.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/place.h"
#include "capture/capture.h"
#include "case-file.h"
#include "policy/policy-load.h"
#include "policy/policy.h"
#include "policy/rule.h"
#include "questions.h"
#include "recorded-secrets.h"
#include "json/base64.h"

static const char *const profiles[] = { "none", "baseline", "level1", "strict" };

enum { PROFILES = COUNT_OF(profiles), CEILING = 64 << 20 };

struct run {
	const struct policy *policies[PROFILES];
	unsigned passed, failed;
};

static bool fail(const char *name, const char *what)
{
	printf("%s: %s\n", name, what);
	return false;
}

/* Values that quote what is left out: the target, and URLs. */
static bool has_value(const struct violation *v)
{
	return !slice_eq(slice_str(v->rule->id), SLICE("unknown-operation")) &&
	       !slice_eq(slice_str(v->rule->id), SLICE("build-options"));
}

static bool is_broken_body(const struct decision *d)
{
	for (const struct complaint *c = d->intent.reading.unread.first; c; c = c->next) {
		if (slice_starts(c->text, SLICE("cannot be read: it has")) ||
		    slice_starts(c->text, SLICE("is not a JSON")))
			return true;
	}
	return false;
}

/*
 * What was found: outcome, rules, places, values. Of a body that is broken the complaints before
 * the break are not kept, so there the rules that speak of its reading count once, without a place.
 */
static bool describe(const struct decision *d, bool broken, struct arena *a, struct slice *ret)
{
	const struct violation *v = d->verdict ? verdict_violations(d->verdict) : NULL;
	struct buf b = BUF(a);

	buf_printf(&b, "%s", broken ? "" : outcome_name(d->outcome));
	for (; v; v = v->next) {
		bool reading = slice_eq(slice_str(v->rule->id), SLICE("opaque-request")) ||
			       slice_eq(slice_str(v->rule->id), SLICE("unknown-field"));

		if (broken && reading)
			continue;
		buf_printf(&b, "\n  %s %s ", v->rule->id, action_name(v->action));
		place_write(v->at, &b);
		if (has_value(v))
			buf_printf(&b, " `%.*s`", SLICE_ARG(v->value));
	}
	return buf_done(&b, ret) == 0;
}

static bool same(const char *name, struct slice question, struct slice line,
		 const struct policy *policy)
{
	OWN(arena) a = arena_new(CEILING);
	struct decide_env ids = { 0 };
	struct decision live, replayed;
	struct slice was, is;
	bool broken;

	if (!a)
		return fail(name, "out of memory");
	decide(question, policy, &ids, a, &live);
	decide(line, policy, &ids, a, &replayed);
	broken = is_broken_body(&live);
	if (!describe(&live, broken, a, &was) || !describe(&replayed, broken, a, &is))
		return fail(name, "out of memory");
	if (slice_eq(was, is) &&
	    (!broken || (!decision_allows(&replayed) && !decision_allows(&live))))
		return true;
	printf("%s, under %.*s:\n%.*s\nbut recorded:\n%.*s\n%.*s", name,
	       SLICE_ARG(policy_profile(policy)), SLICE_ARG(was), SLICE_ARG(is), SLICE_ARG(line));
	return false;
}

static bool is_one_line(struct slice line)
{
	json_t *json = json_loadb(line.ptr, line.len, JSON_REJECT_DUPLICATES, NULL);
	bool fine = json_is_object(json) && slice_ends(line, SLICE("\n")) &&
		    slice_find(line, '\n') == line.ptr + line.len - 1;

	json_decref(json);
	return fine;
}

static bool records_alike(struct run *r, const char *name, struct slice question, struct slice line)
{
	if (!is_one_line(line))
		return fail(name, "is not one line of JSON");
	for (size_t i = 0; i < PROFILES; i++) {
		if (!same(name, question, line, r->policies[i]))
			return false;
	}
	return true;
}

static void count(struct run *r, bool fine)
{
	*(fine ? &r->passed : &r->failed) += 1;
}

static void try_question(void *test, const char *name, struct slice question)
{
	struct run *r = test;
	OWN(arena) a = arena_new(CEILING);
	struct timespec time = { 0 };
	struct slice line;

	count(r, a && capture_call(question, r->policies[1], &time, a, &line) == 0
			 ? records_alike(r, name, question, line)
			 : fail(name, "cannot be recorded"));
}

static bool shows(struct slice text)
{
	return text.len > 0 && memmem(text.ptr, text.len, SECRET, sizeof(SECRET) - 1);
}

/* In the line, in the body that it has in base64, and in the strings of either. */
static bool keeps_secrets(const char *name, struct slice line, struct arena *a)
{
	struct envelope e;
	struct reading reading;

	reading_start(&reading, a);
	if (shows(line))
		return fail(name, "shows a secret");
	if (envelope_read(line, a, &e, &reading) != 0)
		return fail(name, "cannot be read");
	if (shows(e.call.body) || shows(e.call.target))
		printf("%.*s %.*s\n", SLICE_ARG(e.call.target), SLICE_ARG(e.call.body));
	return !shows(e.call.body) && !shows(e.call.target) ? true : fail(name, "shows a secret");
}

static void try_secrets(struct run *r)
{
	for (size_t i = 0; i < recorded_secrets_count(); i++) {
		OWN(arena) a = arena_new(CEILING);
		struct timespec time = { 0 };
		struct slice question, line;
		char name[32];

		snprintf(name, sizeof(name), "secrets %zu", i);
		if (!a || recorded_secrets_make(i, a, &question) != 0 ||
		    capture_call(question, r->policies[1], &time, a, &line) != 0) {
			count(r, fail(name, "cannot be recorded"));
			continue;
		}
		count(r, keeps_secrets(name, line, a));
		count(r, records_alike(r, name, question, line));
	}
}

static void try_case(void *test, const char *path)
{
	struct run *r = test;
	OWN(arena) a = arena_new(CEILING);
	OWN(diags) d = diags_new();
	struct case_file c = { 0 };
	struct slice call;

	if (a && d && case_file_read(path, SLICE("/tmp"), a, &c, d) == 0 &&
	    case_file_envelope(&c, a, &call) == 0)
		try_question(r, path, call);
	else
		count(r, fail(path, "cannot be read"));
}

static bool make(struct slice body, const char *target, struct arena *a, struct slice *ret)
{
	struct slice text;

	return base64_write(a, body, &text) == 0 &&
	       arena_printf(a, ret,
			    "{\"RequestMethod\":\"POST\",\"RequestUri\":\"%s\",\"RequestHeaders\":"
			    "{\"Content-Type\":\"application/json\"},\"RequestBody\":\"%.*s\"}",
			    target, SLICE_ARG(text)) == 0;
}

/* Each body as one of every kind, whole and cut in its middle: most do not fit, and are objected
 * to. */
static void try_body(struct run *r, struct slice body)
{
	static const char *const targets[] = {
		"/containers/create",
		"/containers/c/update",
		"/v1.20/containers/c/start",
		"/containers/c/exec",
		"/services/create",
		"/volumes/create",
		"/networks/create",
		"/swarm/init",
		"/secrets/create",
		"/commit",
		"/plugins/p/set",
		"/plugins/pull",
	};

	for (size_t i = 0; i < COUNT_OF(targets); i++) {
		OWN(arena) a = arena_new(CEILING);
		struct slice half = { body.ptr, body.len / 2 }, question;

		if (a && make(body, targets[i], a, &question))
			try_question(r, targets[i], question);
		if (a && make(half, targets[i], a, &question))
			try_question(r, targets[i], question);
	}
}

static bool try_bodies(struct run *r, const char *path)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	if (!file) {
		perror(path);
		return false;
	}
	while ((len = getline(&line, &size, file)) > 0)
		try_body(r, (struct slice){ line, (size_t) len - 1 });
	free(line);
	fclose(file);
	return true;
}

static bool load(struct run *r)
{
	OWN(diags) d = diags_new();

	for (size_t i = 0; i < PROFILES; i++) {
		char text[64];

		snprintf(text, sizeof(text), "version: 1\nprofile: %s\n", profiles[i]);
		if (!d || policy_parse(slice_str(text), profiles[i], &r->policies[i], d) != 0)
			return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	struct run r = { 0 };
	bool ready;

	if (argc != 4) {
		fputs("usage: run-recording RECORDED BODIES CASES\n", stderr);
		return 2;
	}
	ready = load(&r) && questions_recorded(argv[1], try_question, &r) &&
		try_bodies(&r, argv[2]);
	if (ready) {
		questions_cases(argv[3], try_case, &r);
		try_secrets(&r);
	}
	for (size_t i = 0; i < PROFILES; i++)
		policy_unref(r.policies[i]);
	printf("recording: %u passed, %u failed\n", r.passed, r.failed);
	return !ready || r.failed || !r.passed;
}
