/*
 * recorded-secrets.h - bodies and targets full of secrets, as a recording must not show them.
 *
 * Made from the field tables, so a field that is added is asked about too.
 */
#pragma once

#include <stddef.h>

#include "base/slice.h"

struct arena;

#define SECRET "Geheimnis"

/* Questions whose every value that no rule needs holds SECRET. 0 or -ENOMEM. */
size_t recorded_secrets_count(void);
int recorded_secrets_make(size_t i, struct arena *a, struct slice *ret);
