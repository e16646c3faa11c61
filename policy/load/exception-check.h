/*
 * exception-check.h - exceptions that could never match, and those that match more than they
 * should.
 *
 * The first are errors, the second warnings: `cis-authz check` prints both.
 */
#pragma once

#include <stdbool.h>

#include "policy/op.h"

struct draft;
struct exception_draft;
struct when;
struct yaml_node;

/* Each word of `when.image`, `when.container`, `when.host` can match some name. 0 or BAD_INPUT. */
int exception_check_images(struct draft *d, const struct yaml_node *n);
int exception_check_containers(struct draft *d, const struct yaml_node *n);
int exception_check_hosts(struct draft *d, const struct yaml_node *n);

/* Whether there is no request that it is not for, but for those of callers without a name. */
bool when_matches_everything(const struct when *when);

/* Whether its `not`, which it has, leaves nothing of what it asks for. */
bool when_shuts_out_all(const struct when *when);

/* Whether it rests on something that a caller cannot choose: a user, or a full digest. */
bool when_binds(const struct when *when);

/* Whether a call of this operation may have all that it asks for. */
bool when_leaves(const struct when *when, enum op op);

/* Each rule judges some operation that `when` leaves. 0 or BAD_INPUT. */
int exception_check_reach(struct draft *d, const struct exception_draft *e);

/* Where a value is for read-only mounts, some rule judges mounts. 0 or BAD_INPUT. */
int exception_check_read_only(struct draft *d, const struct exception_draft *e);

/* Each of `values` may be one of some rule's denials. 0, BAD_INPUT or -ENOMEM. */
int exception_check_values(struct draft *d, const struct exception_draft *e);

/* No two have one name. 0, also with complaints, or -ENOMEM. */
int exception_check_names(struct draft *d);

/* Warns of one that has run out, soon will, never does, asks for nothing, or binds nobody. */
void exception_check_sense(struct draft *d, const struct exception_draft *e);
