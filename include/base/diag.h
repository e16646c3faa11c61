/*
 * diag.h - complaints about a file, each with its place, all of them in one run.
 *
 * Return values everywhere: 0 done; negative -Exxx, the machine failed us, forward it unchanged;
 * positive BAD_INPUT, the input is wrong and a complaint says so already.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/own.h"
#include "base/slice.h"

enum { BAD_INPUT = 1 };

/* Lines and columns count from 1; line 0 means no position. `file` outlives the diags. */
struct mark {
	const char *file;
	unsigned line, column;
};

enum diag_level { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE };

struct diag {
	enum diag_level level;
	struct mark mark;
	const char *text;
	const char *line; /* what stands there, made plain and cut; NULL when it is not known */
	unsigned caret;   /* column of the mark within `line`, from 1 */
};

struct diags;

struct diags *diags_new(void); /* NULL when out of memory */
void diags_free(struct diags *d);
OWN_DEFINE(diags, diags_free)

/*
 * Records one complaint and returns BAD_INPUT, so callers can `return diag_add(...)`. At most 50 of
 * each level are kept; control bytes in the text are shown as \xNN, and long texts are cut.
 */
int diag_add(struct diags *d, struct mark at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Does not make the input bad. Returns 0. */
int diag_warn(struct diags *d, struct mark at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* A second line for the complaint just made, such as "first set here". */
void diag_note(struct diags *d, struct mark at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* A copy that lives as long as `d`, for the file of marks; NULL when out of memory. */
const char *diags_keep(struct diags *d, struct slice name);

/*
 * From now on complaints about `file` (compared as a pointer) show the line that they are about,
 * which is copied from `text`. The text is borrowed until diags_show_none.
 */
void diags_show(struct diags *d, const char *file, struct slice text);
void diags_show_none(struct diags *d);

bool diags_bad(const struct diags *d); /* holds at least one error, or could not record one */
size_t diags_count(const struct diags *d);
const struct diag *diags_at(const struct diags *d, size_t i);

/*
 * `policy.yaml:14:9: error: ...`, in the order they were found, each with the line that it is about
 * and a caret under the place where that is known.
 */
void diags_print(const struct diags *d, FILE *out);

/*
 * The word of `known` (NULL-terminated) nearest to `word`, or NULL when none is near enough to be
 * what the writer meant (a third of its letters wrong, at most).
 */
const char *diag_nearest(struct slice word, const char *const *known);
