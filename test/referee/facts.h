/*
 * facts.h - what we have read, in the words in which go/ tells what the daemon reads.
 *
 * "name=value" each, sorted, behind "sees". Fields that the daemon's types of 20.10 lack are left
 * out, and so is our own reading of the paths within volume options: what they are read from is a
 * fact.
 */
#pragma once

#include "base/slice.h"

struct arena;
struct intent;
struct route;
struct uri;

/* Both give 0 or -ENOMEM. */
int facts_of_body(const struct intent *in, struct arena *a, struct slice *ret);
int facts_of_target(const struct route *route, struct slice object, const struct uri *uri,
		    struct arena *a, struct slice *ret);
