#include "redact/json.h"

#include "base/arena.h"
#include "base/array.h"
#include "base/buf.h"
#include "base/json-writer.h"
#include "redact/redact.h"
#include "json/json-reader.h"

struct writer {
	const struct redaction *redaction;
	struct buf *out;
	/* What is shown of a string; `key` is the one before it, or empty. */
	void (*text)(const struct writer *w, struct slice key, struct slice text, struct buf *b);
};

static void write_pair(const struct writer *w, struct slice text, struct buf *b)
{
	struct slice name, value;

	if (slice_cut(text, '=', &name, &value)) {
		buf_add(b, name);
		buf_char(b, '=');
		buf_add(b, w->redaction->mark);
	} else {
		redact_urls(w->redaction, text, b);
	}
}

static void pair(const struct writer *w, struct slice key, struct slice text, struct buf *b)
{
	(void) key;
	write_pair(w, text, b);
}

static void hide(const struct writer *w, struct slice key, struct slice text, struct buf *b)
{
	(void) key;
	(void) text;
	buf_add(b, w->redaction->mark);
}

/*
 * Attributes of caches and outputs whose values may be shown: registry, local, ...; images, and
 * whether they are pushed. docker/build.c reads no other.
 */
static bool is_shown(struct slice name)
{
	static const struct slice names[] = {
		SLICE_INIT("type"),
		SLICE_INIT("ref"),
		SLICE_INIT("name"),
		SLICE_INIT("dangling-name-prefix"),
		SLICE_INIT("push"),
		SLICE_INIT("push-by-digest"),
		SLICE_INIT("registry.insecure"),
	};

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (slice_eq_nocase(name, names[i]))
			return true;
	}
	return false;
}

/* A word without a name is one of an image, unless it stands behind something that has one. */
static void write_attributes(const struct writer *w, struct slice text, struct buf *b)
{
	struct slice word, name, value;
	bool more = slice_find(text, '=') != NULL;

	if (!more) {
		redact_urls(w->redaction, text, b);
		return;
	}
	for (bool first = true; more; first = false) {
		bool named;

		more = slice_cut(text, ',', &word, &text);
		named = slice_cut(word, '=', &name, &value);
		if (!first)
			buf_char(b, ',');
		if (named) {
			buf_add(b, name);
			buf_char(b, '=');
		}
		if (named && is_shown(name))
			redact_urls(w->redaction, value, b);
		else
			buf_add(b, w->redaction->mark);
	}
}

static void attributes(const struct writer *w, struct slice key, struct slice text, struct buf *b)
{
	if (key.len > 0 && is_shown(key))
		redact_urls(w->redaction, text, b);
	else if (key.len > 0)
		buf_add(b, w->redaction->mark);
	else
		write_attributes(w, text, b);
}

static struct slice shown(const struct writer *w, const struct json_token *t, struct slice key)
{
	struct buf text = BUF(w->out->arena);
	struct slice shown = SLICE("");

	if (t->type == JSON_KEY)
		write_pair(w, t->text, &text);
	else
		w->text(w, key, t->text, &text);
	if (text.failed || buf_done(&text, &shown))
		w->out->failed = true;
	return shown;
}

static void write_token(const struct writer *w, const struct json_token *t, struct slice key)
{
	switch (t->type) {
	case JSON_OBJECT:
		json_write_object(w->out);
		break;
	case JSON_OBJECT_END:
		json_write_object_end(w->out);
		break;
	case JSON_ARRAY:
		json_write_array(w->out);
		break;
	case JSON_ARRAY_END:
		json_write_array_end(w->out);
		break;
	case JSON_KEY:
		json_write_any_key(w->out, shown(w, t, key));
		break;
	case JSON_STRING:
		json_write_string(w->out, shown(w, t, key));
		break;
	case JSON_NULL:
		json_write_null(w->out);
		break;
	case JSON_TRUE:
	case JSON_FALSE:
	case JSON_NUMBER:
		/* In filters a label is `true`, which says nothing; a number may be a secret. */
		if (w->text == pair && t->type == JSON_TRUE)
			json_write_bool(w->out, true);
		else
			json_write_string(w->out, w->redaction->mark);
		break;
	case JSON_END:
		break;
	}
}

static bool write_json(const struct writer *w, struct slice json)
{
	struct slice key = SLICE("");
	struct json_reader r;
	struct json_token t;

	json_open(&r, json, w->out->arena);
	do {
		if (json_next(&r, &t))
			return false;
		write_token(w, &t, key);
		/* A list or an object below a key is not the value that the key tells of. */
		key = t.type == JSON_KEY ? t.text : SLICE("");
	} while (t.type != JSON_END);
	return true;
}

bool json_redact_names(const struct redaction *r, struct slice json, struct buf *b)
{
	return write_json(&(struct writer){ .redaction = r, .out = b, .text = hide }, json);
}

bool json_redact_pairs(const struct redaction *r, struct slice json, struct buf *b)
{
	return write_json(&(struct writer){ .redaction = r, .out = b, .text = pair }, json);
}

bool json_redact_lists(const struct redaction *r, struct slice json, struct buf *b)
{
	return write_json(&(struct writer){ .redaction = r, .out = b, .text = attributes }, json);
}
