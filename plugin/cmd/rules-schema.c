/*
 * rules-schema.c - the policy language as a JSON Schema, from the tables that the loader reads by.
 *
 * What a kind of key takes is a definition; keys refer to these. A rule has a definition of its
 * own, to which its name and its numbers refer. Numbers differ between editions: which are meant
 * rests on `benchmark`, so `rules` is given for each edition, and once more for where a team's own
 * profile says which.
 */
#include "cmd/rules-schema.h"

#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/slice.h"
#include "cmd/param-schema.h"
#include "cmd/word-schema.h"
#include "key.h"
#include "policy/edition.h"
#include "policy/rule.h"

struct schema {
	json_t *definitions;
	bool failed; /* something could not be made, so all of it is not to be believed */
};

/* A `value` that is missing, for want of memory, spoils the whole. */
static void put(struct schema *s, json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) != 0)
		s->failed = true;
}

static void add(struct schema *s, json_t *list, json_t *value)
{
	if (json_array_append_new(list, value) != 0)
		s->failed = true;
}

static bool lists(const json_t *list, const json_t *value)
{
	const json_t *item;
	size_t i;

	json_array_foreach(list, i, item) if (json_equal(item, value)) return true;
	return false;
}

static json_t *options_schema(struct schema *s, const struct rule *rule)
{
	json_t *properties = json_object();

	put(s, properties, "action", schema_ref(rule->always ? "firm-action" : "action"));
	for (const struct param *p = rule->params; p && p->kind != PARAM_END; p++)
		put(s, properties, p->name, param_schema(p, rule->defaults));
	/* Options of what is off would do nothing. */
	return json_pack("{s:s, s:o, s:b, s:i, s:{s:[s], s:{s:{s:s}}}, s:{s:i}}", "type", "object",
			 "properties", properties, "additionalProperties", 0, "minProperties", 1,
			 "if", "required", "action", "properties", "action", "const", "off", "then",
			 "maxProperties", 1);
}

static json_t *rule_description(const struct rule *rule)
{
	if (rule->number)
		return json_sprintf("CIS Docker 1.11.0 recommendation %s. %s To comply: %s",
				    rule->number, rule->why, rule->comply);
	return json_sprintf("%s To comply: %s", rule->why, rule->comply);
}

static void define_rules(struct schema *s)
{
	for (size_t i = 0; i < rules_count(); i++) {
		const struct rule *rule = rules_at(i);
		json_t *definition =
			json_pack("{s:s, s:o, s:[s, s], s:[o, o]}", "title", rule->title,
				  "description", rule_description(rule), "examples", "deny", "warn",
				  "anyOf", schema_ref(rule->always ? "firm-action" : "action"),
				  options_schema(s, rule));
		char name[64];

		snprintf(name, sizeof(name), "rule-%s", rule->id);
		put(s, s->definitions, name, definition);
	}
}

static json_t *rule_ref(const struct rule *rule)
{
	return json_pack("{s:s+}", "$ref", "#/definitions/rule-", rule->id);
}

/* `rules:` as it is read in one edition. A number is its rule once more, so one of the two stands.
 */
static json_t *rules_schema_in(struct schema *s, enum edition edition)
{
	json_t *properties = json_object(), *dependencies = json_object();

	for (size_t i = 0; i < rules_count(); i++) {
		const struct rule *rule = rules_at(i);
		const char *number = edition_number(edition, rule);

		put(s, properties, rule->id, rule_ref(rule));
		if (!number)
			continue;
		put(s, properties, number, rule_ref(rule));
		put(s, dependencies, number, json_pack("{s:{s:b}}", "properties", rule->id, 0));
	}
	return json_pack("{s:s, s:o, s:o, s:b}", "type", "object", "properties", properties,
			 "dependencies", dependencies, "additionalProperties", 0);
}

/* A number that may stand for one rule in this edition and another in that. */
static void put_either(struct schema *s, json_t *properties, const char *number,
		       const struct rule *rule)
{
	json_t *before = json_object_get(properties, number), *it = rule_ref(rule);

	if (before && (json_equal(before, it) || lists(json_object_get(before, "anyOf"), it)))
		json_decref(it);
	else if (before)
		put(s, properties, number, json_pack("{s:[O, o]}", "anyOf", before, it));
	else
		put(s, properties, number, it);
}

/* `rules:` as it may be read in any edition. */
static json_t *rules_schema_any(struct schema *s)
{
	json_t *properties = json_object();

	for (size_t i = 0; i < rules_count(); i++)
		put(s, properties, rules_at(i)->id, rule_ref(rules_at(i)));
	for (enum edition e = 0; e < EDITIONS; e++) {
		for (size_t i = 0; i < rules_count(); i++) {
			const char *number = edition_number(e, rules_at(i));

			if (number)
				put_either(s, properties, number, rules_at(i));
		}
	}
	return json_pack("{s:s, s:o, s:b}", "type", "object", "properties", properties,
			 "additionalProperties", 0);
}

/* Rules that may have exceptions. YAML takes a number without quotes for one, whatever its zeros.
 */
static json_t *rule_list_schema(json_t *words)
{
	return json_pack("{s:s, s:i, s:b, s:{s:[{s:o}, {s:s}]}}", "type", "array", "minItems", 1,
			 "uniqueItems", 1, "items", "anyOf", "enum", words, "type", "number");
}

static json_t *rule_words(struct schema *s, enum edition edition)
{
	json_t *words = json_array();

	for (size_t i = 0; i < rules_count(); i++) {
		const struct rule *rule = rules_at(i);
		const char *number = edition_number(edition, rule);

		if (rule->always)
			continue;
		add(s, words, json_string(rule->id));
		if (number)
			add(s, words, json_string(number));
	}
	return words;
}

/* The definitions whose names end with that of the edition are what is read in it. */
static void define_edition(struct schema *s, enum edition edition)
{
	char name[64];

	snprintf(name, sizeof(name), "rules-%s", edition_name(edition));
	put(s, s->definitions, name, rules_schema_in(s, edition));
	snprintf(name, sizeof(name), "rule-list-%s", edition_name(edition));
	put(s, s->definitions, name, rule_list_schema(rule_words(s, edition)));
}

static void define_editions(struct schema *s)
{
	json_t *any = json_array();

	for (enum edition e = 0; e < EDITIONS; e++) {
		json_t *words = rule_words(s, e), *word;
		size_t i;

		define_edition(s, e);
		json_array_foreach(words, i,
				   word) if (!lists(any, word) && json_array_append(any, word) != 0)
			s->failed = true;
		json_decref(words);
	}
	put(s, s->definitions, "rules", rules_schema_any(s));
	put(s, s->definitions, "rule-list", rule_list_schema(any));
}

static json_t *key_schema(const struct key *key)
{
	static const char *const definitions[] = {
		[KEY_VERSION] = "version",
		[KEY_NAME] = "name",
		[KEY_EDITION] = "edition",
		[KEY_PROFILE] = "profile",
		[KEY_MODE] = "mode",
		[KEY_RULES] = "rules",
		[KEY_EXCEPTIONS] = "exceptions",
		[KEY_ACCESS] = "access",
		[KEY_ACTION] = "action",
		[KEY_RULE_LIST] = "rule-list",
		[KEY_WHEN] = "when",
		[KEY_WORDS] = "some-word",
		[KEY_GLOBS] = "word-or-some",
		[KEY_NAME_GLOBS] = "name-glob-or-some",
		[KEY_IMAGE_GLOBS] = "image-glob-or-some",
		[KEY_TEXT] = "text",
		[KEY_DATE] = "date",
		[KEY_CHOICE] = "choice",
		[KEY_ACCESS_RULES] = "access-rules",
		[KEY_OPERATIONS] = "operations",
		[KEY_OPERATION_GLOBS] = "operation-or-some",
		[KEY_PATH_GLOB] = "path-glob",
		[KEY_BOOL] = "truth",
		[KEY_PERMISSIONS] = "permissions",
	};
	json_t *examples = json_pack("[s]", key->example);

	/* In draft-07 what stands beside a reference is not read. */
	return json_pack("{s:s, s:s, s:o, s:[o]}", "title", key->name, "description", key->about,
			 "examples", examples, "allOf", schema_ref(definitions[key->kind]));
}

static json_t *scope_schema(struct schema *s, enum key_scope scope)
{
	json_t *properties = json_object(), *required = json_array();

	for (const struct key *key = keys_of(scope); key->name; key++) {
		put(s, properties, key->name, key_schema(key));
		if (key->required)
			add(s, required, json_string(key->name));
	}
	return json_pack("{s:s, s:o, s:o, s:b}", "type", "object", "properties", properties,
			 "required", required, "additionalProperties", 0);
}

static json_t *list_schema(const char *items, unsigned least)
{
	return json_pack("{s:s, s:i, s:o}", "type", "array", "minItems", least, "items",
			 schema_ref(items));
}

/* "some-WORD", a list of one or more, and "WORD-or-some", one without brackets too. */
static void define_lists(struct schema *s, const char *word)
{
	char some[64], either[64];

	snprintf(some, sizeof(some), "some-%s", word);
	snprintf(either, sizeof(either), "%s-or-some", word);
	put(s, s->definitions, some, list_schema(word, 1));
	put(s, s->definitions, either,
	    json_pack("{s:[o, o]}", "anyOf", schema_ref(word), schema_ref(some)));
}

/* Extends the keys of a scope by what must hold of them together. */
static void define_scope(struct schema *s, const char *name, enum key_scope scope,
			 const char *keyword, json_t *together)
{
	json_t *definition = scope_schema(s, scope);

	if (keyword)
		put(s, definition, keyword, together);
	put(s, s->definitions, name, definition);
}

static void define_items(struct schema *s)
{
	json_t *items[] = { scope_schema(s, KEYS_PATH_ITEM), scope_schema(s, KEYS_DEVICE_ITEM) };

	put(s, s->definitions, "path-item",
	    json_pack("{s:[o, o]}", "anyOf", schema_ref("path-glob"), items[0]));
	put(s, s->definitions, "device-item",
	    json_pack("{s:[o, o]}", "anyOf", schema_ref("path-glob"), items[1]));
}

static void define_scopes(struct schema *s)
{
	define_items(s);
	define_scope(s, "when", KEYS_WHEN, "minProperties", json_integer(1));
	define_scope(s, "exception", KEYS_EXCEPTION, NULL, NULL);
	define_scope(s, "access-rule", KEYS_ACCESS_RULE, "anyOf",
		     json_pack("[{s:[s], s:{s:{s:i}}}, {s:[s], s:{s:{s:i}}}]", "required", "allow",
			       "properties", "allow", "minItems", 1, "required", "deny",
			       "properties", "deny", "minItems", 1));
	/* Without either it would refuse nobody. */
	define_scope(s, "access", KEYS_ACCESS, "anyOf",
		     json_pack("[{s:[s], s:{s:{s:s}}}, {s:[s], s:{s:{s:i}}}]", "required",
			       "default", "properties", "default", "const", "deny", "required",
			       "rules", "properties", "rules", "minItems", 1));
	put(s, s->definitions, "exceptions", list_schema("exception", 0));
	put(s, s->definitions, "access-rules", list_schema("access-rule", 0));
	put(s, s->definitions, "operations", list_schema("operation", 0));
	define_lists(s, "word");
	define_lists(s, "name-glob");
	define_lists(s, "image-glob");
	define_lists(s, "operation");
}

/* Numbers, wherever they stand, are read in that edition. */
static json_t *read_in(enum edition edition)
{
	json_t *list =
		json_pack("{s:s++}", "$ref", "#/definitions/", "rule-list-", edition_name(edition));
	json_t *rules =
		json_pack("{s:s++}", "$ref", "#/definitions/", "rules-", edition_name(edition));

	return json_pack("{s:{s:o, s:{s:{s:{s:o}}}}}", "properties", "rules", rules, "exceptions",
			 "items", "properties", "rules", list);
}

/*
 * In which edition numbers are read: `benchmark` says, else the profile where that is a file, else
 * it is the first.
 */
static json_t *edition_choice(struct schema *s)
{
	json_t *all = json_array();

	for (enum edition e = 0; e < EDITIONS; e++)
		add(s, all,
		    json_pack("{s:{s:[s], s:{s:{s:s}}}, s:o}", "if", "required", "benchmark",
			      "properties", "benchmark", "const", edition_name(e), "then",
			      read_in(e)));
	add(s, all,
	    json_pack("{s:{s:[{s:[s]}, {s:[s], s:{s:{s:s}}}]}, s:{}, s:o}", "if", "anyOf",
		      "required", "benchmark", "required", "profile", "properties", "profile",
		      "pattern", "/", "then", "else", read_in(0)));
	return json_pack("{s:o}", "allOf", all);
}

/* `access` of a rule that is off would refuse nobody. */
static json_t *access_of_off(const char *spelling)
{
	json_t *off =
		json_pack("[{s:s}, {s:s, s:[s], s:{s:{s:s}}}]", "const", "off", "type", "object",
			  "required", "action", "properties", "action", "const", "off");
	json_t *rules = json_pack("{s:[s], s:{s:{s:o}}}", "required", spelling, "properties",
				  spelling, "anyOf", off);

	return json_pack("{s:{s:[s], s:{s:o}}, s:{s:{s:b}}}", "if", "required", "rules",
			 "properties", "rules", rules, "then", "properties", "access", 0);
}

static json_t *policy_schema(struct schema *s)
{
	json_t *policy = scope_schema(s, KEYS_POLICY);

	put(s, policy, "allOf",
	    json_pack("[o, o]", edition_choice(s), access_of_off("trusted-users")));
	put(s, policy, "type",
	    json_pack("[s, s]", "object", "null")); /* an empty file is baseline */
	return policy;
}

static int write_schema(struct schema *s)
{
	json_t *policy, *root;
	int error;

	if (!words_define(s->definitions))
		s->failed = true;
	define_rules(s);
	define_editions(s);
	define_scopes(s);
	policy = policy_schema(s);
	root = json_pack(
		"{s:s, s:s, s:s, s:s}", "$schema", "http://json-schema.org/draft-07/schema#",
		"title", "cis-authz policy", "description",
		"What a Docker daemon's callers may do. cis-authz-policy(5) has it in words; "
		"`cis-authz check` is the judge of a policy.",
		"$comment", "Made by cis-authz rules --format json-schema.");
	if (json_object_update(root, policy) != 0 ||
	    json_object_set(root, "definitions", s->definitions) != 0)
		s->failed = true;
	error = s->failed ? -ENOMEM : 0;
	if (!error && (json_dumpf(root, stdout, JSON_INDENT(2)) != 0 || putchar('\n') == EOF))
		error = -EIO;
	json_decref(policy);
	json_decref(root);
	return error;
}

int rules_schema(void)
{
	struct schema s = { .definitions = json_object() };
	int error = write_schema(&s);

	json_decref(s.definitions);
	return error;
}
