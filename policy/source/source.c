#include "source/source.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "policy/key.h"
#include "policy/rule.h"
#include "yaml/yaml-doc.h"

static size_t count_params(const struct rule *rule)
{
	size_t count = 0;

	while (rule->params && rule->params[count].kind != PARAM_END)
		count++;
	return count;
}

int source_table(struct sources *s, struct rule_source **ret)
{
	struct rule_source *table = arena_alloc(s->arena, rules_count(), sizeof(*table));

	for (size_t i = 0; table && i < rules_count(); i++) {
		size_t count = count_params(rules_at(i));

		table[i].options = arena_alloc(s->arena, count + 1, sizeof(struct mark));
		if (!table[i].options)
			return -ENOMEM;
	}
	*ret = table;
	return table ? 0 : -ENOMEM;
}

int source_copy(struct sources *s, const struct rule_source *from, struct rule_source **ret)
{
	struct rule_source *table;
	int err = source_table(s, &table);

	for (size_t i = 0; err == 0 && i < rules_count(); i++) {
		size_t size = count_params(rules_at(i)) * sizeof(struct mark);

		memcpy((struct mark *) table[i].options, from[i].options, size);
		table[i].action = from[i].action;
		table[i].final = from[i].final;
	}
	if (err == 0)
		*ret = table;
	return err;
}

/* Its place is that of the key, which is where people look for it. */
static void lay_option(const struct yaml_node *map, const char *name, struct mark *ret)
{
	const struct yaml_node *n = yaml_get(map, slice_str(name));

	if (n)
		*ret = n->key->mark;
}

static void lay_rule(const struct yaml_node *n, const struct rule *rule, struct rule_source *ret)
{
	const struct yaml_node *final = yaml_get(n, SLICE("final"));
	struct mark *options = (struct mark *) ret->options;

	lay_option(n, "action", &ret->action);
	if (final && slice_eq(final->text, SLICE("true")) && ret->final.line == 0)
		ret->final = final->key->mark;
	for (size_t i = 0; i < count_params(rule); i++)
		lay_option(n, rule->params[i].name, &options[i]);
}

void source_lay(const struct yaml_node *rules, enum edition edition, struct rule_source *table)
{
	for (const struct yaml_node *n = rules ? rules->first : NULL; n && n->key; n = n->next) {
		const struct rule *rule = rules_find(n->key->text);

		if (!rule)
			rule = edition_rule(edition, n->key->text);
		if (rule && n->kind == YAML_MAP)
			lay_rule(n, rule, &table[rules_index(rule)]);
		else if (rule)
			table[rules_index(rule)].action = n->key->mark;
	}
}

static void write_node(struct buf *b, const struct yaml_node *n)
{
	if (n->key) {
		buf_add(b, n->key->text);
		buf_add(b, SLICE(": "));
	}
	if (n->kind == YAML_SCALAR && n->plain)
		buf_add(b, n->text);
	else if (n->kind == YAML_SCALAR)
		buf_json(b, n->text);
	if (n->kind == YAML_SCALAR)
		return;
	buf_add(b, n->kind == YAML_LIST ? SLICE("[") : SLICE("{ "));
	for (const struct yaml_node *item = n->first; item; item = item->next) {
		write_node(b, item);
		buf_add(b, item->next ? SLICE(", ") : SLICE(""));
	}
	buf_add(b, n->kind == YAML_LIST ? SLICE("]") : SLICE(" }"));
}

int source_words(struct sources *s, const struct yaml_node *n, struct slice *ret)
{
	struct yaml_node bare;
	struct buf b = BUF(s->arena);

	if (!n) {
		*ret = SLICE("");
		return 0;
	}
	bare = *n;
	bare.key = NULL;
	write_node(&b, &bare);
	return buf_done(&b, ret);
}

int source_when(struct sources *s, const struct yaml_node *when, struct when_words *ret)
{
	struct slice *words[] = {
		[KEY_WHEN_user] = &ret->user,           [KEY_WHEN_image] = &ret->image,
		[KEY_WHEN_container] = &ret->container, [KEY_WHEN_operation] = &ret->operation,
		[KEY_WHEN_host] = &ret->host,           [KEY_WHEN_not] = &ret->is_not,
	};
	const char *const *names = key_names(KEYS_WHEN);
	int err = 0;

	for (size_t i = 0; err == 0 && names[i]; i++)
		err = source_words(s, yaml_get(when, slice_str(names[i])), words[i]);
	return err;
}
