/* unit.h - what every unit test includes: cmocka, in the order it wants, and slices compared. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/slice.h"

/* In memory of its exact size, so that AddressSanitizer sees a read behind the end. Freed by the
 * caller. */
static inline struct slice tight(struct slice s)
{
	char *copy = malloc(s.len > 0 ? s.len : 1);

	assert_non_null(copy);
	if (s.len > 0)
		memcpy(copy, s.ptr, s.len);
	return (struct slice){ copy, s.len };
}

static inline void untight(struct slice s)
{
	free((char *) (uintptr_t) s.ptr);
}

#define assert_slice(got, want) assert_slice_at(got, want, __FILE__, __LINE__)

static inline void assert_slice_at(struct slice got, struct slice want, const char *file, int line)
{
	if (slice_eq(got, want))
		return;
	print_error("got `%.*s` (%zu bytes), not `%.*s` (%zu bytes)\n", SLICE_ARG(got), got.len,
		    SLICE_ARG(want), want.len);
	_fail(file, line);
}
