/*
 * slice.h - a borrowed run of bytes.
 *
 * Docker's strings may hold NUL and anything else, so text from a request is never a C string: a
 * comparison that stops at NUL is a way around a rule. A slice owns nothing; whoever stores one
 * says what keeps its bytes alive (nearly always the request's arena). Passed by value.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct slice {
	const char *ptr;
	size_t len;
};

/* Where a constant must stand, as in tables. */
#define SLICE_INIT(lit)                \
	{                              \
		(lit), sizeof(lit) - 1 \
	}

#define SLICE(lit)   ((struct slice){ "" lit "", sizeof(lit) - 1 })
#define SLICE_ARG(s) (int) (s).len, (s).ptr /* for "%.*s" */

struct slice slice_str(const char *text); /* NULL gives the empty slice */

bool slice_eq(struct slice a, struct slice b);
bool slice_eq_nocase(struct slice a, struct slice b); /* ASCII letters only */
bool slice_starts(struct slice s, struct slice prefix);
bool slice_ends(struct slice s, struct slice suffix);
int slice_cmp(struct slice a, struct slice b); /* as memcmp, shorter first; for sorting */

struct slice slice_from(struct slice s, size_t start); /* start beyond the end gives "" */
struct slice slice_trim(struct slice s);               /* without ASCII blanks at both ends */
const char *slice_find(struct slice s, char c);        /* NULL when absent */

/* Splits at the first `sep`; false, and all of `s` in `head`, when there is none. Outputs may be
 * `&s`. */
bool slice_cut(struct slice s, char sep, struct slice *head, struct slice *tail);
