/*
 * gojson-find.h - where a key leads, by Go's rules: the exact name, then the name without letter
 * case and under Unicode case folding, then the same in embedded structs.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "json/gojson.h"

struct gojson_found {
	const struct gojson_field *field;
	size_t offset; /* of the struct that has the field, within the outermost one */
	size_t index;  /* among the fields of all of them */
	const char *objection;
};

bool gojson_find_in(const struct gojson_type *type, struct slice key, struct gojson_found *ret);
