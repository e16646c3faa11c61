#include "policy/policy-slot.h"

#include "unit.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "base/diag.h"
#include "policy/policy-load.h"
#include "policy/policy.h"

enum { READERS = 4, PUBLISHED = 300 };

/* Its name says which generation it is meant to be. */
static const struct policy *policy_of(unsigned generation)
{
	OWN(diags) d = diags_new();
	const struct policy *p = NULL;
	char text[64];

	snprintf(text, sizeof(text), "version: 1\nname: number-%u\nprofile: none\n", generation);
	assert_int_equal(policy_parse(slice_str(text), "test.yaml", &p, d), 0);
	return p;
}

static bool is_whole(const struct policy *p)
{
	char name[32];

	snprintf(name, sizeof(name), "number-%ju", (uintmax_t) policy_generation(p));
	return slice_eq(policy_name(p), slice_str(name)) && policy_since(p) > 0;
}

static void slot_counts_generations(void **state)
{
	OWN(policy_slot) s = NULL;
	const struct policy *first = policy_of(1);
	time_t before = time(NULL);

	(void) state;
	assert_int_equal(policy_generation(first), 1);
	assert_int_equal(policy_since(first), 0);
	s = policy_slot_new(first);
	assert_non_null(s);
	for (unsigned i = 1; i <= 3; i++) {
		OWN_POLICY p = policy_slot_get(s);

		assert_int_equal(policy_generation(p), i);
		assert_true(policy_since(p) >= before);
		assert_true(is_whole(p));
		policy_slot_publish(s, policy_of(i + 1));
	}
}

static void what_was_acquired_stays(void **state)
{
	OWN(policy_slot) s = policy_slot_new(policy_of(1));
	OWN_POLICY held = policy_slot_get(s);

	(void) state;
	policy_slot_publish(s, policy_of(2));
	policy_slot_publish(s, policy_of(3));
	assert_true(is_whole(held));
	assert_int_equal(policy_generation(held), 1);
}

struct readers {
	struct policy_slot *slot;
	atomic_bool done, torn;
	atomic_uint started;
};

static void *read_on(void *cls)
{
	struct readers *r = cls;
	uint64_t last = 0;

	atomic_fetch_add(&r->started, 1);
	while (!atomic_load(&r->done)) {
		OWN_POLICY p = policy_slot_get(r->slot);

		/* A thread never sees an older policy than it has seen before. */
		if (!is_whole(p) || policy_generation(p) < last)
			atomic_store(&r->torn, true);
		last = policy_generation(p);
	}
	return NULL;
}

static void readers_see_whole_policies_in_order(void **state)
{
	OWN(policy_slot) s = policy_slot_new(policy_of(1));
	struct readers r = { .slot = s };
	pthread_t threads[READERS];

	(void) state;
	for (size_t i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, read_on, &r), 0);
	while (atomic_load(&r.started) < READERS)
		;
	for (unsigned i = 2; i <= PUBLISHED; i++)
		policy_slot_publish(s, policy_of(i));
	atomic_store(&r.done, true);
	for (size_t i = 0; i < READERS; i++)
		pthread_join(threads[i], NULL);
	assert_false(atomic_load(&r.torn));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slot_counts_generations),
		cmocka_unit_test(what_was_acquired_stays),
		cmocka_unit_test(readers_see_whole_policies_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
