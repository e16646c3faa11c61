/* made-call.h - a capture made of the body of a call alone, to judge what nobody has sent. */
#pragma once

#include "base/slice.h"
#include "policy/op.h"

struct arena;
struct route;

/* The route that makes things of one JSON body: that of container.create, service.create and so on;
 * NULL where the operation has none. */
const struct route *made_call_route(enum op op);

/* A call of that route, by nobody. 0 or -ENOMEM. */
int made_call_write(const struct route *route, struct slice body, struct arena *a,
		    struct slice *ret);
