/* policy-slot.c - { lock, now }; `now` carries one reference that belongs to the slot. */
#include "policy/policy-slot.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "policy-internal.h"

struct policy_slot {
	pthread_mutex_t lock;
	const struct policy *now;
};

struct policy_slot *policy_slot_new(const struct policy *first)
{
	OWN_POLICY owner = first;
	struct policy_slot *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	pthread_mutex_init(&s->lock, NULL);
	policy_put_in_force(first, 1, time(NULL));
	s->now = TAKE(owner);
	return s;
}

void policy_slot_free(struct policy_slot *s)
{
	if (!s)
		return;
	policy_unref(s->now);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

const struct policy *policy_slot_get(struct policy_slot *s)
{
	const struct policy *p;

	/*
	 * Load and ref must be one step. With two separate atomics a reload can drop the last
	 * reference between them, and we would revive freed memory.
	 */
	pthread_mutex_lock(&s->lock);
	p = policy_ref(s->now);
	pthread_mutex_unlock(&s->lock);
	return p;
}

void policy_slot_publish(struct policy_slot *s, const struct policy *next)
{
	const struct policy *old = s->now;

	policy_put_in_force(next, policy_generation(old) + 1, time(NULL));
	pthread_mutex_lock(&s->lock);
	s->now = next;
	pthread_mutex_unlock(&s->lock);

	/* Outside the lock: freeing a large policy takes longer than a decision may wait. */
	policy_unref(old);
}
