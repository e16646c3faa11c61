/* fetch.h - where the daemon would connect to, into in->fetches. */
#pragma once

#include "policy/intent.h"

/*
 * `given` is a URL, HOST[:PORT][/...], or git's USER@HOST:PATH. An empty one adds nothing. Sets
 * SUBJECT_FETCH. 0 or -ENOMEM.
 */
int fetch_add(struct intent *in, enum fetch_kind kind, struct slice given, const struct place *at);
