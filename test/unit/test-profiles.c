/* test-profiles.c - each profile asks for no less than the one before it, rule by rule, option by
 * option. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/array.h"
#include "policy/policy-load.h"
#include "policy/policy.h"
#include "policy/rule.h"

static const char *const ladder[] = { "baseline", "steps", "level1", "level2", "strict" };

enum { RUNGS = COUNT_OF(ladder) };

/* What makes an option stricter. */
enum direction {
	FEWER,
	FEWER_OR_ANY, /* an empty list allows everything */
	MORE,
	LESS,
	LESS_OR_ANY, /* 0 allows any */
	GREATER,
	SET,
	CLEAR,
	DENY, /* a word: deny, not allow */
	SAME, /* no way to tell: the profiles agree */
};

/* Every option of a rule stands here. */
static const struct {
	const char *rule; /* NULL: any other */
	const char *option;
	enum direction stricter;
} directions[] = {
	{ "apparmor-profile", "allow", FEWER_OR_ANY },
	{ "container-user", "allow", FEWER_OR_ANY },
	{ NULL, "accept", FEWER },
	{ NULL, "add", MORE },
	{ "capabilities", "own_network", FEWER },
	{ NULL, "allow", FEWER },
	{ NULL, "allow_addresses", FEWER },
	{ NULL, "allow_files", FEWER },
	{ NULL, "allow_sha256", FEWER },
	{ NULL, "allow_types", FEWER },
	{ NULL, "below", GREATER },
	{ NULL, "bound_swap", SET },
	{ NULL, "bridges", FEWER },
	{ NULL, "commands", MORE },
	{ NULL, "deny", MORE },
	{ NULL, "deny_default_bridge", SET },
	{ NULL, "deny_root", CLEAR }, /* only root, instead of everybody */
	{ NULL, "allow_levels", FEWER },
	{ NULL, "alone", MORE },
	{ NULL, "containers", MORE },
	{ NULL, "globs", MORE },
	{ NULL, "ids", DENY },
	{ NULL, "interfaces", FEWER },
	{ "memory-limit", "max", LESS_OR_ANY },
	{ NULL, "max", LESS },
	{ NULL, "max_cpus", SAME },
	{ NULL, "max_retries", LESS },
	{ NULL, "min", GREATER },
	{ NULL, "naming", DENY },
	{ NULL, "others", DENY },
	{ NULL, "owner_check", SET },
	{ NULL, "paths", MORE },
	{ NULL, "plugins", MORE },
	{ NULL, "ports", MORE },
	{ NULL, "remote", DENY },
	{ NULL, "require", SET },
	{ NULL, "services", MORE },
	{ NULL, "require_drop", MORE },
	{ NULL, "resolve_symlinks", SET },
	{ NULL, "tag_fields", DENY },
	{ NULL, "unlisted", DENY },
	{ NULL, "unseen", DENY },
	{ NULL, "unseen_ids", DENY },
};

static const struct policy *load(const char *profile)
{
	OWN(diags) d = diags_new();
	const struct policy *p = NULL;
	char text[64];

	snprintf(text, sizeof(text), "version: 1\nprofile: %s\n", profile);
	assert_int_equal(policy_parse(slice_str(text), profile, &p, d), 0);
	return p;
}

static size_t item_size(enum param_kind kind)
{
	switch (kind) {
	case PARAM_ALLOWED_PATHS_:
		return sizeof(struct allowed_path);
	case PARAM_DEVICES_:
		return sizeof(struct allowed_device);
	case PARAM_PAIRS_:
		return sizeof(struct word_pair);
	case PARAM_WORDS_:
	case PARAM_PATHS_:
		return sizeof(struct slice);
	case PARAM_BOOL_:
	case PARAM_COUNT_:
	case PARAM_SIZE_:
	case PARAM_WORD_:
	case PARAM_END:
		break;
	}
	return 0;
}

/* All lists are a pointer and a count, and each item begins with its name. */
static struct slice item(const struct words *list, size_t size, size_t i)
{
	const void *at = (const char *) list->items + i * size;

	return *(const struct slice *) at;
}

static bool holds(const struct words *list, size_t size, struct slice name)
{
	for (size_t i = 0; i < list->count; i++) {
		if (slice_eq(item(list, size, i), name))
			return true;
	}
	return false;
}

static bool holds_all(const struct words *list, const struct words *others, size_t size)
{
	for (size_t i = 0; i < others->count; i++) {
		if (!holds(list, size, item(others, size, i)))
			return false;
	}
	return true;
}

static enum direction direction_of(const struct rule *rule, const struct param *p)
{
	for (size_t i = 0; i < COUNT_OF(directions); i++) {
		if (strcmp(p->name, directions[i].option) == 0 &&
		    (!directions[i].rule || strcmp(rule->id, directions[i].rule) == 0))
			return directions[i].stricter;
	}
	fail_msg("say in this test's table what makes `%s` of `%s` stricter", p->name, rule->id);
	return SAME;
}

/* The one word that is compared by size is a version, 1.40. */
static bool word_no_looser(enum direction stricter, struct slice before, struct slice after)
{
	if (stricter == DENY)
		return slice_eq(before, after) || slice_eq(after, SLICE("deny"));
	if (stricter == GREATER)
		return slice_cmp(before, after) <= 0;
	return slice_eq(before, after);
}

static bool list_no_looser(enum direction stricter, size_t size, const struct words *before,
			   const struct words *after)
{
	if (stricter == MORE)
		return holds_all(after, before, size);
	if (stricter == FEWER_OR_ANY)
		return before->count == 0 || (after->count > 0 && holds_all(before, after, size));
	return holds_all(before, after, size);
}

static bool count_no_looser(enum direction stricter, uint64_t before, uint64_t after)
{
	if (stricter == LESS_OR_ANY)
		return before == 0 || (after > 0 && after <= before);
	return stricter == LESS ? after <= before : after >= before;
}

static bool no_looser(const struct rule *rule, const struct param *p, const void *before,
		      const void *after)
{
	enum direction stricter = direction_of(rule, p);

	switch (p->kind) {
	case PARAM_BOOL_:
		if (stricter == CLEAR)
			return *(const bool *) after <= *(const bool *) before;
		return *(const bool *) after >= *(const bool *) before;
	case PARAM_COUNT_:
	case PARAM_SIZE_:
		return count_no_looser(stricter, *(const uint64_t *) before,
				       *(const uint64_t *) after);
	case PARAM_WORD_:
		return word_no_looser(stricter, *(const struct slice *) before,
				      *(const struct slice *) after);
	case PARAM_WORDS_:
	case PARAM_PATHS_:
	case PARAM_ALLOWED_PATHS_:
	case PARAM_DEVICES_:
	case PARAM_PAIRS_:
		return list_no_looser(stricter, item_size(p->kind), before, after);
	case PARAM_END:
		break;
	}
	return false;
}

static unsigned looser_options(const struct rule *rule, const char *profile, const char *before,
			       const char *after)
{
	unsigned looser = 0;

	for (const struct param *p = rule->params; p && p->kind != PARAM_END; p++) {
		if (no_looser(rule, p, before + p->offset, after + p->offset))
			continue;
		print_error("%s: `%s` of `%s` is looser than in the profile before\n", profile,
			    p->name, rule->id);
		looser++;
	}
	return looser;
}

static unsigned looser_rules(const char *profile, const struct policy *before,
			     const struct policy *after)
{
	unsigned looser = 0;

	for (size_t i = 0; i < rules_count(); i++) {
		const struct rule_setting *first = policy_setting(before, i);
		const struct rule_setting *next = policy_setting(after, i);

		if (next->action < first->action) {
			print_error("%s: `%s` is weaker than in the profile before\n", profile,
				    rules_at(i)->id);
			looser++;
		}
		if (first->action != ACTION_OFF)
			looser += looser_options(rules_at(i), profile, first->config, next->config);
	}
	return looser;
}

static void test_each_is_a_superset(void **state)
{
	unsigned looser = 0;

	(void) state;
	for (size_t i = 1; i < RUNGS; i++) {
		OWN_POLICY before = load(ladder[i - 1]);
		OWN_POLICY after = load(ladder[i]);

		looser += looser_rules(ladder[i], before, after);
	}
	assert_int_equal(looser, 0);
}

/* On a socket that only root can reach nobody has a TLS identity, and only a site knows which of
 * its folders may be mounted: off everywhere. */
static bool is_for_sites_alone(const struct rule *rule)
{
	return strcmp(rule->id, "tls-authentication") == 0 || strcmp(rule->id, "bind-sources") == 0;
}

/* The benchmark's own promise: what it scores at a level, the profile of that level denies. */
static void test_levels_deny_what_is_scored(void **state)
{
	OWN_POLICY level1 = load("level1");
	OWN_POLICY level2 = load("level2");
	unsigned missing = 0;

	(void) state;
	for (size_t i = 0; i < rules_count(); i++) {
		const struct rule *rule = rules_at(i);
		const struct policy *p = rule->level == 1 ? level1 : level2;
		enum action least = rule->scored ? ACTION_DENY : ACTION_WARN;

		if (rule->level == 0 || is_for_sites_alone(rule) ||
		    policy_setting(p, i)->action >= least)
			continue;
		print_error("%s: `%s` (%s) is only %s\n", rule->level == 1 ? "level1" : "level2",
			    rule->id, rule->number, action_name(policy_setting(p, i)->action));
		missing++;
	}
	assert_int_equal(missing, 0);
}

static void test_strict_has_everything_on(void **state)
{
	OWN_POLICY strict = load("strict");

	(void) state;
	for (size_t i = 0; i < rules_count(); i++) {
		if (!is_for_sites_alone(rules_at(i)) &&
		    policy_setting(strict, i)->action != ACTION_DENY)
			fail_msg("strict: `%s` is not deny", rules_at(i)->id);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_is_a_superset),
		cmocka_unit_test(test_levels_deny_what_is_scored),
		cmocka_unit_test(test_strict_has_everything_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
