/*
 * record.h - the decision record: one JSON object on one line, for logs and `eval --format json`.
 *
 * docs/decision-log.md is its schema. No secret enters it: of a body it holds only the values that
 * rules objected to, never the environment, credentials or payloads, and all text goes through
 * redact/redact.h.
 */
#pragma once

#include "base/slice.h"

struct arena;
struct decision;

/* The version of the schema; a record names it first. */
enum { RECORD_SCHEMA = 1 };

/* With its line feed. 0 or -ENOMEM. */
int record_write(const struct decision *d, struct arena *a, struct slice *ret);

/*
 * The same within `most` bytes, at least 8000: a longer record has its texts cut shorter, and the
 * violations left out that do not fit, and says so.
 */
int record_write_short(const struct decision *d, size_t most, struct arena *a, struct slice *ret);
