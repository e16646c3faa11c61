/*
 * sources.h - where the settings of a policy stand: file and line of every action and option, of
 * scopes, exceptions and rules of `access`.
 *
 * Made beside the policy, for commands that show one to people. A policy that judges holds none of
 * it.
 */
#pragma once

#include <stddef.h>

#include "base/diag.h"
#include "base/slice.h"

struct arena;

/* Of a rule. Line 0: nobody wrote it; the action of a mark is the program's own. */
struct rule_source {
	struct mark action;
	struct mark final;          /* line 0: the rule is not final */
	const struct mark *options; /* one for each row of the rule's params, in their order */
};

/* What a `when` asks for, as it is written; empty where it does not ask. */
struct when_words {
	struct slice user, image, container, operation, host, is_not;
};

struct scope_source {
	struct mark at;
	struct when_words when;
	const struct rule_source *rules; /* one for each rule */
};

struct exception_source {
	struct mark at;
	struct when_words when;
	struct slice values, options; /* as written; empty where there are none */
};

struct access_source {
	struct mark at;
	struct slice rule; /* as written */
};

struct sources {
	struct arena *arena; /* the caller's, which holds all of it: older than diags and policy */

	const char *profile; /* the built-in one, upon which all else is laid */
	struct mark mode;    /* line 0: nobody wrote it */
	struct rule_source *rules;
	/* As the policy counts those that are for its host. */
	const struct scope_source *scopes;
	size_t scope_count;
	const struct exception_source *exceptions;
	size_t exception_count;
	const struct access_source *access;
	size_t access_count;
	struct mark access_default; /* line 0: nobody wrote it */
};
