/*
 * own-call.h - tells the helper's own requests from everybody's.
 *
 * The daemon asks the plugin about them as about any other. Whoever could make the plugin take a
 * request for one of these would be allowed unjudged and unrecorded; so the secret opens six GETs
 * that tell and change nothing, and no other call.
 */
#pragma once

#include <stdbool.h>

#include "look/wire.h"
#include "policy/op.h"

struct call;

/* Of this run: made at the start, known to this process and the helper, written down nowhere. */
struct look_secret {
	char hex[LOOK_SECRET];
};

int look_secret_make(struct look_secret *ret); /* 0 or -Exxx */

/* `op` is what the call was found to be. False without a secret of ours. */
bool own_call(const struct look_secret *secret, const struct call *call, enum op op);
