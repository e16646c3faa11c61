/* caller.h - who calls, against a list of users in a policy, and in its paths. */
#pragma once

#include <stdbool.h>

#include "policy/rule.h"

/* Globs over the caller's name. A star is any name; a caller without one is meant by "" alone. */
bool caller_is(const struct words *users, struct slice user);

/* What a glob with `{user}` in it may have, and how long it may be, so that it fits with the
 * longest name in every place. */
enum { USER_NAME_MOST = 64, USER_PLACES_MOST = 4, USER_GLOB_MOST = 512 };

struct user_glob {
	char text[USER_GLOB_MOST + USER_PLACES_MOST * USER_NAME_MOST];
};

/* Whether `{user}` stands in it. */
bool names_caller(struct slice glob);

/*
 * The glob with the caller's name for each `{user}`, in `room` or as it is. False where the name is
 * none, or no plain file name (letters, digits, `.`, `_`, `-`, no dot first): then it matches
 * nothing, since a name such as `..` would lead out of the folder that is meant.
 */
bool caller_glob(struct slice glob, struct slice user, struct user_glob *room, struct slice *ret);
