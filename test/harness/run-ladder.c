/*
 * run-ladder.c - whatever a profile denies, the next one denies, and by the same rules at least.
 *
 * Asked of every request that was recorded from real clients, and of the request of every case.
 * What their settings say is one thing (test-profiles), what comes of them another.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "authz/decide.h"
#include "base/arena.h"
#include "base/array.h"
#include "base/diag.h"
#include "case-file.h"
#include "policy/policy-load.h"
#include "policy/policy.h"
#include "policy/rule.h"
#include "questions.h"

static const char *const profiles[] = { "baseline", "steps", "level1", "level2", "strict" };

enum {
	PROFILES = COUNT_OF(profiles),
	CEILING = 64 << 20,
	RULES_MOST = 128,
};

struct ladder {
	const struct policy *policies[PROFILES];
	struct arena *arena;
	unsigned passed, failed;
};

/* What one profile made of a request. */
struct rung {
	bool allows;
	bool denied_by[RULES_MOST];
};

static void climb(struct ladder *l, struct slice call, size_t profile, struct rung *ret)
{
	struct decide_env env = { 0 };
	struct decision d;

	arena_reset(l->arena);
	decide(call, l->policies[profile], &env, l->arena, &d);
	*ret = (struct rung){ .allows = decision_allows(&d) };
	for (const struct violation *v = d.verdict ? verdict_violations(d.verdict) : NULL; v;
	     v = v->next)
		ret->denied_by[rules_index(v->rule)] |= v->action == ACTION_DENY;
}

static bool is_higher(const char *name, size_t profile, const struct rung *before,
		      const struct rung *after)
{
	bool higher = before->allows || !after->allows;

	if (!higher)
		printf("%s: denied by %s, allowed by %s\n", name, profiles[profile - 1],
		       profiles[profile]);
	for (size_t i = 0; i < rules_count(); i++) {
		if (!before->denied_by[i] || after->denied_by[i])
			continue;
		printf("%s: %s denies it by %s, %s does not\n", name, profiles[profile - 1],
		       rules_at(i)->id, profiles[profile]);
		higher = false;
	}
	return higher;
}

static void try_call(void *test, const char *name, struct slice call)
{
	struct ladder *l = test;
	struct rung rungs[PROFILES];
	bool fine = true;

	for (size_t i = 0; i < PROFILES; i++) {
		climb(l, call, i, &rungs[i]);
		if (i > 0)
			fine &= is_higher(name, i, &rungs[i - 1], &rungs[i]);
	}
	*(fine ? &l->passed : &l->failed) += 1;
}

static void try_case(void *test, const char *path)
{
	struct ladder *l = test;
	OWN(arena) a = arena_new(CEILING);
	OWN(diags) d = diags_new();
	struct case_file c = { 0 };
	struct slice call;

	if (a && d && case_file_read(path, SLICE("/tmp"), a, &c, d) == 0 &&
	    case_file_envelope(&c, a, &call) == 0) {
		try_call(l, path, call);
		return;
	}
	printf("%s: cannot be read\n", path);
	l->failed++;
}

static bool load(struct ladder *l)
{
	OWN(diags) d = diags_new();

	l->arena = arena_new(CEILING);
	for (size_t i = 0; i < PROFILES; i++) {
		char text[64];

		snprintf(text, sizeof(text), "version: 1\nprofile: %s\n", profiles[i]);
		if (!d || policy_parse(slice_str(text), profiles[i], &l->policies[i], d) != 0)
			return false;
	}
	return l->arena && rules_count() <= RULES_MOST;
}

int main(int argc, char **argv)
{
	struct ladder l = { 0 };
	bool ready;

	if (argc != 3) {
		fputs("usage: run-ladder RECORDED CASES\n", stderr);
		return 2;
	}
	ready = load(&l) && questions_recorded(argv[1], try_call, &l);
	if (ready)
		questions_cases(argv[2], try_case, &l);
	for (size_t i = 0; i < PROFILES; i++)
		policy_unref(l.policies[i]);
	arena_free(l.arena);
	printf("ladder: %u passed, %u failed\n", l.passed, l.failed);
	return !ready || l.failed || !l.passed;
}
