/*
 * exception-check.h - exceptions that could never match, and those that match more than they
 * should.
 *
 * The first are errors, the second warnings: `cis-authz check` prints both.
 */
#pragma once

struct draft;
struct exception_draft;

/* Each rule judges some operation that `when` leaves. 0 or BAD_INPUT. */
int exception_check_reach(struct draft *d, const struct exception_draft *e);

/* Where a value is for read-only mounts, some rule judges mounts. 0 or BAD_INPUT. */
int exception_check_read_only(struct draft *d, const struct exception_draft *e);

/* Each of `values` may be one of some rule's denials. 0, BAD_INPUT or -ENOMEM. */
int exception_check_values(struct draft *d, const struct exception_draft *e);

/* No two have one name. 0, also with complaints, or -ENOMEM. */
int exception_check_names(struct draft *d);

/* Warns of one that has run out, soon will, never does, asks for nothing, or binds nobody. 0 or
 * -ENOMEM. */
int exception_check_sense(struct draft *d, const struct exception_draft *e);
