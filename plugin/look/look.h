/* look.h - what a request names, and what the daemon says of it. */
#pragma once

#include <stddef.h>

#include "base/slice.h"
#include "look/wire.h"

enum { LOOKS_MOST = 8 }; /* of one request; what is beyond stays unseen */

struct look {
	enum look_kind kind;
	struct slice name;       /* as the caller wrote it; lives as long as the request */
	enum look_status status; /* LOOK_UNSEEN until it is known to be seen or absent */
	struct slice json;       /* LOOK_SEEN: of malloc, given back by looks_release */
};

struct looks {
	struct look items[LOOKS_MOST];
	size_t count;
};

/* A second time for the same thing adds nothing. */
void looks_add(struct looks *looks, enum look_kind kind, struct slice name);

/* NULL where it was not asked for. */
const struct look *looks_find(const struct looks *looks, enum look_kind kind, struct slice name);

void looks_release(struct looks *looks);
