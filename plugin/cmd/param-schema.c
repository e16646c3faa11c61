#include "cmd/param-schema.h"

#include <stdbool.h>

#include "capability.h"
#include "param.h"
#include "policy/rule.h"

json_t *schema_ref(const char *name)
{
	return json_pack("{s:s+}", "$ref", "#/definitions/", name);
}

json_t *schema_append(json_t *list, json_t *value)
{
	if (json_array_append_new(list, value) == 0)
		return list;
	json_decref(list);
	return NULL;
}

static json_t *text(struct slice s)
{
	return json_stringn(s.len > 0 ? s.ptr : "", s.len);
}

/* "^(deny|allow)$" is a list, which editors can offer; NULL for any other pattern. */
static json_t *choices(struct slice pattern)
{
	json_t *list;
	struct slice word;
	bool more = true;

	if (!slice_starts(pattern, SLICE("^(")) || !slice_ends(pattern, SLICE(")$")))
		return NULL;
	pattern = (struct slice){ pattern.ptr + 2, pattern.len - 4 };
	for (size_t i = 0; i < pattern.len; i++) {
		if (!slice_find(SLICE("abcdefghijklmnopqrstuvwxyz|-"), pattern.ptr[i]))
			return NULL;
	}
	list = json_array();
	while (more) {
		more = slice_cut(pattern, '|', &word, &pattern);
		list = schema_append(list, text(word));
	}
	return json_pack("{s:o}", "enum", list);
}

/* Text that could write on the reader's terminal is none. */
#define PLAIN_TEXT "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f]*$"

json_t *word_schema(const char *pattern)
{
	json_t *listed = pattern ? choices(slice_str(pattern)) : NULL;

	if (listed)
		return listed;
	return json_pack("{s:[s, s, s], s:s}", "type", "string", "number", "boolean", "pattern",
			 pattern ? pattern : PLAIN_TEXT);
}

static json_t *word_of(const struct param *p)
{
	return p->word == capability_word ? schema_ref("capability") : word_schema(p->pattern);
}

static json_t *list_of(json_t *items)
{
	return json_pack("{s:s, s:o, s:b, s:i}", "type", "array", "items", items, "uniqueItems", 1,
			 "maxItems", PARAM_ITEMS_MOST);
}

static json_t *size_schema(const struct param *p)
{
	return json_pack("{s:[{s:s, s:I, s:I}, {s:s, s:s}]}", "anyOf", "type", "integer", "minimum",
			 (json_int_t) p->least, "maximum", (json_int_t) p->most, "type", "string",
			 "pattern", "^[0-9]+[kKmMgGtT]?[bB]?$");
}

/* A single word is not empty, and is no list of capabilities. */
static json_t *single_word(const struct param *p)
{
	json_t *word = word_of(p);

	if (word && !json_object_get(word, "enum"))
		json_object_set_new(word, "minLength", json_integer(1));
	return word;
}

static json_t *kind_schema(const struct param *p)
{
	switch (p->kind) {
	case PARAM_BOOL_:
		return json_pack("{s:s}", "type", "boolean");
	case PARAM_COUNT_:
		return json_pack("{s:s, s:I, s:I}", "type", "integer", "minimum",
				 (json_int_t) p->least, "maximum", (json_int_t) p->most);
	case PARAM_SIZE_:
		return size_schema(p);
	case PARAM_WORDS_:
		return list_of(word_of(p));
	case PARAM_PATHS_:
		return list_of(schema_ref("path"));
	case PARAM_ALLOWED_PATHS_:
		return list_of(schema_ref("path-item"));
	case PARAM_DEVICES_:
		return list_of(schema_ref("device-item"));
	case PARAM_WORD_:
		return single_word(p);
	case PARAM_PAIRS_:
		return json_pack("{s:s, s:o}", "type", "object", "additionalProperties",
				 single_word(p));
	case PARAM_END:
		break;
	}
	return NULL;
}

static json_t *words_value(const struct words *words)
{
	json_t *list = json_array();

	for (size_t i = 0; i < words->count; i++)
		list = schema_append(list, text(words->items[i]));
	return list;
}

/* NULL where there is no default to speak of. */
static json_t *default_value(const struct param *p, const void *config)
{
	const void *value = (const char *) config + p->offset;
	const struct slice *word = value;

	switch (p->kind) {
	case PARAM_BOOL_:
		return json_boolean(*(const bool *) value);
	case PARAM_COUNT_:
	case PARAM_SIZE_:
		return json_integer((json_int_t) * (const uint64_t *) value);
	case PARAM_WORDS_:
	case PARAM_PATHS_:
		return words_value(value);
	case PARAM_WORD_:
		return word->len > 0 ? text(*word) : NULL;
	case PARAM_ALLOWED_PATHS_:
	case PARAM_DEVICES_:
		return json_array(); /* no rule comes with some */
	case PARAM_PAIRS_:
		return json_object();
	case PARAM_END:
		break;
	}
	return NULL;
}

json_t *param_schema(const struct param *p, const void *config)
{
	json_t *schema = kind_schema(p), *value = default_value(p, config);

	if (json_object_set_new(schema, "description", json_string(p->about)) ||
	    (value && json_object_set_new(schema, "default", value))) {
		json_decref(schema);
		return NULL;
	}
	return schema;
}
