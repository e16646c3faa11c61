/*
 * scope.h - other settings for some requests.
 *
 * Each scope is a whole table of settings, made when the policy is read: a decision looks for the
 * first whose `when` holds, once, and then knows no more of scopes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"
#include "when/condition.h"

struct arena;
struct rule_setting;

struct scope {
	struct slice name;
	struct when when;
	bool laxer; /* some rule asks for less than outside of it, or nobody can tell */
	const struct rule_setting *settings; /* rules_count() of them */
};

struct scopes {
	const struct scope *items; /* in the policy's order */
	size_t count;
	struct when_index index;
};

/* Where nobody can tell, the stricter side is taken. */
enum doubt scope_doubt(const struct scope *s);

/* Makes the look-up of the scopes that `s` lists. 0 or -ENOMEM. */
int scopes_index(struct scopes *s, struct arena *a);

/*
 * The first that is for the request, NULL when none is. Where nobody can tell, the stricter side is
 * taken: a laxer scope is not for it, any other is.
 */
const struct scope *scopes_find(const struct scopes *s, const struct facts *facts);
