/*
 * record.h - the decision record: one JSON object on one line, for logs and `eval --format json`.
 *
 * docs/decision-log.md is its schema. No secret enters it: of a body it holds only the values that
 * rules objected to, never the environment, credentials or payloads.
 */
#pragma once

#include "base/slice.h"

struct arena;
struct decision;

/* With its line feed. 0 or -ENOMEM. */
int record_write(const struct decision *d, struct arena *a, struct slice *ret);
