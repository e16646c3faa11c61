/*
 * envelope.h - the daemon's question: the JSON of an AuthZReq call (moby pkg/authorization/api.go).
 *
 * A question without a method or a target may be the daemon's retry of a call that was lost: it
 * repeats such a call with an empty body, so it must be answered by a denial.
 */
#pragma once

#include "base/slice.h"
#include "docker/call.h"
#include "policy/intent.h"

struct arena;

struct envelope {
	struct slice user, authn;
	struct call call; /* `uri` is not read yet */
};

/* 0; BAD_INPUT with a complaint in `reading`; -ENOMEM. Header names are compared without letter
 * case. */
int envelope_read(struct slice bytes, struct arena *a, struct envelope *ret,
		  struct reading *reading);
