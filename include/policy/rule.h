/*
 * rule.h - a rule: what it asks, how it is set, how it judges.
 *
 * One file in policy/rule/ defines one `const struct rule`; one row in rules.def names it.
 * Everything else (policy keys, their errors, `cis-authz explain`, documents) is made from this
 * record.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/place.h"
#include "base/slice.h"
#include "policy/edition.h"
#include "policy/intent.h"
#include "policy/verdict.h"

/* What a setting looks like in the policy, and where its value goes in the rule's config. */
enum param_kind {
	PARAM_END,
	PARAM_BOOL_,          /* bool */
	PARAM_COUNT_,         /* uint64_t, from least to most */
	PARAM_WORDS_,         /* struct words */
	PARAM_PATHS_,         /* struct words of absolute clean paths */
	PARAM_ALLOWED_PATHS_, /* struct allowed_paths: a path, or {path, read_only} */
	PARAM_DEVICES_,       /* struct allowed_devices: {path, permissions} */
	PARAM_SIZE_,          /* uint64_t bytes, from least to most; written 64m, 4g */
	PARAM_WORD_,          /* struct slice; empty when not given */
	PARAM_PAIRS_,         /* struct word_pairs, written as a mapping */
};

/* In one option: to look for an item that stands twice takes the square of them. */
enum { PARAM_ITEMS_MOST = 4096 };

struct words {
	const struct slice *items;
	size_t count;
};

struct allowed_path {
	struct slice path; /* absolute and clean; a glob */
	bool read_only;    /* allowed only when mounted read-only */
};

struct allowed_paths {
	const struct allowed_path *items;
	size_t count;
};

struct allowed_device {
	struct slice path; /* a glob */
	struct slice permissions;
};

struct allowed_devices {
	const struct allowed_device *items;
	size_t count;
};

struct word_pair {
	struct slice name, value;
};

struct word_pairs {
	const struct word_pair *items;
	size_t count;
};

struct param {
	const char *name;
	enum param_kind kind;
	size_t offset;
	uint64_t least, most;              /* PARAM_COUNT_, PARAM_SIZE_ */
	const char *(*word)(struct slice); /* of words and of a pair's value: NULL when fine,
					    * else what is accepted */
	const char *about;                 /* for the manual */
	const char *pattern; /* what `word` takes, as a regular expression of JSON Schema; it may be
				wider */
};

/* How many bytes of the rule's config it takes. */
size_t param_size(const struct param *p);

#define PARAM(cfg, field, kind_, about_)                                                       \
	{                                                                                      \
		.name = #field, .kind = kind_, .offset = offsetof(cfg, field), .about = about_ \
	}
#define PARAM_BOOL(cfg, field, about)          PARAM(cfg, field, PARAM_BOOL_, about)
#define PARAM_PATHS(cfg, field, about)         PARAM(cfg, field, PARAM_PATHS_, about)
#define PARAM_ALLOWED_PATHS(cfg, field, about) PARAM(cfg, field, PARAM_ALLOWED_PATHS_, about)
#define PARAM_DEVICES(cfg, field, about)       PARAM(cfg, field, PARAM_DEVICES_, about)
/* The text for the manual, then `.pattern = "..."` where there is one. */
#define PARAM_WORDS(cfg, field, check, ...)                                           \
	{                                                                             \
		.name = #field, .kind = PARAM_WORDS_, .offset = offsetof(cfg, field), \
		.word = check, .about = __VA_ARGS__                                   \
	}
#define PARAM_WORD(cfg, field, check, ...)                                           \
	{                                                                            \
		.name = #field, .kind = PARAM_WORD_, .offset = offsetof(cfg, field), \
		.word = check, .about = __VA_ARGS__                                  \
	}
#define PARAM_PAIRS(cfg, field, check, ...)                                           \
	{                                                                             \
		.name = #field, .kind = PARAM_PAIRS_, .offset = offsetof(cfg, field), \
		.word = check, .about = __VA_ARGS__                                   \
	}
#define PARAM_SIZE(cfg, field, least_, most_, about_)                                \
	{                                                                            \
		.name = #field, .kind = PARAM_SIZE_, .offset = offsetof(cfg, field), \
		.least = least_, .most = most_, .about = about_                      \
	}
#define PARAM_COUNT(cfg, field, least_, most_, about_)                                \
	{                                                                             \
		.name = #field, .kind = PARAM_COUNT_, .offset = offsetof(cfg, field), \
		.least = least_, .most = most_, .about = about_                       \
	}

struct rule {
	const char *id;         /* as policies spell it */
	const char *number;     /* in the CIS Docker 1.11.0 Benchmark, NULL when it is not there */
	const char *number_1_6; /* of that edition (2023), where it differs or is new; else NULL */
	const char *number_1_8; /* of that edition, where it differs from 1.6; else NULL */
	unsigned level;         /* profile level of the benchmark, 0 outside of it */
	bool scored;            /* the benchmark counts it */
	enum benchmark_profile profile;
	const char *benchmark_title; /* in the benchmark's own words; NULL outside of it */
	const char *title;
	const char *why;
	const char *fields;    /* what it reads, in the API's words */
	const char *broken_by; /* the docker option and the compose key that break it: "docker run
			     * --pid host; compose: pid: host" */
	const char *comply;    /* what to type instead */
	const char *example_value; /* that an exception would name, such as "/proc"; NULL: any */
	const char *sole_value;    /* says no more than the rule's name, such as "host" of
				    * host-pid: an exception with values need not list it; or
				    * NULL */
	const char *(*value)(struct slice glob); /* NULL where a denial's value may match the glob,
						  * else what its values are (when/value.h); may be
						  * NULL itself: they may be anything */
	bool sizes;        /* its values are sizes: an exception may spell them otherwise */
	const char *nist;  /* section of NIST SP 800-190 that asks for it, NULL when none does */
	unsigned subjects; /* judges intents that speak of any of these */
	bool always;       /* may be lowered to warn, never switched off */
	const struct param *params; /* ends with PARAM_END; NULL when there are no settings */
	size_t size;                /* of the rule's config; 0 without settings */
	const void *defaults; /* `size` bytes: what holds where neither profile nor policy says */

	/* What is wrong with settings that are each fine, such as a minimum above the maximum:
	 * words that follow "the settings of `memory-limit`". NULL when nothing is. May be NULL
	 * itself. */
	const char *(*conflict)(const void *config);

	/*
	 * What it wants to know of the things that the request names, and that the request leaves
	 * open: a mask of enum sight_kind. NULL: never anything.
	 */
	unsigned (*sights)(const struct intent *in, const void *config);

	/* 0 when it could judge, with or without objections; negative when it could not, which
	 * denies. */
	int (*check)(const struct intent *in, const void *config, struct verdict *v);
};

/*
 * Whether the value is a number, `ret`, beyond the one that the option `max` of the config allows.
 * False for a rule without such an option, or where it is 0 and bounds nothing.
 */
bool rule_beyond_max(const struct rule *rule, const void *config, struct slice value,
		     uint64_t *ret);

/* The table of rules, in report order. */
size_t rules_count(void);
const struct rule *rules_at(size_t i);
size_t rules_index(const struct rule *rule);

/* By name; NULL when there is none. By number: edition.h. */
const struct rule *rules_find(struct slice name);
const char *rules_nearest(struct slice name); /* a rule that the writer may have meant, or NULL */
