/* dump.c - `help --dump`: commands, keys, operations and words, for the script that writes
 * documents. */
#include "cmd/dump.h"

#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/slice.h"
#include "cmd/commands.h"
#include "policy/capability.h"
#include "policy/edition.h"
#include "policy/key.h"
#include "policy/op.h"
#include "policy/profiles.h"
#include "policy/rule.h"

/* A row of key.def with the names that it goes by there. */
struct key_row {
	const char *scope, *kind;
	struct key key;
};

static const struct key_row key_rows[] = {
#define KEY(scope, name, kind, required, accepted, fallback, about, example) \
	{ #scope, #kind, { #name, KEY_##kind, required, accepted, fallback, about, example } },
#include "policy/key.def"
	{ 0 },
};

/* Takes `value`; `ok` becomes false where there is none, for want of memory. */
static void put(json_t *object, const char *key, json_t *value, bool *ok)
{
	if (json_object_set_new(object, key, value) != 0)
		*ok = false;
}

static void put_text(json_t *object, const char *key, const char *value, bool *ok)
{
	put(object, key, json_string(value), ok);
}

static void add(json_t *list, json_t *value, bool *ok)
{
	if (json_array_append_new(list, value) != 0)
		*ok = false;
}

static bool is_of(const char *command, const struct command *c)
{
	return slice_eq(slice_str(command), slice_str(c->name));
}

static json_t *options_json(const struct command *c, bool *ok)
{
	json_t *list = json_array();

	for (const struct command_option *o = command_options; o->command; o++) {
		if (is_of(o->command, c) && o->about[0])
			add(list,
			    json_pack("{s:s, s:s, s:s}", "name", o->name, "value", o->value,
				      "about", o->about),
			    ok);
	}
	return list;
}

static json_t *statuses_json(const struct command *c, bool *ok)
{
	json_t *list = json_array();

	for (const struct command_status *s = command_statuses; s->command; s++) {
		if (is_of(s->command, c))
			add(list, json_pack("{s:i, s:s}", "number", s->number, "when", s->when),
			    ok);
	}
	return list;
}

static json_t *examples_json(const struct command *c, bool *ok)
{
	json_t *list = json_array();

	for (const struct command_example *e = command_examples; e->command; e++) {
		if (is_of(e->command, c))
			add(list, json_pack("{s:s, s:s}", "purpose", e->purpose, "line", e->line),
			    ok);
	}
	return list;
}

static json_t *commands_json(bool *ok)
{
	json_t *list = json_array();

	for (const struct command *c = commands; c->name; c++) {
		json_t *object = json_object();

		put_text(object, "name", c->name, ok);
		put_text(object, "summary", c->summary, ok);
		put_text(object, "operands", c->operands, ok);
		put_text(object, "about", c->about, ok);
		put(object, "options", options_json(c, ok), ok);
		put(object, "statuses", statuses_json(c, ok), ok);
		put(object, "examples", examples_json(c, ok), ok);
		add(list, object, ok);
	}
	return list;
}

static json_t *keys_json(bool *ok)
{
	json_t *list = json_array();

	for (const struct key_row *row = key_rows; row->scope; row++) {
		json_t *object = json_object();

		put_text(object, "scope", row->scope, ok);
		put_text(object, "name", row->key.name, ok);
		put_text(object, "kind", row->kind, ok);
		put(object, "required", json_boolean(row->key.required), ok);
		put_text(object, "accepted", row->key.accepted, ok);
		put_text(object, "default", row->key.fallback, ok);
		put_text(object, "about", row->key.about, ok);
		put_text(object, "example", row->key.example, ok);
		add(list, object, ok);
	}
	return list;
}

static json_t *operations_json(bool *ok)
{
	json_t *list = json_array();

	for (enum op op = 0; op < OP_COUNT; op++)
		add(list,
		    json_pack("{s:s, s:b}", "name", op_name(op), "changes", (int) op_changes(op)),
		    ok);
	return list;
}

static json_t *names_json(const char *(*name)(size_t i), bool *ok)
{
	json_t *list = json_array();

	for (size_t i = 0; name(i); i++)
		add(list, json_string(name(i)), ok);
	return list;
}

static const char *profile_at(size_t i)
{
	return profiles[i].name;
}

static const char *edition_at(size_t i)
{
	return i < EDITIONS ? edition_name((enum edition) i) : NULL;
}

int dump(void)
{
	json_t *root = json_object();
	bool ok = true;
	int error = 0;

	put(root, "commands", commands_json(&ok), &ok);
	put(root, "keys", keys_json(&ok), &ok);
	put(root, "operations", operations_json(&ok), &ok);
	put(root, "capabilities", names_json(capability_at, &ok), &ok);
	put(root, "editions", names_json(edition_at, &ok), &ok);
	put(root, "profiles", names_json(profile_at, &ok), &ok);
	put(root, "list_items_most", json_integer(PARAM_ITEMS_MOST), &ok);
	if (!root || !ok)
		error = -ENOMEM;
	else if (json_dumpf(root, stdout, JSON_INDENT(2)) != 0 || putchar('\n') == EOF)
		error = -EIO;
	json_decref(root);
	return error;
}
