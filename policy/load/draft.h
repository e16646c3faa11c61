/*
 * draft.h - a policy while it is read from YAML.
 *
 * A policy is laid in layers upon one where every rule is off: a built-in profile, perhaps a team's
 * own profile upon that, then the file. Each is read by the same code. What they add up to (the
 * exceptions, the rules of `access`) is gathered in the draft and finished when all are read.
 * A mistake never stops the reading; one run tells them all, and a draft with mistakes is no
 * policy.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "access.h"
#include "base/diag.h"
#include "base/slice.h"
#include "policy/edition.h"
#include "policy/exception.h"

struct arena;
struct policy;
struct rule;
struct yaml_node;

/* An exception with what only complaints want to know. */
struct exception_draft {
	struct exception exception;
	const struct yaml_node *name, *rules, *when, *expires; /* NULL where not given */
	bool elsewhere; /* `when.host` means other hosts than this one */
};

/* Words for operations that were looked up already: large policies repeat a few. */
enum { OPERATION_WORDS = 32 };

struct operation_word {
	struct slice word;
	struct bit_set operations;
};

struct draft {
	struct policy *policy;
	struct arena *scratch; /* trees and the words of messages; gone when loading is over */
	struct diags *diags;
	int64_t now;           /* seconds since 1970 */
	struct slice host;     /* the name of this host */
	struct slice texts[3]; /* of the layers, for the digest */
	size_t text_count;

	struct operation_word operation_words[OPERATION_WORDS];
	size_t operation_word_count;

	struct exception_draft *exceptions;
	size_t exception_count;
	struct access_rule *access;
	const struct yaml_node **access_nodes; /* one for each of `access` */
	size_t access_count;
	const struct yaml_node *access_default; /* the latest layer's, NULL when none gave one */
};

/* One file upon the draft. */
struct layer {
	struct draft *draft;
	const struct layer *below; /* the team's own profile; NULL where that is a built-in one */
	bool built_in;             /* shipped with the program */
	enum edition edition;      /* in which this file's numbers are read */
	const struct yaml_node **set_by; /* for each rule: the key that set it in this layer */
	const struct yaml_node *mode;    /* its value; NULL when this layer does not say */
};

/* The rule that a name or number stands for; else NULL, and a complaint says what would be right.
 */
const struct rule *draft_rule(const struct layer *l, const struct yaml_node *word);

/* `rules:`. 0, BAD_INPUT or -ENOMEM, as all of these. */
int draft_read_rules(struct layer *l, const struct yaml_node *n);

int draft_read_access(struct layer *l, const struct yaml_node *n);
int draft_finish_access(struct draft *d);

int draft_read_exceptions(struct layer *l, const struct yaml_node *n);
int draft_finish_exceptions(struct draft *d);

/*
 * A word, or a list of one or more, as globs that live as long as the policy. `what` names it in
 * complaints.
 */
int draft_read_globs(const struct layer *l, const struct yaml_node *n, const char *what,
		     struct words *ret);

/* The same for users, in whose names a slash is a letter like any other, so that a star is it too.
 */
int draft_read_users(const struct layer *l, const struct yaml_node *n, const char *what,
		     struct words *ret);

/* Words that name operations, each of which must name at least one. */
int draft_read_operations(const struct layer *l, const struct yaml_node *n, const char *what,
			  struct bit_set *ret);
