/*
 * asked.h - what somebody who looks at a policy says of a request: its caller, its image, its
 * operation, or only some of these; and whether a scope or an exception is for such requests.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"
#include "policy/op.h"

struct arena;
struct asked;
struct exception;
struct image;
struct policy;

/* What is not known is NULL. */
struct asked_words {
	const struct slice *user;
	const struct image *image;
	const enum op *op;
};

/* Lives in `a`, and points to what `words` does. 0 or -ENOMEM. */
int asked_new(const struct asked_words *words, struct arena *a, const struct asked **ret);

/* For none of the requests, for some (what is not known decides), or for all of them. */
enum reach { REACH_NONE, REACH_SOME, REACH_ALL };

/* By the indexes of policy_scope_count and policy_exception_count. Of scopes the first that is for
 * a request is taken. */
enum reach asked_scope(const struct asked *q, const struct policy *p, size_t scope);
enum reach asked_exception(const struct asked *q, const struct policy *p, size_t exception);

/* Whether a rule judges such requests at all: all do where the operation is not known. */
bool asked_judges(const struct asked *q, size_t rule_index);

/* A rule of `access`, by its place among them. The first that is for a call decides. */
enum reach asked_access(const struct asked *q, const struct policy *p, size_t rule);
