/*
 * question.h - the daemon's question about an HTTP request, so that a fuzzer can work on the
 * request itself rather than on base64.
 *
 *   POST /v1.41/containers/create
 *   Content-Type: application/json
 *
 *   {"Image":"bb"}
 */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

/* False when it holds what the daemon's JSON cannot: text that is not UTF-8. Freed by the caller.
 */
bool question_make(struct slice request, struct slice *ret);
void question_free(struct slice question);
