/* target.h - the six requests that the helper knows, and no others. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "look/wire.h"

enum { TARGET_MOST = 3 * LOOK_NAME_MOST + 64 };

/*
 * What to GET for a request of `len` bytes, as they came; `ret` has room for TARGET_MOST. False for
 * a kind that there is not, or a name that could lead to another request.
 */
bool target_write(const struct look_request *request, size_t len, char *ret);
