/*
 * condition-check.h - conditions that could never match, and what others hold: everything, nothing,
 * something that a caller cannot choose.
 */
#pragma once

#include <stdbool.h>

#include "base/slice.h"
#include "policy/op.h"

struct draft;
struct when;
struct yaml_node;

/* Each word of `when.image`, `when.container`, `when.host` can match some name. 0 or BAD_INPUT. */
int condition_check_images(struct draft *d, const struct yaml_node *n);
int condition_check_containers(struct draft *d, const struct yaml_node *n);
int condition_check_hosts(struct draft *d, const struct yaml_node *n);

/* Whether there is no request that it is not for, but for those of callers without a name. */
bool when_matches_everything(const struct when *when);

/* Whether its `not`, which it has, leaves nothing of what it asks for. */
bool when_shuts_out_all(const struct when *when);

/* Whether it rests on something that a caller cannot choose: a user, or a full digest. */
bool when_binds(const struct when *when);

/* Whether a call of this operation may have all that it asks for. */
bool when_leaves(const struct when *when, enum op op);

/* Whether a star or a question mark stands in it; whether it is made of such alone. */
bool has_star(struct slice text);
bool is_all_stars(struct slice glob);
