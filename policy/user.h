/* user.h - users and groups in the spellings that the engine takes (runc libcontainer/user). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

/*
 * `user` is USER[:GROUP] as of --user. An empty USER before a colon is root, and so are 0, 00, +0,
 * -0, and the names root and toor. Any other name is whatever the image says: it may be root, too.
 */
bool user_is_root(struct slice user);

/* As Go's strconv.Atoi: a sign, then digits. False for a name. */
bool user_number(struct slice name, uint64_t *ret);
