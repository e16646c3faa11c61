/* exception.h (of policy/) - the exceptions of a policy, and which of them an objection meets. */
#pragma once

#include <stddef.h>

#include "policy/exception.h"
#include "when/condition.h"

struct arena;
struct rejudging;
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

/* Whether it is in force, and all that it asks for holds, but for values and options. */
bool exception_meets(const struct exception *e, const struct facts *f);

/*
 * The first exception that the objection meets, with options by which `again` has the request
 * judged; NULL when there is none. 0, or what a rule could not do.
 */
int exceptions_find(const struct exceptions *e, const struct facts *facts,
		    const struct violation *v, struct rejudging *again,
		    const struct exception **ret);
