/*
 * key.h - a key of the policy language, as its loader, its schema and its manual know it.
 *
 * A key belongs to a scope, the mapping that it may stand in. The options of rules are no keys of
 * this table: each rule's record has its own.
 */
#pragma once

#include <stdbool.h>

enum key_scope {
#define KEYS_BEGIN(scope) KEYS_##scope,
#include "policy/key.def"
};

/*
 * The keys of each scope, in the order of the table: `enum key_of_WHEN` has KEY_WHEN_user and so
 * on, which are the indexes of key_names(KEYS_WHEN). A loader switches over them, so the compiler
 * warns of a row without a reader.
 */
/* clang-format off */
#define KEYS_BEGIN(scope) enum key_of_##scope {
#define KEY(scope, name, kind, required, accepted, fallback, about, example) KEY_##scope##_##name,
#define KEYS_END(scope) };
#include "policy/key.def"
/* clang-format on */

/* What stands behind the key. */
enum key_kind {
	KEY_VERSION,
	KEY_NAME,
	KEY_CONTACT,
	KEY_EDITION,
	KEY_PROFILE, /* a built-in one, or a path */
	KEY_MODE,
	KEY_GROUPS,
	KEY_RULES,
	KEY_SCOPE_LIST,
	KEY_BUILT_IN, /* a profile that comes with the program */
	KEY_EXCEPTIONS,
	KEY_ACCESS,
	KEY_ACTION,
	KEY_RULE_LIST,
	KEY_BOUNDS, /* a mapping of rules to their options, without their action */
	KEY_RULE,
	KEY_WHEN,
	KEY_NOT,
	KEY_VALUE,
	KEY_VALUES,      /* a list of one or more, each a word or a mapping */
	KEY_WORDS,       /* a list of one or more */
	KEY_GLOBS,       /* a word or a list */
	KEY_NAME_GLOBS,  /* the same, of containers and hosts */
	KEY_IMAGE_GLOBS, /* the same, of images */
	KEY_IMAGE_LIST,
	KEY_TEXT,
	KEY_DATE,
	KEY_CHOICE, /* allow or deny */
	KEY_ACCESS_RULES,
	KEY_OPERATIONS,         /* a list */
	KEY_ALLOWED_OPERATIONS, /* a list, in which a verb is all that it calls */
	KEY_OPERATION_GLOBS,    /* a word or a list */
	KEY_PATH_GLOB,
	KEY_BOOL,
	KEY_PERMISSIONS,
};

struct key {
	const char *name;
	enum key_kind kind;
	bool required;
	const char *accepted; /* words for the manual */
	const char *fallback; /* what holds where it is not given; "" when nothing does */
	const char *about;
	const char *example; /* YAML, as it stands behind the key */
};

/* The names of a scope's keys, in the order in which people write them; NULL ends them. */
const char *const *key_names(enum key_scope scope);
