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
#include "capture/capture.h"
#include "fuzz.h"
#include "policy/policy-load.h"
#include "policy/policy.h"
#include "policy/rule.h"
#include "question.h"
#include "redact/url.h"

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

static size_t count_path(const struct mounts *mounts, struct slice clean)
{
	size_t count = 0;

	for (size_t i = 0; i < mounts->count; i++)
		count += slice_eq(mounts->items[i].clean, clean);
	return count;
}

static bool is_option(const struct place *at)
{
	while (at && !slice_eq_nocase(at->key, SLICE("DriverOpts")) &&
	       !slice_eq_nocase(at->key, SLICE("Options")))
		at = at->up;
	return at;
}

/* A password among a driver's options that reads as a host path is hidden all the same. */
static bool hides_path(const struct decision *live, const struct decision *replayed)
{
	const struct mounts *had = &live->intent.mounts, *has = &replayed->intent.mounts;

	for (size_t i = 0; i < had->count; i++) {
		struct slice clean = had->items[i].clean;

		if (is_option(had->items[i].at) && count_path(has, clean) < count_path(had, clean))
			return true;
	}
	return false;
}

/* A URL in an image's place may hold a password, which is hidden; no engine takes such a name. */
static bool has_url_as_image(const struct decision *live)
{
	for (size_t i = 0; i < live->intent.images.count; i++) {
		if (url_find(live->intent.images.items[i].given))
			return true;
	}
	return false;
}

static void check_judged(struct slice question, struct slice line, const struct policy *policy)
{
	OWN(arena) a = arena_new(FUZZ_CEILING);
	struct decide_env ids = { 0 };
	struct decision live, replayed;

	MUST(a);
	decide(question, policy, &ids, a, &live);
	decide(line, policy, &ids, a, &replayed);
	if (!hides_path(&live, &replayed) && !has_url_as_image(&live))
		check_alike(&live, &replayed);
}

static void check(struct slice question, const struct policy *policy)
{
	OWN(arena) a = arena_new(FUZZ_CEILING);
	OWN(arena) cramped = NULL;
	struct timespec time = { 0 };
	struct slice line;
	int r;

	MUST(a && capture_call(question, policy, &time, a, &line) == 0);
	MUST(slice_ends(line, SLICE("\n")) && slice_find(line, '\n') == line.ptr + line.len - 1);
	MUST(fuzz_is_json(line));
	check_judged(question, line, policy);

	cramped = arena_new(fuzz_too_little(question, arena_used(a)));
	MUST(cramped);
	r = capture_call(question, policy, &time, cramped, &line);
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
