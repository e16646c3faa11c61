/*
 * effective.h - what a policy makes of each rule for the requests that somebody asks about, and
 * which line of which file says so.
 *
 * Of the scopes that are for some of these requests each is told of beside the settings that hold
 * elsewhere; one that is for all of them gives the settings itself.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "policy/sources.h"

struct arena;
struct asked;
struct buf;
struct param;
struct policy;
struct rule_setting;

struct effective {
	const struct policy *policy;
	const struct policy *profile; /* the built-in one that it is laid upon, alone */
	const struct sources *sources;
	const struct asked *asked;
	const char *user, *image, *operation, *host; /* as asked; NULL where not */
	int64_t now;                                 /* seconds since 1970 */
	struct arena *arena;                         /* of what is told */
	struct arena *scratch;                       /* of what is compared */

	/* Its own. */
	size_t scope; /* the first that is for all such requests; the count of scopes if none is */
	bool failed;  /* there was not enough memory: what was told is not all */
};

/* When all that is given stands there. */
void effective_open(struct effective *e);

/* Whether a scope gives the settings. */
bool effective_in_scope(const struct effective *e);

const struct rule_setting *effective_setting(const struct effective *e, size_t rule);
const struct rule_source *effective_source(const struct effective *e, size_t rule);

/* The next scope from *at on that is for some of the requests and has other settings of the rule;
 * false when there is none. *at moves behind it. */
bool effective_next_scope(struct effective *e, size_t rule, size_t *at, size_t *ret);

/* The same of exceptions from the rule, and of rules of `access`, of which the first that is for
 * all such requests is the last. */
bool effective_next_exception(struct effective *e, size_t rule, size_t *at, size_t *ret);
bool effective_next_access(struct effective *e, size_t *at, size_t *ret);

/* Whether the option is set alike; both are settings of `rule`. */
bool effective_same(struct effective *e, const struct param *p, const struct rule_setting *a,
		    const struct rule_setting *b);

/* Whether the rule's setting is another than the built-in profile's. */
bool effective_changed(struct effective *e, size_t rule);

/* As a policy spells it. */
struct slice effective_value(struct effective *e, const struct param *p,
			     const struct rule_setting *setting);

/* What was written; empty, and `failed`, where memory did not suffice. */
struct slice effective_done(struct effective *e, struct buf *b);

/* "user kim, container \"a-*\"": what of a `when` the question leaves open. */
struct slice effective_left(struct effective *e, const struct when_words *when);

/* "2030-03-31", the last day; "" for never. */
struct slice effective_last_day(struct effective *e, size_t exception);

/* As YAML, with comments. */
void effective_print(struct effective *e);
