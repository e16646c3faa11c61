/*
 * asker.h - whom a denial speaks to, and of what: which words to use, and the container or service
 * by the caller's own name for it.
 *
 * All of it is the caller's to choose (User-Agent, labels, names). It decides which words a denial
 * is told in and nothing else: no rule, no exception and no verdict looks at it, and a caller who
 * lies here is told of options that the tool at hand does not have.
 */
#pragma once

#include "base/slice.h"
#include "policy/intent.h"

/* How the caller types: the columns of setting.def, and the docker service update beside create. */
enum tongue { TONGUE_RUN, TONGUE_SERVICE, TONGUE_UPDATE, TONGUE_COMPOSE, TONGUE_STACK };

struct asker {
	enum tongue tongue;
	struct slice name; /* of the container or service; empty where the caller gave none */
};

/* `agent` is the User-Agent. `ret` lives as long as the call and the intent. 0 or -ENOMEM. */
int asker_read(struct slice agent, struct slice body, const struct intent *in, struct asker *ret);
