/* json.h - JSON in a parameter of the query, without what may be a secret in it. */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

struct buf;
struct redaction;

/* Keys stay, values go. */
bool json_redact_names(const struct redaction *r, struct slice json, struct buf *b);

/* Of each string, what stands behind '=' goes. */
bool json_redact_pairs(const struct redaction *r, struct slice json, struct buf *b);

/*
 * Caches and outputs: names of images stay, and of `type=registry,ref=a,token=b`, or of an object
 * of such attributes, `type`, `ref`, `name` and what says whether it is pushed.
 */
bool json_redact_lists(const struct redaction *r, struct slice json, struct buf *b);

/* All of them are false where it is no JSON: whoever reads it reads something else than we did. */
