#include "kit/user.h"

#include "base/number.h"

bool user_number(struct slice name, uint64_t *ret)
{
	bool sign = slice_starts(name, SLICE("+")) || slice_starts(name, SLICE("-"));

	return number_u64(slice_from(name, sign), ret);
}

static struct slice spec_of(struct slice name, struct slice group, bool colon)
{
	return (struct slice){ name.ptr, name.len + (colon ? 1 + group.len : 0) };
}

struct user user_read(struct slice text)
{
	struct slice name, group = SLICE(""), ignored;
	bool colon = slice_cut(text, ':', &name, &group);
	struct user user = { .name = name };
	uint64_t number;

	if (colon)
		slice_cut(group, ':', &group, &ignored);
	user.spec = spec_of(name, group, colon);
	user.group = colon ? group : SLICE("");
	user.has_group = colon && group.len > 0;
	/* Blanks make no other user: the engine takes them for a part of a name, which the image
	 * does not have. */
	name = slice_trim(name);
	user.is_number = user_number(name, &number);
	user.is_root = user.is_number
			       ? number == 0
			       : slice_eq(name, SLICE("root")) || slice_eq(name, SLICE("toor")) ||
					 (name.len == 0 && colon);
	return user;
}
