/* word-schema.h - the schema's definitions of single words: names, paths, operations, dates. */
#pragma once

#include <jansson.h>
#include <stdbool.h>

/* Adds them to `definitions`; false when out of memory. */
bool words_define(json_t *definitions);
