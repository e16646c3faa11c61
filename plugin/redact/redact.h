/*
 * redact.h - the one place that knows what of a request may be a secret.
 *
 * Whoever writes text of a request where people or other programs read it sends it through this
 * room first: records and denials by redact_target and redact_text, recordings by the rest. What
 * may be shown is listed (shown.def, options.def), and everything else is hidden. Of
 * bodies, the field tables under plugin/docker are that list: what they do not keep for a rule is
 * never copied, and never written. test/data/shown.tsv is what is left to be seen, field by field.
 */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

struct arena;
struct buf;
struct policy;

/* Who reads it, and what stands for what is hidden. */
struct redaction {
	struct slice mark;
	bool replays;                /* rules must find in it what they found in the original */
	const struct policy *policy; /* replays: names of SSH servers that its rule looks for stay;
				      * may be NULL */
};

/* For people: `***`. For a recording, under the policy in force: `x`, which no rule objects to. */
extern const struct redaction redact_for_people;
struct redaction redact_for_replay(const struct policy *policy);

/*
 * A request target. For people of a long one only the beginning comes back, 8 KiB; `ret` is
 * `target` itself where there is nothing to hide. To be replayed it must be one that uri_read
 * could read. 0 or -ENOMEM.
 */
int redact_target(struct slice target, struct arena *a, struct slice *ret);
int redact_target_for(const struct redaction *r, struct slice target, struct arena *a,
		      struct slice *ret);

/*
 * A value or a sentence that may quote one, for people: a target, or anything with URLs in it. Of
 * long text only the beginning comes back, 2 KiB. 0 or -ENOMEM.
 */
int redact_text(struct slice text, struct arena *a, struct slice *ret);

/* URLs in text that stays otherwise: without user, password and query. */
void redact_urls(const struct redaction *r, struct slice text, struct buf *b);

/* A URL whose scheme may be left out, as in u:password@host:1?token=x/y. */
void redact_host(const struct redaction *r, struct slice text, struct buf *b);

/* Dockerfile instructions, one a line. */
void redact_instructions(const struct redaction *r, struct slice text, struct buf *b);

/* A command line, or one of its words. */
void redact_command(const struct redaction *r, struct slice text, struct buf *b);

/* The value of a driver's option called `key`, such as "username=u,password=p". */
void redact_option(const struct redaction *r, struct slice key, struct slice value, struct buf *b);
