/*
 * fuzz-recording.c - a question as `serve --record` writes it: one line of JSON, judged as the
 * question is.
 *
 * The input is as for fuzz-pipeline.c.
 */
#include <errno.h>

#include "authz/decide.h"
#include "base/arena.h"
#include "base/diag.h"
#include "capture/recorded-call.h"
#include "fuzz.h"
#include "policy/policy-load.h"
#include "policy/policy.h"
#include "policy/rule.h"
#include "question.h"

static const struct policy *load(struct slice text)
{
	const struct policy *policy;
	struct diags *d = diags_new();

	MUST(d && policy_parse(text, "fuzz", &policy, d) == 0);
	diags_free(d);
	return policy;
}

static bool is_about_reading(const struct violation *v)
{
	return slice_eq(slice_str(v->rule->id), SLICE("opaque-request")) ||
	       slice_eq(slice_str(v->rule->id), SLICE("unknown-field"));
}

static const struct violation *next_judged(const struct violation *v, bool unread)
{
	while (unread && v && is_about_reading(v))
		v = v->next;
	return v;
}

static const struct violation *violations(const struct decision *d)
{
	return d->verdict ? verdict_violations(d->verdict) : NULL;
}

/* What could not be read is found again, if not in each of its places. */
static void check_alike(const struct decision *live, const struct decision *replayed)
{
	bool unread = live->intent.reading.unread.count > 0;
	const struct violation *was = next_judged(violations(live), unread);
	const struct violation *is = next_judged(violations(replayed), unread);

	MUST(live->outcome == replayed->outcome);
	MUST(unread == (replayed->intent.reading.unread.count > 0));
	while (was && is) {
		MUST(was->rule == is->rule && was->action == is->action);
		was = next_judged(was->next, unread);
		is = next_judged(is->next, unread);
	}
	MUST(!was && !is);
}

/* A password among a driver's options that reads as a host path is hidden all the same. */
static bool hides_path(const struct decision *live, const struct decision *replayed)
{
	return replayed->intent.mounts.count < live->intent.mounts.count;
}

static void check_judged(struct slice question, struct slice line, const struct policy *policy)
{
	OWN(arena) a = arena_new(FUZZ_CEILING);
	struct decide_env ids = { 0 };
	struct decision live, replayed;

	MUST(a);
	decide(question, policy, &ids, a, &live);
	decide(line, policy, &ids, a, &replayed);
	if (!hides_path(&live, &replayed))
		check_alike(&live, &replayed);
}

static void check(struct slice question, const struct policy *policy)
{
	OWN(arena) a = arena_new(FUZZ_CEILING);
	OWN(arena) cramped = NULL;
	struct timespec time = { 0 };
	struct slice line;
	int r;

	MUST(a && recorded_call(question, policy, &time, a, &line) == 0);
	MUST(slice_ends(line, SLICE("\n")) && slice_find(line, '\n') == line.ptr + line.len - 1);
	MUST(fuzz_is_json(line));
	check_judged(question, line, policy);

	cramped = arena_new(fuzz_too_little(question, arena_used(a)));
	MUST(cramped);
	r = recorded_call(question, policy, &time, cramped, &line);
	MUST(r == 0 || r == -ENOMEM);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct policy *strict;
	struct slice input = fuzz_input(data, size), question;

	if (!strict)
		strict = load(SLICE("version: 1\nprofile: strict\n"));
	if (slice_starts(input, SLICE("{"))) {
		check(input, strict);
	} else if (question_make(input, &question)) {
		check(question, strict);
		question_free(question);
	}
	return 0;
}
