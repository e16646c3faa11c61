/*
 * overlay.h - options of an exception that stand in for some of a rule's own, and what the rule
 * finds by them.
 *
 * An exception with options does not take the weight from whatever a rule finds: the rule judges
 * the request once more, and what it does not find again is let through.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "policy/exception.h"

struct arena;
struct intent;
struct rule;
struct rule_setting;
struct trial;
struct verdict;
struct violation;

/* Those of this rule; NULL when there are none. */
const struct overlay *overlays_find(const struct overlays *o, const struct rule *rule);

/* The config of the rule's own type that the two make, in `a`. 0 or -ENOMEM. */
int overlay_apply(const struct overlay *o, const void *config, struct arena *a, const void **ret);

/* A request that rules may judge once more, by the options of exceptions. */
struct rejudging {
	const struct intent *intent;
	const struct rule_setting *settings; /* that it was judged by, one for each rule; NULL where
					      * the request is not at hand (a record of it) */
	const struct violation *found;       /* all that was found by them */
	struct arena *arena;
	struct trial *trials; /* NULL at first: what was found by options, which are tried once */
};

/*
 * What the rule finds with these options for some of its own; NULL where the request is not at
 * hand. 0, or what the rule could not do.
 */
int overlay_judge(struct rejudging *j, const struct overlay *o, const struct verdict **ret);

/*
 * Whether the objection, one of `found`, is none with these options. It stays one where the rule
 * then objects to something that it did not object to before. 0, or what the rule could not do.
 */
int overlay_settles(struct rejudging *j, const struct overlay *o, const struct violation *v,
		    bool *ret);
