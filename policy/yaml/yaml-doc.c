/*
 * yaml-doc.c - libyaml's events to a tree.
 *
 * A policy is reviewed by people, so it must mean what it looks like. Of YAML only what everyone
 * reads alike is taken: mappings, lists, scalars. Refused are anchors and aliases (text that takes
 * effect elsewhere), tags (values of another type than they seem), `null`, a second document and a
 * key that stands twice; yaml-text.c refuses characters that hide or reorder what is shown. Depth,
 * nodes and keys are bounded, so a hostile file costs little more than its size.
 *
 * Whatever leaves the rest of the file readable is noted and read past: one run tells every
 * mistake.
 */
#include "yaml/yaml-doc.h"

#include <errno.h>

#include <yaml.h>

#include "base/arena.h"
#include "base/buf.h"
#include "hint/hint.h"
#include "yaml/yaml-text.h"

enum { DEPTH_MOST = 16, KEYS_MOST = 1000, SHOWN_MOST = 60 };

#define OWN_EVENT  __attribute__((cleanup(yaml_event_delete))) yaml_event_t
#define OWN_PARSER __attribute__((cleanup(yaml_parser_delete))) yaml_parser_t

struct reader {
	yaml_parser_t *parser;
	const char *file;
	struct arena *arena;
	struct diags *diags;
	size_t nodes;
};

static int read_node(struct reader *r, const yaml_event_t *event, unsigned depth,
		     struct yaml_node **ret);

static struct mark mark_of(const struct reader *r, yaml_mark_t at)
{
	return (struct mark){ r->file, (unsigned) at.line + 1, (unsigned) at.column + 1 };
}

static int next_event(struct reader *r, yaml_event_t *ret)
{
	struct yaml_trouble trouble;

	if (yaml_parser_parse(r->parser, ret))
		return 0;
	if (r->parser->error == YAML_MEMORY_ERROR)
		return -ENOMEM;
	trouble = (struct yaml_trouble){
		.problem = slice_str(r->parser->problem),
		.context = slice_str(r->parser->context),
		.problem_at = mark_of(r, r->parser->problem_mark),
		.context_at = mark_of(r, r->parser->context_mark),
	};
	return yaml_text_explain(&trouble, r->diags);
}

static void refuse_tag(struct reader *r, struct mark at, struct slice tag)
{
	struct slice standard = SLICE("tag:yaml.org,2002:"); /* written `!!` */
	bool is_standard = slice_starts(tag, standard);

	if (is_standard)
		tag = slice_from(tag, standard.len);
	diag_add(r->diags, at,
		 "`%s%.*s` is a tag, and tags are not supported; quote text that begins with `!`%s",
		 is_standard ? "!!" : "", SLICE_ARG(tag),
		 is_standard ? "" : "; to shut something out, use `not:` of `when`");
}

static void refuse_dressing(struct reader *r, struct mark at, const yaml_char_t *anchor,
			    const yaml_char_t *tag)
{
	if (anchor)
		diag_add(
			r->diags, at,
			"`&%s` is an anchor, and anchors are not supported; quote text that begins "
			"with `&`",
			(const char *) anchor);
	if (tag)
		refuse_tag(r, at, slice_str((const char *) tag));
}

/* Whoever writes it in a list of users may mean those without a name, and would deny nobody. */
static bool is_null(struct slice text)
{
	return slice_eq(text, SLICE("~")) || slice_eq_nocase(text, SLICE("null"));
}

static int read_scalar(struct reader *r, const yaml_event_t *event, struct yaml_node *n)
{
	struct slice text = { (const char *) event->data.scalar.value, event->data.scalar.length };

	refuse_dressing(r, n->mark, event->data.scalar.anchor, event->data.scalar.tag);
	/* yaml-text.c saw no control byte; but "\0" and "\x1b" make them. */
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char) text.ptr[i];

		if ((c < ' ' && c != '\n' && c != '\t') || c == 0x7f) {
			diag_add(r->diags, n->mark,
				 "this text holds the control character U+%04X; "
				 "remove it",
				 c);
			break;
		}
	}
	n->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	if (n->plain && is_null(text))
		diag_add(r->diags, n->mark,
			 "`%.*s` is nothing to other readers of YAML, and a word here; leave the "
			 "key out, or put the word in quotes",
			 SLICE_ARG(text));
	return arena_copy(r->arena, text, &n->text);
}

static int read_list(struct reader *r, const yaml_event_t *event, unsigned depth,
		     struct yaml_node *n)
{
	const struct yaml_node **end = &n->first;

	refuse_dressing(r, n->mark, event->data.sequence_start.anchor,
			event->data.sequence_start.tag);
	for (;;) {
		OWN_EVENT item = { 0 };
		struct yaml_node *child;
		int err;

		err = next_event(r, &item);
		if (err)
			return err;
		if (item.type == YAML_SEQUENCE_END_EVENT)
			return 0;
		err = read_node(r, &item, depth, &child);
		if (err)
			return err;
		if (!child)
			continue;
		*end = child;
		end = &child->next;
		n->count++;
	}
}

/* Whether the entry `key` may be added to `map`; complains when not. */
static bool new_key(struct reader *r, const struct yaml_node *map, const struct yaml_node *key)
{
	const struct yaml_node *before;

	if (key->kind != YAML_SCALAR) {
		diag_add(r->diags, key->mark, "a key must be a word, not %s",
			 yaml_words(key, r->arena));
		return false;
	}
	before = yaml_get(map, key->text);
	if (!before)
		return true;
	diag_add(r->diags, key->mark, "the key %s stands twice in this mapping; keep one of them",
		 yaml_words(key, r->arena));
	diag_note(r->diags, before->key->mark, "first set here");
	return false;
}

static int read_entry(struct reader *r, const yaml_event_t *event, unsigned depth,
		      const struct yaml_node *map, struct yaml_node **ret)
{
	OWN_EVENT second = { 0 };
	struct yaml_node *key, *value;
	int err;

	err = read_node(r, event, depth, &key);
	if (err)
		return err;
	err = next_event(r, &second);
	if (err)
		return err;
	err = read_node(r, &second, depth, &value);
	if (err)
		return err;
	if (!key || !value || !new_key(r, map, key)) {
		*ret = NULL;
		return 0;
	}
	key->plain = true; /* quotes change nothing about a key, so messages leave them out */
	value->key = key;
	*ret = value;
	return 0;
}

static int read_map(struct reader *r, const yaml_event_t *event, unsigned depth,
		    struct yaml_node *n)
{
	const struct yaml_node **end = &n->first;

	refuse_dressing(r, n->mark, event->data.mapping_start.anchor,
			event->data.mapping_start.tag);
	for (;;) {
		OWN_EVENT key = { 0 };
		struct yaml_node *child;
		int err;

		err = next_event(r, &key);
		if (err)
			return err;
		if (key.type == YAML_MAPPING_END_EVENT)
			return 0;
		/* Looking for a key that stands twice takes a time that grows with the square. */
		if (n->count == KEYS_MOST)
			return diag_add(r->diags, n->mark, "this mapping has more than %d keys",
					KEYS_MOST);
		err = read_entry(r, &key, depth, n, &child);
		if (err)
			return err;
		if (!child)
			continue;
		*end = child;
		end = &child->next;
		n->count++;
	}
}

/* The node that `event` begins, to its end; NULL when it was refused and read past. */
static int read_node(struct reader *r, const yaml_event_t *event, unsigned depth,
		     struct yaml_node **ret)
{
	struct mark at = mark_of(r, event->start_mark);
	struct yaml_node *n;
	int err;

	if (event->type == YAML_ALIAS_EVENT) {
		diag_add(r->diags, at,
			 "`*%s` is an alias, and aliases are not supported; "
			 "quote text that begins with `*`",
			 (const char *) event->data.alias.anchor);
		*ret = NULL;
		return 0;
	}
	if (depth == DEPTH_MOST)
		return diag_add(r->diags, at, "nested more than %d levels deep", DEPTH_MOST);
	if (r->nodes++ == YAML_NODES_MOST)
		return diag_add(r->diags, at, "the file holds more than %d values",
				YAML_NODES_MOST);
	n = arena_alloc(r->arena, 1, sizeof(*n));
	if (!n)
		return -ENOMEM;
	n->mark = at;
	if (event->type == YAML_SEQUENCE_START_EVENT) {
		n->kind = YAML_LIST;
		err = read_list(r, event, depth + 1, n);
	} else if (event->type == YAML_MAPPING_START_EVENT) {
		n->kind = YAML_MAP;
		err = read_map(r, event, depth + 1, n);
	} else {
		n->kind = YAML_SCALAR;
		err = read_scalar(r, event, n);
	}
	if (err)
		return err;
	*ret = n;
	return 0;
}

/* An event of which only the kind and the place matter. */
static int next_kind(struct reader *r, yaml_event_type_t *ret, struct mark *ret_at)
{
	OWN_EVENT event = { 0 };
	int err = next_event(r, &event);

	if (err)
		return err;
	*ret = event.type;
	*ret_at = mark_of(r, event.start_mark);
	return 0;
}

/* After the document's start. */
static int read_root(struct reader *r, struct yaml_node **ret)
{
	OWN_EVENT event = { 0 };
	struct yaml_node *root;
	yaml_event_type_t kind;
	struct mark at;
	int err;

	err = next_event(r, &event);
	if (err == 0)
		err = read_node(r, &event, 0, &root);
	if (err == 0)
		err = next_kind(r, &kind, &at); /* the document's end */
	if (err == 0)
		err = next_kind(r, &kind, &at);
	if (err)
		return err;
	if (kind != YAML_STREAM_END_EVENT)
		return diag_add(
			r->diags, at,
			"a second document begins here, and a policy is one; remove this line "
			"and all below it");
	*ret = root;
	return 0;
}

static int read_stream(struct reader *r, const struct yaml_node **ret)
{
	struct yaml_node *root = NULL;
	yaml_event_type_t kind;
	struct mark at;
	int err;

	err = next_kind(r, &kind, &at); /* the stream's start */
	if (err == 0)
		err = next_kind(r, &kind, &at);
	if (err == 0 && kind == YAML_DOCUMENT_START_EVENT)
		err = read_root(r, &root);
	if (err)
		return err;
	*ret = root && yaml_plain(root) && root->text.len == 0 ? NULL : root;
	return 0;
}

int yaml_read(struct arena *a, struct slice text, const char *file, const struct yaml_node **ret,
	      struct diags *d)
{
	OWN_PARSER parser = { 0 };
	struct reader r = { .parser = &parser, .file = file, .arena = a, .diags = d };
	int err;

	/* Some editors put a byte order mark first; columns should not count it. */
	if (slice_starts(text, SLICE("\xef\xbb\xbf")))
		text = slice_from(text, 3);
	err = yaml_text_check(text, file, d);
	if (err)
		return err;
	if (!yaml_parser_initialize(&parser))
		return -ENOMEM;
	/* Else libyaml would guess, and read UTF-16 that we have not checked. */
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *) text.ptr, text.len);
	return read_stream(&r, ret);
}

const struct yaml_node *yaml_get(const struct yaml_node *map, struct slice key)
{
	for (const struct yaml_node *n = map->first; n; n = n->next) {
		if (slice_eq(n->key->text, key))
			return n;
	}
	return NULL;
}

bool yaml_plain(const struct yaml_node *n)
{
	return n->kind == YAML_SCALAR && n->plain;
}

const char *yaml_words(const struct yaml_node *n, struct arena *a)
{
	struct buf b = BUF(a);
	struct slice words;

	if (n->kind == YAML_LIST)
		return n->count > 0 ? "a list" : "an empty list";
	if (n->kind == YAML_MAP)
		return n->count > 0 ? "a mapping" : "an empty mapping";
	if (n->plain && n->text.len == 0)
		return "nothing";
	buf_add(&b, n->plain ? SLICE("`") : SLICE("`\""));
	buf_plain(&b, n->text, SHOWN_MOST);
	buf_add(&b, n->plain ? SLICE("`") : SLICE("\"`"));
	buf_char(&b, '\0'); /* used as a C string */
	return buf_done(&b, &words) == 0 ? words.ptr : "this";
}

/* "allow, require_drop and action" */
static void add_list(struct buf *b, const char *const *known)
{
	for (size_t i = 0; known[i]; i++) {
		if (i > 0)
			buf_add(b, known[i + 1] ? SLICE(", ") : SLICE(" and "));
		buf_printf(b, "`%s`", known[i]);
	}
}

static void complain_key(const struct yaml_node *key, const char *const *known, const char *owner,
			 const char *noun, struct arena *a, struct diags *d)
{
	const char *hint = hint_find(
		slice_eq(slice_str(noun), SLICE("option")) ? hint_option : owner, key->text);
	const char *nearest = diag_nearest(key->text, known);
	struct buf b = BUF(a);
	struct slice tail;

	if (hint) {
		buf_add(&b, slice_str(hint));
	} else if (nearest) {
		buf_printf(&b, "did you mean `%s`?", nearest);
	} else {
		buf_add(&b, known[1] ? SLICE("it has ") : SLICE("it has only "));
		add_list(&b, known);
	}
	if (buf_done(&b, &tail) != 0)
		tail = SLICE("see the manual");
	diag_add(d, key->mark, "%s has no %s %s; %.*s", owner, noun, yaml_words(key, a),
		 SLICE_ARG(tail));
}

static bool is_known(struct slice word, const char *const *known)
{
	for (; *known; known++) {
		if (slice_eq(word, slice_str(*known)))
			return true;
	}
	return false;
}

void yaml_check_keys(const struct yaml_node *map, const char *const *known, const char *owner,
		     const char *noun, struct arena *a, struct diags *d)
{
	for (const struct yaml_node *n = map->first; n; n = n->next) {
		if (!is_known(n->key->text, known))
			complain_key(n->key, known, owner, noun, a, d);
	}
}
