/* policy-internal.h - what a policy is made of, for policy/ alone. */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>

#include "base/slice.h"
#include "policy/policy.h"
#include "when/exception.h"
#include "when/scope.h"

struct arena;

enum { POLICY_DIGEST = 64 /* hex digits */, POLICY_NAME_MOST = 64 };

struct policy {
	atomic_uint refs;
	struct arena *arena; /* holds all that the members below point to */
	struct slice name, contact, profile, profile_path;
	bool enforce;
	enum edition edition;
	struct scopes scopes;
	struct exceptions exceptions;
	char digest[POLICY_DIGEST + 1];
	uint64_t generation;
	int64_t since;
	struct rule_setting *settings; /* rules_count() of them */
};

/*
 * One reference to a policy that is still to be filled: it enforces, every rule is off but those
 * that can not be, and every config holds the rule's defaults. NULL when out of memory.
 */
struct policy *policy_new(void);

/* Settings as a new policy has them, in the policy's arena; NULL when out of memory. */
struct rule_setting *policy_new_settings(struct policy *p);

/* A rule's config, to be written to while nobody else has the policy yet. */
void *policy_config(struct policy *p, size_t rule_index);

/* Once, by the slot, while nobody but its publisher has the policy. */
void policy_put_in_force(const struct policy *p, uint64_t generation, int64_t since);

/* The digest is of all texts: a profile changes with the program, and decisions with it. */
void policy_set_digest(struct policy *p, const struct slice *texts, size_t count);

/* 1 to 64 letters, digits, `-`, `_` and `.`: what policies and exceptions may be called. */
bool policy_is_name(struct slice s);
