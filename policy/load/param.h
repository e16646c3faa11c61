/* param.h - a rule's typed settings, from the policy's YAML into its config. */
#pragma once

#include "base/diag.h"

struct arena;
struct rule;
struct yaml_node;

/* Whether a glob with `{user}` in it keeps to the limits of caller.h. 0 or BAD_INPUT. */
int check_user_glob(struct slice glob, const struct yaml_node *n, struct diags *d);

/*
 * Reads every option of the mapping `node` but `action` into `config`, which holds what was in
 * force before; an option that is not given keeps that. What is read lives in `a`. Mistakes are
 * complaints in `d`, and the options that have none still arrive. 0 or -ENOMEM.
 */
int param_read(const struct rule *rule, const struct yaml_node *node, void *config, struct arena *a,
	       struct diags *d);
