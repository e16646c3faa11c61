#include "look/wanted.h"

#include "policy/evaluate.h"
#include "policy/intent.h"

/*
 * A service's tasks run on other machines, whose engines fetch the image by themselves; and of an
 * image for several platforms the daemon would show us its own, while the caller asks for another.
 */
static bool names_image(const struct intent *in)
{
	const struct container *c = &in->container;

	return in->op == OP_CONTAINER_CREATE && c->image.value.len > 0 &&
	       c->platform.value.len == 0;
}

int looks_wanted(const struct policy *p, const struct intent *in, int64_t now, struct arena *a,
		 struct looks *ret)
{
	unsigned sights;
	int r;

	ret->count = 0;
	/* First what rules all but a few calls out. What could not be read is denied anyway. */
	if (!names_image(in) || in->reading.unread.count > 0)
		return 0;
	r = evaluate_sights(p, in, now, a, &sights);
	if (r == 0 && (sights & SIGHT_IMAGE))
		looks_add(ret, LOOK_IMAGE, in->container.image.value);
	return r;
}
