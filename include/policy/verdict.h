/*
 * verdict.h - what the rules concluded about one request.
 *
 * A verdict is born as an error and denies. It becomes an allow only in verdict_close, after every
 * rule that applies has run. Lives in the request's arena.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

struct arena;
struct exception;
struct place;
struct rule;

enum outcome {
	OUTCOME_ERROR, /* could not be judged; denied */
	OUTCOME_DENY,
	OUTCOME_WARN,  /* allowed, with violations that would be denied under enforcement */
	OUTCOME_ALLOW, /* nothing was found that an exception did not let through */
};

enum action { ACTION_OFF, ACTION_WARN, ACTION_DENY };

struct violation {
	const struct rule *rule;
	enum action action;
	const struct place *at; /* may be NULL */
	struct slice
		value; /* as the caller gave it; empty when the point is that nothing was given */
	struct slice text;      /* follows the place: "is true. Remove --privileged; ..." */
	struct slice drop, add; /* the options of docker run or exec to leave out and to give
				 * instead; both empty when no command line would settle it */
	struct slice
		leads;  /* where the value leads, if that is another one, such as a link's end */
	bool read_only; /* what it is about would be mounted read-only */
	const struct exception *exception; /* takes its weight; NULL when it counts */
	struct slice
		near; /* of an exception that nearly does: which, and what it misses; or empty */
	struct violation *next;
};

/* Under enforcement this one alone would deny the request. */
bool violation_denies(const struct violation *v);

struct verdict;

struct verdict *verdict_new(struct arena *a); /* NULL when the arena is full */

/* From here on objections are `rule`'s, and weigh `action`. Only evaluate.c calls it. */
void verdict_open_rule(struct verdict *v, const struct rule *rule, enum action action);

/* The scope by whose settings rules judge, by name. Only evaluate.c calls it. */
void verdict_set_scope(struct verdict *v, struct slice scope);
struct slice verdict_scope(const struct verdict *v); /* empty where no scope is for the request */

/*
 * An objection of the open rule. The message reads "<place> <fmt...>": say what is wrong with the
 * value, then what to type instead. 0 or -ENOMEM. Rules call it; it never says what the outcome is.
 */
int verdict_object(struct verdict *v, const struct place *at, struct slice value, const char *fmt,
		   ...) __attribute__((format(printf, 4, 5)));

/*
 * What settles the latest objection: an option of docker run or exec to leave out ("--cap-add
 * SYS_ADMIN"), one to give ("--memory 256m"). 0 or -ENOMEM; also when verdict_object before it had
 * no memory, so that of the calls of one objection the last one's result tells of all.
 */
int verdict_drop(struct verdict *v, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int verdict_add(struct verdict *v, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* What the calls so far came to, for a rule whose last one depends: 0 or -ENOMEM. */
int verdict_kept(const struct verdict *v);

/*
 * Where the value of the latest objection really leads, when that is somewhere else than it says:
 * an exception for the one must be for the other too. `where` lives as long as the request.
 */
void verdict_leads(struct verdict *v, struct slice where);

/* The latest objection is to a mount that is read-only: an exception may be for that alone. */
void verdict_read_only(struct verdict *v, bool read_only);

/* Every rule has run: the outcome is what the violations make of it. `enforce` false warns at most.
 */
void verdict_close(struct verdict *v, bool enforce);

enum outcome verdict_outcome(const struct verdict *v);
const struct violation *verdict_violations(const struct verdict *v); /* in rule order */
struct violation *verdict_objections(struct verdict *v); /* the same, for evaluate.c alone */
unsigned verdict_count(const struct verdict *v); /* all, also those past the 64 that are kept */
const char *outcome_name(enum outcome outcome);
const char *action_name(enum action action);
