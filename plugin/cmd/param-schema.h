/* param-schema.h - one option of a rule as JSON Schema. */
#pragma once

#include <jansson.h>

struct param;

/*
 * A new schema of what may stand behind the option, with its text and its default from `config`;
 * NULL when out of memory. It refers to the definitions that rules-schema.c makes.
 */
json_t *param_schema(const struct param *p, const void *config);

/* Words that match `pattern`, any when it is NULL. YAML reads 443 and true as no strings; we do. */
json_t *word_schema(const char *pattern);

/* `list` with `value`, which it takes; NULL, and neither is left, when one of them is missing. */
json_t *schema_append(json_t *list, json_t *value);

/* A reference to the definition `name`. */
json_t *schema_ref(const char *name);
