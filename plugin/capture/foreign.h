/*
 * foreign.h - what people give to commands that read recorded calls, and that is something else:
 * what it is, and how to come from it to a call.
 */
#pragma once

#include <stdbool.h>

#include "base/slice.h"
#include "policy/op.h"

struct arena;

struct foreign {
	const char *what; /* "the body of a call that makes a container" */
	const char *next; /* what to do; %s stands for the file. NULL: what holds of everything */
	const char *body_of; /* the operation whose call has such a body; NULL where it is none, or
			      * may be any */
	bool unknown;        /* nothing tells what it is */
};

extern const struct foreign foreign_call; /* where a body is wanted */

/* Whether the JSON object is neither a call nor a record nor a mark of lost ones. */
bool foreign_object(struct slice object, struct arena *a, const struct foreign **ret);

/* Whether it may be a body of such calls. */
bool foreign_is_body(const struct foreign *f, enum op op);

/* A whole text that is not JSON, nor has lines of it. */
const struct foreign *foreign_text(struct slice text);

/* On standard error. */
void foreign_tell(const struct foreign *f, const char *file);
