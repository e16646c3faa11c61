/* access-check.h - what `check` says of an `access:` that is none of the mistakes. */
#pragma once

struct access;
struct draft;

/*
 * Warns, at the rule that makes it so, of users who are given half of what only works whole, and of
 * users who are denied a call and left another with the same effect. 0 or -ENOMEM.
 */
int access_check(const struct access *access, struct draft *d);
