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
	size_t elsewhere; /* further items, which are for other hosts and let nothing through */
	struct when_index index;
	const struct glob_index *near_by_image, *near_by_user, *near_by_container;
};

/* Makes the look-up of the exceptions that `e` lists. 0 or -ENOMEM. */
int exceptions_index(struct exceptions *e, struct arena *a);

/* Whether the objection is about one of the values, or about the only one that its rule knows. */
bool exception_values_fit(const struct exception_values *values, const struct facts *f,
			  const struct violation *v);

/* The first exception that the objection meets, NULL when there is none. */
const struct exception *exceptions_find(const struct exceptions *e, const struct facts *facts,
					size_t rule_index, const struct violation *v);
