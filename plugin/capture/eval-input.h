/*
 * eval-input.h - a recording or a log, cut into JSON objects.
 *
 * One capture, a list of them, or one object a line. Lines are read one at a time, so a log of any
 * length takes no more memory than its longest line. What is something else altogether, such as a
 * compose file, is told once, with what to do.
 */
#pragma once

#include <stdbool.h>

#include "base/slice.h"
#include "policy/op.h"

struct eval_input {
	void *user;
	void (*object)(void *user, struct slice text); /* valid until it returns */
	void (*skipped)(void *user);                   /* a line of the process log */
	const enum op *as; /* what is wanted are bodies of such calls; NULL: calls and records */
};

/* "-" is standard input. False when something could not be read; standard error says what. */
bool eval_input_read(const char *file, const struct eval_input *input);
