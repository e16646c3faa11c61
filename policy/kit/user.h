/* user.h - users and groups in the spellings that the engine takes (runc libcontainer/user). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

/* USER[:GROUP], taken apart as GetExecUser does. All of it points into what was read. */
struct user {
	struct slice spec; /* what counts: a second colon, and all behind it, is ignored */
	struct slice name; /* or number; empty before a colon, which is root */
	struct slice group;
	bool has_group; /* with nothing behind the colon the group is the user's own */
	bool is_root; /* 0, 00, +0, -0, nothing before a colon, root and toor, with blanks or not */
	bool is_number; /* by the image's list of users it may have any group; without an entry, 0
			 */
};

/*
 * Any name but those of root is whatever the image's /etc/passwd says: it may be root, too. Empty
 * text names nobody: the user is then the image's own, or for exec the container's.
 */
struct user user_read(struct slice text);

/* As Go's strconv.Atoi: a sign, then digits. False for a name, and for a number that is too large.
 */
bool user_number(struct slice name, uint64_t *ret);
