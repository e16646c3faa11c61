/* test-self-test.c - a request that passes keeps the program from serving. */
#include "service/self-test.h"

#include "unit.h"

#include "authz/decide.h"
#include "base/array.h"
#include "base/diag.h"
#include "policy/policy-load.h"
#include "policy/policy.h"

static const char create[] = "/v1.41/containers/create";
static const char privileged[] = "{\"Image\":\"a\",\"HostConfig\":{\"Privileged\":true}}";
static const char twice[] = "{\"Image\":\"a\",\"Image\":\"a\"}";

static bool broken;

void __real_decide(struct slice bytes, const struct policy *policy, struct decide_env *env,
		   struct arena *a, struct decision *ret);
void __wrap_decide(struct slice bytes, const struct policy *policy, struct decide_env *env,
		   struct arena *a, struct decision *ret);

void __wrap_decide(struct slice bytes, const struct policy *policy, struct decide_env *env,
		   struct arena *a, struct decision *ret)
{
	__real_decide(bytes, policy, env, a, ret);
	if (broken)
		ret->outcome = OUTCOME_ALLOW;
}

static const struct policy *parse(const char *text)
{
	OWN(diags) d = diags_new();
	const struct policy *p = NULL;

	assert_int_equal(policy_parse(slice_str(text), "policy", &p, d), 0);
	return p;
}

static int run(const struct known_bad *bad, const char *baseline, const char *in_force,
	       struct diags *d)
{
	OWN_POLICY first = parse(baseline);
	OWN_POLICY second = parse(in_force);

	return self_test_with(bad, 1, first, second, d);
}

static void passes(const struct known_bad *bad, const char *baseline, const char *in_force)
{
	OWN(diags) d = diags_new();

	assert_int_equal(run(bad, baseline, in_force, d), 0);
	assert_int_equal(diags_count(d), 0);
}

static void refuses(const struct known_bad *bad, const char *baseline, const char *in_force,
		    const char *says)
{
	OWN(diags) d = diags_new();

	assert_int_equal(run(bad, baseline, in_force, d), BAD_INPUT);
	assert_int_equal(diags_count(d), 1);
	assert_non_null(strstr(diags_at(d, 0)->text, bad->name));
	assert_non_null(strstr(diags_at(d, 0)->text, says));
}

static void own_table_is_denied_under_every_policy(void **state)
{
	static const char *const policies[] = {
		"version: 1\n",
		"version: 1\nprofile: strict\n",
		"version: 1\nprofile: none\n",
		"version: 1\nprofile: none\nmode: warn\n",
		"version: 1\nprofile: none\nrules: { opaque-request: warn }\n",
	};

	(void) state;
	for (size_t i = 0; i < COUNT_OF(policies); i++) {
		OWN(diags) d = diags_new();
		OWN_POLICY p = parse(policies[i]);

		self_test(p, d);
		diags_print(d, stderr);
		assert_int_equal(diags_count(d), 0);
	}
}

/* From the first row of the table to the last: who adds one there names it here. */
static void own_table_is_tried_to_its_end(void **state)
{
	OWN(diags) d = diags_new();
	OWN_POLICY p = parse("version: 1\nprofile: none\nmode: warn\n");
	const char *last;

	(void) state;
	broken = true;
	assert_int_equal(self_test(p, d), BAD_INPUT);
	broken = false;
	assert_true(diags_count(d) > 20);
	assert_non_null(strstr(diags_at(d, 0)->text, "an empty call would be allowed"));
	last = diags_at(d, diags_count(d) - 1)->text;
	assert_non_null(strstr(last, "a mount of this plugin's policy would be allowed"));
}

static void what_baseline_allows_is_refused(void **state)
{
	const struct known_bad ping = { "a ping", SELF_TEST_BASELINE, "GET", "/_ping", NULL };
	const struct known_bad plain = { "a plain container", SELF_TEST_BASELINE, "POST", create,
					 "{\"Image\":\"a\"}" };
	const struct known_bad bad = { "privileged", SELF_TEST_BASELINE, "POST", create,
				       privileged };

	(void) state;
	refuses(&ping, "version: 1\n", "version: 1\n", "under baseline");
	refuses(&plain, "version: 1\n", "version: 1\n", "under baseline");
	passes(&bad, "version: 1\n", "version: 1\n");

	/* As if a table of the program were lost. */
	refuses(&bad, "version: 1\nprofile: none\n", "version: 1\n", "under none");
}

static void policy_in_force_may_allow_what_baseline_denies(void **state)
{
	const struct known_bad bad = { "privileged", SELF_TEST_BASELINE, "POST", create,
				       privileged };

	(void) state;
	passes(&bad, "version: 1\n", "version: 1\nprofile: none\n");
}

static void policy_in_force_may_lower_opaque_request(void **state)
{
	const struct known_bad bad = { "a key twice", SELF_TEST_OPAQUE, "POST", create, twice };

	(void) state;
	passes(&bad, "version: 1\n", "version: 1\nrules: { opaque-request: warn }\n");
	passes(&bad, "version: 1\n", "version: 1\nmode: warn\n");
}

static void what_no_policy_may_allow_is_tried_under_the_one_in_force(void **state)
{
	const struct known_bad opaque = { "privileged", SELF_TEST_OPAQUE, "POST", create,
					  privileged };
	const struct known_bad any = { "privileged", SELF_TEST_ANY_POLICY, "POST", create,
				       privileged };

	(void) state;
	refuses(&opaque, "version: 1\n", "version: 1\nname: mine\nprofile: none\n", "under mine");
	refuses(&any, "version: 1\n", "version: 1\nname: mine\nmode: warn\n", "under mine");
}

static void question_is_put_as_it_is(void **state)
{
	const struct known_bad raw = { "a ping", SELF_TEST_ANY_POLICY, NULL, NULL,
				       "{\"RequestMethod\":\"GET\",\"RequestUri\":\"/_ping\"}" };
	OWN(diags) d = diags_new();

	(void) state;
	assert_int_equal(run(&raw, "version: 1\n", "version: 1\n", d), BAD_INPUT);
	assert_int_equal(diags_count(d), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_table_is_denied_under_every_policy),
		cmocka_unit_test(own_table_is_tried_to_its_end),
		cmocka_unit_test(what_baseline_allows_is_refused),
		cmocka_unit_test(policy_in_force_may_allow_what_baseline_denies),
		cmocka_unit_test(policy_in_force_may_lower_opaque_request),
		cmocka_unit_test(what_no_policy_may_allow_is_tried_under_the_one_in_force),
		cmocka_unit_test(question_is_put_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
