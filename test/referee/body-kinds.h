/* body-kinds.h - every kind of JSON body that a call may have, with its field table. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"
#include "policy/op.h"
#include "json/gojson.h"

struct body_kind {
	const char
		*name; /* of the decoder of go/bodies.go that reads it; NULL when there is none */
	enum op op;
	const char *method;
	struct slice path; /* one that is routed to `op` */
	const struct gojson_type *type;
	bool list; /* the body is a list of `type` */
};

size_t body_kinds_count(void);
const struct body_kind *body_kinds_at(size_t i);
const struct body_kind *body_kinds_find(enum op op); /* NULL: no body is read */
