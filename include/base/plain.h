/*
 * plain.h - text that stands for itself in a JSON string: printable ASCII but for '"' and '\'.
 *
 * Nearly all of a request is such text, and a body may be megabytes of it, so it is stepped over in
 * long strides.
 */
#pragma once

#include <stddef.h>

#include "base/slice.h"

size_t plain_run(struct slice s); /* how many bytes of it `s` begins with */
