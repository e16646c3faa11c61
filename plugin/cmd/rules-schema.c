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

/* The rule's number in the 1.11.0 edition, or in the later ones; NULL when it is not there. */
static const char *number_in(bool later, const struct rule *rule)
{
	return later && rule->later ? rule->later : rule->number;
}

/* `rules:` as it is read in one edition. A number is its rule once more, so one of the two stands.
 */
static json_t *edition_schema(struct schema *s, bool later)
{
	json_t *properties = json_object(), *dependencies = json_object();

	for (size_t i = 0; i < rules_count(); i++) {
		const struct rule *rule = rules_at(i);
		const char *number = number_in(later, rule);

		put(s, properties, rule->id, rule_ref(rule));
		if (!number)
			continue;
		put(s, properties, number, rule_ref(rule));
		put(s, dependencies, number, json_pack("{s:{s:b}}", "properties", rule->id, 0));
	}
	return json_pack("{s:s, s:o, s:o, s:b}", "type", "object", "properties", properties,
			 "dependencies", dependencies, "additionalProperties", 0);
}

/* A number that stands for one rule in this edition and another in that. */
static void put_either(struct schema *s, json_t *properties, const char *number,
		       const struct rule *rule)
{
	json_t *before = json_object_get(properties, number), *it = rule_ref(rule);

	if (!number || (before && json_equal(before, it)))
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
	for (size_t i = 0; i < rules_count(); i++) {
		put_either(s, properties, number_in(false, rules_at(i)), rules_at(i));
		put_either(s, properties, number_in(true, rules_at(i)), rules_at(i));
	}
	return json_pack("{s:s, s:o, s:b}", "type", "object", "properties", properties,
			 "additionalProperties", 0);
}

/* Rules that may have exceptions. YAML takes a number without quotes for one, whatever its zeros.
 */
static json_t *rule_list_schema(struct schema *s)
{
	json_t *words = json_array();

	for (size_t i = 0; i < rules_count(); i++) {
		const struct rule *rule = rules_at(i);

		if (rule->always)
			continue;
		add(s, words, json_string(rule->id));
		if (rule->number)
			add(s, words, json_string(rule->number));
		if (rule->later)
			add(s, words, json_string(rule->later));
	}
	return json_pack("{s:s, s:i, s:{s:[{s:o}, {s:s}]}}", "type", "array", "minItems", 1,
			 "items", "anyOf", "enum", words, "type", "number");
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
		[KEY_WORDS] = "words",
		[KEY_GLOBS] = "globs",
		[KEY_TEXT] = "text",
		[KEY_DATE] = "date",
		[KEY_CHOICE] = "choice",
		[KEY_ACCESS_RULES] = "access-rules",
		[KEY_OPERATIONS] = "operations",
		[KEY_OPERATION_GLOBS] = "operation-globs",
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

static json_t *either_schema(const char *one, const char *other)
{
	return json_pack("{s:[o, o]}", "anyOf", schema_ref(one), schema_ref(other));
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
		     json_pack("[{s:[s]}, {s:[s]}]", "required", "allow", "required", "deny"));
	/* Without either it would refuse nobody. */
	define_scope(s, "access", KEYS_ACCESS, "anyOf",
		     json_pack("[{s:[s], s:{s:{s:s}}}, {s:[s], s:{s:{s:i}}}]", "required",
			       "default", "properties", "default", "const", "deny", "required",
			       "rules", "properties", "rules", "minItems", 1));
	put(s, s->definitions, "exceptions", list_schema("exception", 0));
	put(s, s->definitions, "access-rules", list_schema("access-rule", 0));
	put(s, s->definitions, "rule-list", rule_list_schema(s));
	put(s, s->definitions, "words", list_schema("word", 0));
	put(s, s->definitions, "some-words", list_schema("word", 1));
	put(s, s->definitions, "globs", either_schema("word", "some-words"));
	put(s, s->definitions, "operations", list_schema("operation", 0));
	put(s, s->definitions, "some-operations", list_schema("operation", 1));
	put(s, s->definitions, "operation-globs", either_schema("operation", "some-operations"));
	put(s, s->definitions, "rules", rules_schema_any(s));
	put(s, s->definitions, "rules-1.11.0", edition_schema(s, false));
	put(s, s->definitions, "rules-later", edition_schema(s, true));
}

static json_t *rules_are(const char *definition)
{
	return json_pack("{s:{s:o}}", "properties", "rules", schema_ref(definition));
}

/* In which edition numbers are read: `benchmark`, else the profile's where that is a file, else
 * 1.11.0. */
static json_t *edition_choice(void)
{
	json_t *later =
		json_pack("{s:[s], s:{s:{s:[s, s]}}}", "required", "benchmark", "properties",
			  "benchmark", "enum", "cis-docker-1.6.0", "cis-docker-1.7.0");
	json_t *open = json_pack("{s:{s:[s]}, s:[s], s:{s:{s:s}}}", "not", "required", "benchmark",
				 "required", "profile", "properties", "profile", "pattern", "/");

	return json_pack("{s:o, s:o, s:{s:o, s:o, s:o}}", "if", later, "then",
			 rules_are("rules-later"), "else", "if", open, "then", rules_are("rules"),
			 "else", rules_are("rules-1.11.0"));
}

/* `access` of a rule that is off would refuse nobody. */
static json_t *access_of_off(const char *spelling)
{
	json_t *off = json_pack("[{s:s}, {s:[s], s:{s:{s:s}}}]", "const", "off", "required",
				"action", "properties", "action", "const", "off");
	json_t *rules = json_pack("{s:[s], s:{s:{s:o}}}", "required", spelling, "properties",
				  spelling, "anyOf", off);

	return json_pack("{s:{s:[s], s:{s:o}}, s:{s:{s:b}}}", "if", "required", "rules",
			 "properties", "rules", rules, "then", "properties", "access", 0);
}

static json_t *policy_schema(struct schema *s)
{
	json_t *policy = scope_schema(s, KEYS_POLICY);

	put(s, policy, "allOf",
	    json_pack("[o, o]", edition_choice(), access_of_off("trusted-users")));
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
