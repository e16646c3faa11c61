/*
 * recorded-text.h - command lines, options and addresses as a recording shows them.
 *
 * Each function keeps what rules find in the text and puts `x` in the place of the rest.
 */
#pragma once

#include "base/slice.h"

struct buf;
struct policy;

/*
 * A command line, or one of its words. What stays: names of SSH servers (usual ones, and those that
 * the rule ssh-server of `policy` looks for), slashes, and what a health check begins with.
 */
void recorded_arguments(struct slice text, const struct policy *policy, struct buf *b);

/* The value of a driver's option called `key`, such as "username=u,password=p". */
void recorded_option(struct slice key, struct slice value, struct buf *b);

/* Text that may be a URL: without user, password and query. */
void recorded_url(struct slice text, struct buf *b);
