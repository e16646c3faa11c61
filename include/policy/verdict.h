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
#include "policy/setting.h"

struct arena;
struct exception;
struct intent;
struct param;
struct place;
struct rule;

enum outcome {
	OUTCOME_ERROR, /* could not be judged; denied */
	OUTCOME_DENY,
	OUTCOME_WARN,  /* allowed, with violations that would be denied under enforcement */
	OUTCOME_ALLOW, /* nothing was found that an exception did not let through */
};

enum action { ACTION_OFF, ACTION_WARN, ACTION_DENY };

/* One thing to leave out or to give, so that the rule has nothing left to object to. */
struct remedy {
	enum setting setting;
	bool give;
	struct slice value, second; /* for `$1` and `$2` of setting.def */
	const struct remedy *next;
};

struct violation {
	const struct rule *rule;
	enum action action;
	const struct place *at; /* may be NULL */
	struct slice
		value; /* as the caller gave it; empty when the point is that nothing was given */
	struct slice text; /* follows the place: "is true." */
	const char *hint;  /* a sentence behind what is to be typed: what serves instead; or NULL */
	const struct remedy
		*remedies;         /* in order; NULL when nothing that can be typed settles it */
	const struct param *opens; /* the option of the rule by which a policy allows it, or NULL */
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

/* From here on objections are `rule`'s, and weigh `action`. */
void verdict_open_rule(struct verdict *v, const struct rule *rule, enum action action);

/*
 * Opens `rule` and has it judge. 0, or what it returned when it could not; -ENOMEM also when an
 * objection of its found no memory and it has not looked: none is half said.
 */
int verdict_ask(struct verdict *v, const struct rule *rule, enum action action,
		const struct intent *in, const void *config);

/* The scope by whose settings rules judge, by name. Only evaluate.c calls it. */
void verdict_set_scope(struct verdict *v, struct slice scope);
struct slice verdict_scope(const struct verdict *v); /* empty where no scope is for the request */

/*
 * An objection of the open rule. The message reads "<place> <fmt...>": say what is wrong with the
 * value. What to type instead is not said here but by the calls below, from which the denial makes
 * both its sentence and its `try:` line; where nothing can be typed, say here what helps. 0 or
 * -ENOMEM. Rules call it; it never says what the outcome is.
 */
int verdict_object(struct verdict *v, const struct place *at, struct slice value, const char *fmt,
		   ...) __attribute__((format(printf, 4, 5)));

/*
 * What settles the latest objection: a setting to leave out, one to give; `value` lives as long as
 * the request, and is empty where the setting has none. All of an objection's together must settle
 * it. 0 or -ENOMEM; also when verdict_object before it had no memory, so that of the calls of one
 * objection the last one's result tells of all.
 */
int verdict_drop(struct verdict *v, enum setting setting, struct slice value);
int verdict_add(struct verdict *v, enum setting setting, struct slice value);
int verdict_add_pair(struct verdict *v, enum setting setting, struct slice value,
		     struct slice second);

/* The same with a value that is made up. */
int verdict_dropf(struct verdict *v, enum setting setting, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int verdict_addf(struct verdict *v, enum setting setting, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* What serves instead of what the latest objection wants gone: "Single capabilities may do." */
void verdict_hint(struct verdict *v, const char *sentence);

/*
 * Which option of the rule lets a policy allow what the latest objection is to: a member of the
 * rule's `struct config`, whose name is in the rule's row. As verdict_drop.
 */
#define verdict_opens(v, member) verdict_opens_at(v, offsetof(struct config, member))
int verdict_opens_at(struct verdict *v, size_t offset);

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
