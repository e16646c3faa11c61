#include "kit/caller.h"

#include <string.h>

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

static bool is_file_name(struct slice user)
{
	for (size_t i = 0; i < user.len; i++) {
		char c = user.ptr[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		if (!letter && !(c >= '0' && c <= '9') && c != '_' && c != '-' && c != '.')
			return false;
	}
	return user.len > 0 && user.len <= USER_NAME_MOST && user.ptr[0] != '.';
}

static const char place[] = "{user}";

enum { PLACE = sizeof(place) - 1 };

static bool is_place(struct slice glob, size_t i)
{
	return slice_starts(slice_from(glob, i), (struct slice){ place, PLACE });
}

bool names_caller(struct slice glob)
{
	for (size_t i = 0; i + PLACE <= glob.len; i++) {
		if (is_place(glob, i))
			return true;
	}
	return false;
}

bool caller_glob(struct slice glob, struct slice user, struct user_glob *room, struct slice *ret)
{
	size_t len = 0;

	*ret = glob;
	if (!names_caller(glob))
		return true;
	if (!is_file_name(user))
		return false;
	for (size_t i = 0; i < glob.len;) {
		struct slice part = is_place(glob, i) ? user : (struct slice){ glob.ptr + i, 1 };

		if (part.len > sizeof(room->text) - len)
			return false;
		memcpy(room->text + len, part.ptr, part.len);
		len += part.len;
		i += part.ptr == user.ptr ? PLACE : 1;
	}
	*ret = (struct slice){ room->text, len };
	return true;
}
