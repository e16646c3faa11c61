/*
 * stanza.h - the exception that lets a denied call through, and no other, as text for a policy.
 */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

struct arena;
struct denial;
struct rule_setting;

/* What the writer of an exception says of it. */
struct stanza_words {
	struct slice name, reason, owner, expires;
};

/*
 * Rules, operation, user, images, container and values of the denial. Of a rule by whose `max` in
 * `settings`, those that judged, every value of it is too large, the options and not the rule: up
 * to the largest of them. `leads`: where links lead is listed beside each value. 0; BAD_INPUT when
 * a text has bytes that a policy cannot hold; -ENOMEM.
 */
int stanza_write(const struct denial *d, const struct rule_setting *settings,
		 const struct stanza_words *words, bool leads, struct arena *a, struct slice *ret);

/* A name for it: the container's, else the image's last part, else the operation. 0 or -ENOMEM. */
int stanza_name(const struct denial *d, struct arena *a, struct slice *ret);
