/*
 * near.h - exceptions that nearly let something through.
 *
 * Somebody wrote one, and the request is denied all the same: the denial says what did not match.
 * What is near is found by the image's repository, by the caller where an exception asks for no
 * image, and by the container where it asks for neither.
 */
#pragma once

#include "when/exception.h"

/* Makes the look-up of those that are near, of the items for other hosts too. 0 or -ENOMEM. */
int near_index_new(struct exceptions *e, struct arena *a);

/*
 * A sentence about the exception that misses least of an objection that meets none; empty where
 * none is near. It holds words of the policy and of the request. 0 or -ENOMEM.
 */
int near_explain(const struct exceptions *e, const struct facts *f, const struct violation *v,
		 struct rejudging *again, struct slice *ret);
