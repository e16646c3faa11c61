/*
 * policy-slot.h - the place of the policy in force: published by one thread, acquired by many.
 *
 * What is acquired stays as it is for as long as its reference is held, whatever is published
 * meanwhile. There is always a policy in the slot.
 */
#pragma once

#include "base/own.h"

struct policy;
struct policy_slot;

/* Takes over the reference `first`, also on failure: NULL when out of memory. */
struct policy_slot *policy_slot_new(const struct policy *first);
void policy_slot_free(struct policy_slot *s); /* NULL is fine; nobody may use it any more */
OWN_DEFINE(policy_slot, policy_slot_free)

/* One reference to the policy in force, the caller's. Any thread. */
const struct policy *policy_slot_get(struct policy_slot *s);

/*
 * Puts `next`, whose reference it takes over, in force from now on, as the next generation. A
 * policy is published once. One thread at a time.
 */
void policy_slot_publish(struct policy_slot *s, const struct policy *next);
