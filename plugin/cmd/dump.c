/* dump.c - `help --dump`: commands, keys, operations and words, for the script that writes
 * documents. */
#include "cmd/dump.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json-writer.h"
#include "base/slice.h"
#include "cmd/commands.h"
#include "policy/capability.h"
#include "policy/edition.h"
#include "policy/key.h"
#include "policy/op.h"
#include "policy/profiles.h"
#include "policy/rule.h"

enum { MEMORY_MOST = 8 << 20 };

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

static bool is_of(const char *command, const struct command *c)
{
	return slice_eq(slice_str(command), slice_str(c->name));
}

static void begin_list(struct buf *b, struct json_name name)
{
	json_write_key(b, name);
	json_write_array(b);
}

static void write_options(struct buf *b, const struct command *c)
{
	begin_list(b, JSON_NAME("options"));
	for (const struct command_option *o = command_options; o->command; o++) {
		if (!is_of(o->command, c) || !o->about[0])
			continue;
		json_write_object(b);
		json_write_text(b, JSON_NAME("name"), o->name);
		json_write_text(b, JSON_NAME("value"), o->value);
		json_write_text(b, JSON_NAME("about"), o->about);
		json_write_object_end(b);
	}
	json_write_array_end(b);
}

static void write_statuses(struct buf *b, const struct command *c)
{
	begin_list(b, JSON_NAME("statuses"));
	for (const struct command_status *s = command_statuses; s->command; s++) {
		if (!is_of(s->command, c))
			continue;
		json_write_object(b);
		json_write_count(b, JSON_NAME("number"), (uint64_t) s->number);
		json_write_text(b, JSON_NAME("when"), s->when);
		json_write_object_end(b);
	}
	json_write_array_end(b);
}

static void write_examples(struct buf *b, const struct command *c)
{
	begin_list(b, JSON_NAME("examples"));
	for (const struct command_example *e = command_examples; e->command; e++) {
		if (!is_of(e->command, c))
			continue;
		json_write_object(b);
		json_write_text(b, JSON_NAME("purpose"), e->purpose);
		json_write_text(b, JSON_NAME("line"), e->line);
		json_write_object_end(b);
	}
	json_write_array_end(b);
}

static void write_commands(struct buf *b)
{
	begin_list(b, JSON_NAME("commands"));
	for (const struct command *c = commands; c->name; c++) {
		json_write_object(b);
		json_write_text(b, JSON_NAME("name"), c->name);
		json_write_text(b, JSON_NAME("summary"), c->summary);
		json_write_text(b, JSON_NAME("operands"), c->operands);
		json_write_text(b, JSON_NAME("about"), c->about);
		write_options(b, c);
		write_statuses(b, c);
		write_examples(b, c);
		json_write_object_end(b);
	}
	json_write_array_end(b);
}

static void write_keys(struct buf *b)
{
	begin_list(b, JSON_NAME("keys"));
	for (const struct key_row *row = key_rows; row->scope; row++) {
		json_write_object(b);
		json_write_text(b, JSON_NAME("scope"), row->scope);
		json_write_text(b, JSON_NAME("name"), row->key.name);
		json_write_text(b, JSON_NAME("kind"), row->kind);
		json_write_flag(b, JSON_NAME("required"), row->key.required);
		json_write_text(b, JSON_NAME("accepted"), row->key.accepted);
		json_write_text(b, JSON_NAME("default"), row->key.fallback);
		json_write_text(b, JSON_NAME("about"), row->key.about);
		json_write_text(b, JSON_NAME("example"), row->key.example);
		json_write_object_end(b);
	}
	json_write_array_end(b);
}

static void write_operations(struct buf *b)
{
	begin_list(b, JSON_NAME("operations"));
	for (enum op op = 0; op < OP_COUNT; op++) {
		json_write_object(b);
		json_write_text(b, JSON_NAME("name"), op_name(op));
		json_write_flag(b, JSON_NAME("changes"), op_changes(op));
		json_write_object_end(b);
	}
	json_write_array_end(b);
}

static void write_matched(struct buf *b, struct json_name name, const char *word, enum op_use use)
{
	struct bit_set ops = { 0 };

	(void) op_match(slice_str(word), use, &ops);
	begin_list(b, name);
	for (enum op op = 0; op < OP_COUNT; op++) {
		if (bit_set_has(&ops, op))
			json_write_string(b, slice_str(op_name(op)));
	}
	json_write_array_end(b);
}

static void write_verbs(struct buf *b)
{
	begin_list(b, JSON_NAME("verbs"));
	for (size_t i = 0; op_verb(i); i++) {
		json_write_object(b);
		json_write_text(b, JSON_NAME("name"), op_verb(i));
		json_write_text(b, JSON_NAME("command"), op_verb_command(i));
		write_matched(b, JSON_NAME("is_for"), op_verb(i), OPS_MEANT);
		write_matched(b, JSON_NAME("calls"), op_verb(i), OPS_ALLOWED);
		json_write_object_end(b);
	}
	json_write_array_end(b);
}

static void write_names(struct buf *b, struct json_name list, const char *(*name)(size_t i))
{
	begin_list(b, list);
	for (size_t i = 0; name(i); i++)
		json_write_string(b, slice_str(name(i)));
	json_write_array_end(b);
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
	OWN(arena) a = arena_new(MEMORY_MOST);
	struct buf b = BUF(a);

	if (!a)
		return -ENOMEM;
	json_write_object(&b);
	write_commands(&b);
	write_keys(&b);
	write_operations(&b);
	write_verbs(&b);
	write_names(&b, JSON_NAME("capabilities"), capability_at);
	write_names(&b, JSON_NAME("editions"), edition_at);
	write_names(&b, JSON_NAME("profiles"), profile_at);
	json_write_count(&b, JSON_NAME("list_items_most"), PARAM_ITEMS_MOST);
	json_write_object_end(&b);
	return json_print(&b, stdout);
}
