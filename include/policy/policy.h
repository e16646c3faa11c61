/*
 * policy.h - what is allowed here: an immutable snapshot, counted by reference.
 *
 * Built once by policy-load, then only read, by any number of threads. A request takes one
 * reference at its start and judges everything against it; a reload publishes another snapshot
 * beside it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/own.h"
#include "base/slice.h"
#include "policy/edition.h"
#include "policy/verdict.h"

struct exception;
struct exceptions;
struct scopes;
struct policy;
struct rule;

struct rule_setting {
	enum action action;
	const void *config; /* of the rule's own type; NULL for a rule without settings */
};

const struct policy *policy_ref(const struct policy *p);
void policy_unref(const struct policy *p); /* NULL is fine */

static inline void own_policy(const struct policy **p)
{
	policy_unref(*p);
}
#define OWN_POLICY __attribute__((cleanup(own_policy))) const struct policy *

struct slice policy_name(const struct policy *p);    /* from `name:`, else the profile's */
struct slice policy_contact(const struct policy *p); /* whom to ask, on one line; or empty */
struct slice policy_profile(const struct policy *p); /* "baseline", "none", "./company.yaml" */
/* The file of a profile that is no built-in one, to be watched; empty else. NUL-terminated. */
struct slice policy_profile_path(const struct policy *p);
bool policy_enforces(const struct policy *p);       /* false under `mode: warn` */
const char *policy_digest(const struct policy *p);  /* SHA-256 of its texts, 64 hex digits */
uint64_t policy_generation(const struct policy *p); /* 1 for the first of a process, then 2, ... */
int64_t policy_since(
	const struct policy *p); /* when it was put in force, seconds since 1970; 0: never */
enum edition policy_edition(const struct policy *p); /* in which the file's numbers are read */
const struct exceptions *policy_exceptions(const struct policy *p);

/* Those that are for this host, expired ones too. */
size_t policy_exception_count(const struct policy *p);

const struct exception *policy_exception_at(const struct policy *p, size_t i);

/* Whether one has this name, for whatever host. */
bool policy_has_exception(const struct policy *p, struct slice name);

/* Exceptions that run out within `seconds` after `now`, and those that have by then: for metrics.
 */
size_t policy_expiring(const struct policy *p, int64_t now, int64_t seconds);
size_t policy_expired(const struct policy *p, int64_t now);

/* Whether a rule of `access` asks for images. */
bool policy_access_by_image(const struct policy *p);

/* Where no scope is for the request. */
const struct rule_setting *policy_setting(const struct policy *p, size_t rule_index);

/* The scopes that are for this host: what they make of rules, whether any of them, or the policy
 * around them, has the rule on. */
const struct scopes *policy_scopes(const struct policy *p);
size_t policy_scope_count(const struct policy *p);
struct slice policy_scope_name(const struct policy *p, size_t scope);
const struct rule_setting *policy_scope_setting(const struct policy *p, size_t scope,
						size_t rule_index);
bool policy_uses(const struct policy *p, size_t rule_index);
