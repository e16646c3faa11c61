/* base64.h - bytes within JSON, as Go writes them. */
#pragma once

#include "base/slice.h"

struct arena;

/* The standard alphabet, padded. 0; BAD_INPUT when `text` is not that; -ENOMEM. */
int base64_read(struct arena *a, struct slice text, struct slice *ret);

/* 0 or -ENOMEM. */
int base64_write(struct arena *a, struct slice bytes, struct slice *ret);
