/* exception.h (of policy/) - the exceptions of a policy, and which of them an objection meets. */
#pragma once

#include <stddef.h>

#include "policy/exception.h"
#include "when/condition.h"

struct arena;
struct violation;

struct exceptions {
	const struct exception *items; /* in the policy's order */
	size_t count;
	struct when_index index;
};

/* Makes the look-up of the exceptions that `e` lists. 0 or -ENOMEM. */
int exceptions_index(struct exceptions *e, struct arena *a);

/* The first exception that the objection meets, NULL when there is none. */
const struct exception *exceptions_find(const struct exceptions *e, const struct facts *facts,
					size_t rule_index, const struct violation *v);
