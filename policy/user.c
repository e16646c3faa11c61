#include "user.h"

#include "base/number.h"

bool user_number(struct slice name, uint64_t *ret)
{
	bool sign = slice_starts(name, SLICE("+")) || slice_starts(name, SLICE("-"));

	return number_u64(slice_from(name, sign), ret);
}

bool user_is_root(struct slice user)
{
	struct slice name, group;
	bool has_group = slice_cut(user, ':', &name, &group);
	uint64_t number;

	/* Blanks make no other user: the engine refuses them, or takes them off. */
	name = slice_trim(name);
	if (user_number(name, &number))
		return number == 0;
	return slice_eq(name, SLICE("root")) || slice_eq(name, SLICE("toor")) ||
	       (name.len == 0 && has_group);
}
