#include "cmd/word-schema.h"

#include "base/slice.h"
#include "capability.h"
#include "cmd/param-schema.h"
#include "policy/edition.h"
#include "policy/op.h"
#include "profiles.h"

/* An absolute path as the daemon cleans it, so that it can match: /a/b, not /a/../b, /a//b or /a/.
 */
#define CLEAN_PATH(characters) "^/$|^(/(?!\\.{1,2}(/|$))" characters "+)+$"

/*
 * Images are compared in full. What stands before the first slash is a registry when it has a dot,
 * a port or a star, or is localhost; before the tag and the digest nothing is in upper case.
 */
#define NO_UPPER               "^(?![^@]*[A-Z][^@]*/)(?!([^@]*/)?[^@:/]*[A-Z])"
#define REGISTRY               "(localhost|[^/]*[.:*?][^/]*)"

/* Which months have how many days; the loader knows which years are longer. */
#define DAY_OF_MONTH                                                                    \
	"((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|" \
	"02-(0[1-9]|[12][0-9]))"

static const struct {
	const char *name, *pattern;
} patterns[] = {
	{ "name", "^[A-Za-z0-9._-]{1,64}$" },
	{ "path-glob", CLEAN_PATH("[^/]") },
	{ "path", CLEAN_PATH("[^/*?]") },
	/* Of a container or a host. */
	{ "name-glob", "^[A-Za-z0-9_.*?-]+$" },
	{ "image-glob", "^(sha256:|\\*\\*)|" NO_UPPER REGISTRY "/" },
	/* A letter may stand once. */
	{ "permissions", "^(?!.*(.).*\\1)[rwm]{1,3}$" },
};

static const struct {
	const char *name, *words[4];
} choices[] = {
	{ "mode", { "enforce", "warn" } },
	{ "action", { "deny", "warn", "off" } },
	{ "firm-action", { "deny", "warn" } }, /* of a rule that cannot be switched off */
	{ "choice", { "allow", "deny" } },
};

static json_t *choice_schema(const char *const *words)
{
	json_t *list = json_array();

	for (; *words; words++)
		list = schema_append(list, json_string(*words));
	return json_pack("{s:o}", "enum", list);
}

static json_t *edition_schema(void)
{
	json_t *names = json_array();

	for (enum edition e = 0; e < EDITIONS; e++)
		names = schema_append(names, json_string(edition_name(e)));
	return json_pack("{s:o}", "enum", names);
}

static json_t *profile_schema(void)
{
	json_t *names = json_array();

	for (const struct embedded_profile *p = profiles; p->name; p++)
		names = schema_append(names, json_string(p->name));
	return json_pack("{s:[{s:o}, {s:s, s:s}]}", "anyOf", "enum", names, "type", "string",
			 "pattern", "/");
}

/* "[Cc][Hh]...": what any letter case of a word would match. */
static void any_case(char *ret, const char *word)
{
	for (; *word; word++) {
		if (*word >= 'A' && *word <= 'Z') {
			*ret++ = '[';
			*ret++ = *word;
			*ret++ = (char) (*word - 'A' + 'a');
			*ret++ = ']';
		} else {
			*ret++ = *word;
		}
	}
	*ret = '\0';
}

/* The names, which editors can offer, and any spelling of them that the engine takes. */
static json_t *capability_schema(void)
{
	json_t *names = json_array(), *any = json_array();

	for (size_t i = 0; capability_at(i); i++) {
		char word[128];

		any_case(word, capability_at(i));
		names = schema_append(names, json_string(capability_at(i)));
		any = schema_append(
			any, json_pack("{s:s++}", "pattern", "^([Cc][Aa][Pp]_)?", word, "$"));
	}
	return json_pack("{s:s, s:[{s:o}, {s:o}]}", "type", "string", "anyOf", "enum", names,
			 "anyOf", any);
}

/* Globs over the operations of each noun. */
static json_t *add_nouns(json_t *globs)
{
	struct slice before = SLICE(""), noun, verb;

	for (enum op op = 0; op < OP_COUNT; op++) {
		if (!slice_cut(slice_str(op_name(op)), '.', &noun, &verb) || slice_eq(noun, before))
			continue;
		before = noun;
		globs = schema_append(globs, json_pack("{s:o}", "pattern",
						       json_sprintf("^%.*s\\.(?=.*[*?])[a-z.*?]+$",
								    SLICE_ARG(noun))));
	}
	return globs;
}

/* By name or group, which editors can offer, or a glob whose noun is one or holds a star itself. */
static json_t *operation_schema(void)
{
	json_t *names = json_pack("[s, s]", "reads", "changes"), *globs = json_array();

	for (enum op op = 0; op < OP_COUNT; op++)
		names = schema_append(names, json_string(op_name(op)));
	globs = add_nouns(globs);
	globs = schema_append(globs, json_pack("{s:s}", "pattern", "^[a-z]*[*?][a-z.*?]*$"));
	return json_pack("{s:s, s:[{s:o}, {s:o}]}", "type", "string", "anyOf", "enum", names,
			 "anyOf", globs);
}

static json_t *date_schema(void)
{
	return json_pack("{s:s, s:[{s:s}, {s:s}]}", "type", "string", "anyOf", "const", "never",
			 "pattern", "^(19[7-9]|[2-9][0-9]{2})[0-9]-" DAY_OF_MONTH "$");
}

bool words_define(json_t *definitions)
{
	const struct {
		const char *name;
		json_t *schema;
	} made[] = {
		{ "version", json_pack("{s:i}", "const", 1) },
		{ "truth", json_pack("{s:s}", "type", "boolean") },
		{ "word", word_schema(NULL) },
		{ "text", word_schema("\\S") },
		{ "edition", edition_schema() },
		{ "profile", profile_schema() },
		{ "capability", capability_schema() },
		{ "operation", operation_schema() },
		{ "date", date_schema() },
	};
	int bad = 0;

	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
		bad |= json_object_set_new(definitions, patterns[i].name,
					   word_schema(patterns[i].pattern));
	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++)
		bad |= json_object_set_new(definitions, choices[i].name,
					   choice_schema(choices[i].words));
	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++)
		bad |= json_object_set_new(definitions, made[i].name, made[i].schema);
	return !bad;
}
