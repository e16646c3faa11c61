#include "log/record.h"

#include "unit.h"

#include <stdio.h>
#include <time.h>

#include "authz/decide.h"
#include "base/arena.h"
#include "base/diag.h"
#include "policy/policy-load.h"
#include "policy/policy.h"

static int setup(void **state)
{
	OWN(diags) d = diags_new();
	const struct policy *policy;

	if (policy_load(NULL, &policy, d) != 0)
		return -1;
	*state = (void *) policy;
	return 0;
}

static int teardown(void **state)
{
	policy_unref(*state);
	return 0;
}

/* What a record of that moment begins with. */
static void assert_time(const struct policy *policy, struct arena *a, struct timespec at,
			const char *text)
{
	struct decision d = { .outcome = OUTCOME_ERROR, .policy = policy, .time = at };
	char expected[80];
	struct slice line;

	snprintf(expected, sizeof(expected), "{\"schema\":%d,\"time\":\"%s.%06ldZ\",",
		 RECORD_SCHEMA, text, at.tv_nsec / 1000);
	assert_int_equal(record_write(&d, a, &line), 0);
	assert_true(slice_starts(line, slice_str(expected)));
	arena_reset(a);
}

static void odd_clocks(void **state)
{
	OWN(arena) a = arena_new(1 << 16);

	assert_time(*state, a, (struct timespec){ 0, 0 }, "1970-01-01T00:00:00");
	assert_time(*state, a, (struct timespec){ -86400, 999999999 }, "1970-01-01T00:00:00");
	assert_time(*state, a, (struct timespec){ 1709210096, 999999999 }, "2024-02-29T12:34:56");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(odd_clocks),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
