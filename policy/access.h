/*
 * access.h - who may call which operation: the policy's `access:`, which the rule trusted-users
 * judges (CIS Docker 1.11.0 Benchmark 1.6).
 *
 * Rules in order: the first whose users match the caller and that names the operation decides.
 * Within one rule deny goes before allow. Where none decides, the default does.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "base/slice.h"
#include "policy/rule.h"

struct arena;
struct yaml_node;

struct access_rule {
	struct words users;       /* globs over the caller's name; "" is a caller without one */
	struct words allow, deny; /* globs over operations, such as container.* */
};

struct access {
	bool denies; /* where no rule decides */
	const struct access_rule *rules;
	size_t count;
};

/* `rule` is 1 for the first rule that decided, 0 for the default. */
bool access_allows(const struct access *a, struct slice user, struct slice operation, size_t *rule);

/* From YAML; what is kept lives in `a`. Mistakes are complaints. 0, BAD_INPUT or -ENOMEM. */
int access_read(const struct yaml_node *n, struct arena *a, struct access *ret, struct diags *d);
