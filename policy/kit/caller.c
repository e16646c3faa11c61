#include "kit/caller.h"

#include "base/glob.h"

bool caller_is(const struct words *users, struct slice user)
{
	for (size_t i = 0; i < users->count; i++) {
		if (users->items[i].len == 0 ? user.len == 0
					     : user.len > 0 && glob_match(users->items[i], user))
			return true;
	}
	return false;
}
