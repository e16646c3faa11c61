/* caller.h - who calls, against a list of users in a policy. */
#pragma once

#include <stdbool.h>

#include "policy/rule.h"

/* Globs over the caller's name. A star is any name; a caller without one is meant by "" alone. */
bool caller_is(const struct words *users, struct slice user);
