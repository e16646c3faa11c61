/*
 * build.h - the parameters of a build whose values are JSON, for whoever reads or records them.
 */
#pragma once

#include "docker/gojson.h"

extern const struct gojson_field build_outputs_field; /* struct gojson_items */
extern const struct gojson_field build_caches_field;  /* struct field_texts */

/* Whether anything is read of an output's attribute of that name. */
bool build_reads_attribute(struct slice key);
