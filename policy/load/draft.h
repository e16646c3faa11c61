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

#include "base/diag.h"
#include "base/slice.h"
#include "policy/condition.h"
#include "policy/edition.h"
#include "policy/exception.h"
#include "policy/key.h"
#include "policy/policy.h"
#include "when/access.h"
#include "when/scope.h"

struct arena;
struct embedded_profile;
struct layer;
struct rule;
struct sources;
struct yaml_node;

/* A `when` with what only complaints and other hosts want to know. */
struct when_draft {
	struct when when;
	const struct yaml_node *node;
	bool elsewhere; /* it asks for other hosts than this one */
};

/* An exception with what only complaints want to know. */
struct exception_draft {
	struct exception exception;
	struct when_draft when;
	const struct layer *layer; /* NULL where not given, as all of these: */
	const struct yaml_node *name, *rules, *options, *values, *expires;
	const struct yaml_node *read_only; /* the last of `values` that is true */
};

/* Users by a name of their own. */
struct group_draft {
	const struct yaml_node *node;
	struct words users;
	bool shared; /* of a team's own profile */
	bool used;
};

/* A scope with what only its loading wants to know. */
struct scope_draft {
	struct scope scope;
	struct when_draft when;
	const struct layer *layer;
	const struct embedded_profile *profile; /* NULL where it starts from the policy's rules */
	const struct yaml_node *node, *name, *profile_node, *rules, *reason, *owner; /* or NULL */
	const struct yaml_node *const *set_by; /* for each rule: the key that set it; or NULL */
};

/* A rule of which a later layer may not ask for less: the setting that holds at least. */
struct final_rule {
	const struct layer *layer;   /* whose it is; NULL where the rule is not final */
	const struct yaml_node *key; /* the rule's */
	struct rule_setting setting;
};

/* Words for operations that were looked up already: large policies repeat a few. */
enum { OPERATION_WORDS = 32 };

enum { LAYERS_MOST = 4, PROFILES_MOST = 8 };

struct operation_word {
	struct slice word;
	enum op_use use;
	struct bit_set operations;
};

struct draft {
	struct policy *policy;
	struct arena *scratch; /* trees and the words of messages; gone when loading is over */
	struct diags *diags;
	struct sources *sources; /* NULL where nobody asks where things stand */
	int64_t now;             /* seconds since 1970 */
	struct slice host;       /* the name of this host */
	struct slice texts[LAYERS_MOST + PROFILES_MOST]; /* of all that was read, for the digest */
	size_t text_count;

	struct operation_word operation_words[OPERATION_WORDS];
	size_t operation_word_count;

	struct group_draft *groups;
	size_t group_count;
	struct scope_draft *scopes;
	size_t scope_count;
	const struct rule_setting *profile_settings[PROFILES_MOST]; /* that scopes start from */
	struct exception_draft *exceptions;
	size_t exception_count;
	struct access_rule *access;
	const struct yaml_node **access_nodes; /* one for each of `access` */
	size_t access_count;
	struct final_rule *finals;              /* for each rule */
	const struct yaml_node *access_default; /* the latest layer's, NULL when none gave one */
};

/* One file upon the draft. */
struct layer {
	struct draft *draft;
	const struct layer *below; /* the team's own profile; NULL where that is a built-in one */
	bool built_in;             /* shipped with the program */
	bool shared;               /* a team's own profile, upon which policies build */
	bool scope;                /* not a file, but the rules of a scope in one */
	enum edition edition;      /* in which this file's numbers are read */
	const struct yaml_node **set_by; /* for each rule: the key that set it in this layer */
	const struct yaml_node *mode;    /* its value; NULL when this layer does not say */
};

/*
 * How a mapping is read whose keys are a scope of key.def; `key` is one of that scope's enum.
 * `read` takes what stands behind it into what the caller of draft_read_keys is filling. `need`
 * says what to complain of where the key is missing, NULL when it may be.
 */
struct key_reader {
	enum key_scope scope;
	const char *what; /* "a scope" */
	int (*read)(const struct layer *l, unsigned key, const struct yaml_node *n, void *ret);
	const char *(*need)(unsigned key); /* NULL where every key may be missing */
};

/* In the order of key.def. 0, BAD_INPUT or -ENOMEM; with complaints it reads on. */
int draft_read_keys(const struct layer *l, const struct yaml_node *map, const struct key_reader *r,
		    void *ret);

/* The rule that a name or number stands for; else NULL, and a complaint says what would be right.
 */
const struct rule *draft_rule(const struct layer *l, const struct yaml_node *word);

/* The rule where a layer before this one has it final, else NULL. */
const struct final_rule *draft_final(const struct draft *d, const struct layer *l,
				     const struct rule *rule);

/*
 * Complains where `setting` asks for less than a layer before `l` that has the rule final. 0 or
 * BAD_INPUT.
 */
int draft_check_final(const struct draft *d, const struct layer *l, const struct rule *rule,
		      const struct rule_setting *setting, struct mark at);

/* `rules:`. 0, BAD_INPUT or -ENOMEM, as all of these. */
int draft_read_rules(struct layer *l, const struct yaml_node *n);

/* `groups:`, before all that lists users. */
int draft_read_groups(struct layer *l, const struct yaml_node *n);
void draft_finish_groups(const struct draft *d);

/*
 * The members of the group that the word `@name` stands for; NULL where the word is a user. A group
 * that is not there is a complaint.
 */
int draft_group(const struct draft *d, const struct yaml_node *word, const struct words **ret);

int draft_read_when(const struct layer *l, const struct yaml_node *n, struct when_draft *ret);

/* `scopes:`, whose rules are laid when all layers are. */
int draft_read_scopes(struct layer *l, const struct yaml_node *n);
int draft_finish_scopes(struct draft *d);

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

/*
 * The same for users, in whose names a slash is a letter like any other, so that a star is it too.
 * The members of a group stand in its place.
 */
int draft_read_users(const struct layer *l, const struct yaml_node *n, const char *what,
		     struct words *ret);

/* A word that begins with `!` is a complaint: no key of the language knows it as "not". 0 or
 * BAD_INPUT. */
int draft_refuse_bang(const struct layer *l, const struct yaml_node *word, const char *what);

/* Words that name operations, each of which must name at least one. */
int draft_read_operations(const struct layer *l, const struct yaml_node *n, const char *what,
			  enum op_use use, struct bit_set *ret);

/* Fills in d->sources when all is read, and without a mistake. 0 or -ENOMEM. */
int draft_tell_sources(const struct draft *d);
