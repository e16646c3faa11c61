#include "recorded-target.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/fold.h"
#include "base/place.h"
#include "docker/build.h"
#include "docker/changes.h"
#include "docker/gojson.h"
#include "docker/uri.h"
#include "policy/reading.h"
#include "recorded-body.h"
#include "recorded-text.h"

enum shown { SHOWN_NOT, SHOWN, SHOWN_URL, SHOWN_CHANGES, SHOWN_OUTPUTS, SHOWN_CACHES };

/* The parameters that readers under plugin/docker look at; no rule sees any other. */
static enum shown is_shown(struct slice name)
{
	static const struct {
		struct slice name;
		enum shown shown;
	} params[] = {
		{ { "cachefrom", 9 }, SHOWN_CACHES },
		{ { "cgroupparent", 12 }, SHOWN },
		{ { "changes", 7 }, SHOWN_CHANGES },
		{ { "checkpoint-dir", 14 }, SHOWN },
		{ { "dir", 3 }, SHOWN },
		{ { "extrahosts", 10 }, SHOWN },
		{ { "fromImage", 9 }, SHOWN },
		{ { "fromSrc", 7 }, SHOWN_URL },
		{ { "link", 4 }, SHOWN },
		{ { "name", 4 }, SHOWN },
		{ { "networkmode", 11 }, SHOWN },
		{ { "nocache", 7 }, SHOWN },
		{ { "outputs", 7 }, SHOWN_OUTPUTS },
		{ { "pull", 4 }, SHOWN },
		{ { "remote", 6 }, SHOWN_URL },
		{ { "repo", 4 }, SHOWN },
		{ { "rollback", 8 }, SHOWN },
		{ { "securityopt", 11 }, SHOWN },
		{ { "t", 1 }, SHOWN },
		{ { "tag", 3 }, SHOWN },
		{ { "term", 4 }, SHOWN_URL },
		{ { "version", 7 }, SHOWN },
	};

	for (size_t i = 0; i < sizeof(params) / sizeof(params[0]); i++) {
		if (slice_eq(name, params[i].name))
			return params[i].shown;
	}
	return SHOWN_NOT;
}

/* Those that need no escape where we write. */
static const struct slice url_letters = { "-._~:/@,", 8 };

static bool is_one_of(struct slice word, const struct slice *words)
{
	while (words->len > 0 && !fold_lower_eq(word, *words))
		words++;
	return words->len > 0;
}

static void write_health(struct slice rest, const struct policy *policy, struct buf *b)
{
	struct slice type;

	do
		type = changes_cut_word(&rest);
	while (slice_starts(type, SLICE("--")));
	buf_add(b, fold_upper_eq(type, SLICE("cmd")) ? SLICE("CMD ") : SLICE("NONE "));
	recorded_arguments(rest, policy, b);
}

/* The instructions whose words docker/changes.c reads; of any other, its name at most. */
static void write_instruction(struct slice line, const struct policy *policy, struct buf *b)
{
	static const struct slice whole[] = {
		{ "user", 4 }, { "workdir", 7 }, { "expose", 6 }, { 0 }
	};
	static const struct slice commands[] = { { "cmd", 3 }, { "entrypoint", 10 }, { 0 } };
	static const struct slice named[] = { { "env", 3 },         { "label", 5 },
					      { "arg", 3 },         { "volume", 6 },
					      { "shell", 5 },       { "onbuild", 7 },
					      { "stopsignal", 10 }, { 0 } };
	struct slice rest = line, word = changes_cut_word(&rest);

	if (slice_starts(word, SLICE("#")) || slice_ends(word, SLICE("\\")) ||
	    slice_ends(rest, SLICE("\\"))) {
		/* A comment, or a line that goes on: both are objected to. */
		buf_char(b, '#');
	} else if (is_one_of(word, whole)) {
		buf_add(b, line);
	} else if (is_one_of(word, commands)) {
		buf_add(b, word);
		buf_char(b, ' ');
		recorded_arguments(rest, policy, b);
	} else if (fold_lower_eq(word, SLICE("healthcheck"))) {
		buf_add(b, SLICE("HEALTHCHECK "));
		write_health(rest, policy, b);
	} else if (word.len > 0) {
		buf_add(b, is_one_of(word, named) ? word : SLICE("x"));
		if (rest.len > 0)
			buf_add(b, SLICE(" x"));
	}
}

static void write_changes(struct slice text, const struct policy *policy, struct buf *b)
{
	struct slice line;
	bool more = true;

	for (bool first = true; more; first = false) {
		more = slice_cut(text, '\n', &line, &text);
		if (!first)
			buf_char(b, '\n');
		write_instruction(line, policy, b);
	}
}

/* JSON without what no rule reads. What cannot be read is put as something else that cannot. */
static void write_json(struct slice json, const struct gojson_field *field,
		       const struct policy *policy, struct buf *b)
{
	union {
		struct gojson_items items;
		struct field_texts texts;
	} target = { 0 };
	struct gojson_spans spans = { 0 };
	struct reading reading;
	struct slice text = SLICE("x");

	if (json.len == 0)
		return;
	reading_start(&reading, b->arena);
	reading.spans = &spans;
	if (gojson_decode_value(json, NULL, field, &target, &reading) < 0 ||
	    (spans.whole && recorded_body(json, &spans, policy, b->arena, &text)))
		b->failed = true;
	buf_add(b, text);
}

static void write_value(struct slice written, const struct uri_param *param,
			const struct policy *policy, struct buf *b)
{
	enum shown shown = is_shown(param->name);
	struct buf text = BUF(b->arena);
	struct slice value;

	if (shown == SHOWN) {
		buf_add(b, written);
		return;
	}
	if (shown == SHOWN_URL)
		recorded_url(param->value, &text);
	else if (shown == SHOWN_CHANGES)
		write_changes(param->value, policy, &text);
	else if (shown == SHOWN_OUTPUTS)
		write_json(param->value, &build_outputs_field, policy, &text);
	else if (shown == SHOWN_CACHES)
		write_json(param->value, &build_caches_field, policy, &text);
	else if (param->value.len > 0)
		buf_char(&text, 'x');
	if (text.len == 0 && !text.failed)
		return;
	if (buf_done(&text, &value))
		b->failed = true;
	else
		buf_percent(b, value, url_letters);
}

/* The origin of an absolute target is nobody's business, and may hold a password. */
static void write_path(struct slice path, struct buf *b)
{
	struct slice scheme, rest;
	const char *slash;

	if (slice_starts(path, SLICE("/")) || !slice_cut(path, ':', &scheme, &rest)) {
		buf_add(b, path);
		return;
	}
	buf_add(b, scheme);
	buf_add(b, SLICE("://x"));
	rest = slice_from(rest, 2);
	slash = slice_find(rest, '/');
	if (slash)
		buf_add(b, slice_from(rest, (size_t) (slash - rest.ptr)));
}

int recorded_target(struct slice target, const struct uri *uri, const struct policy *policy,
		    struct arena *a, struct slice *ret)
{
	struct slice path, query, pair, name, value;
	struct buf b = BUF(a);
	bool more = slice_cut(target, '?', &path, &query);
	size_t i = 0;

	write_path(path, &b);
	if (more)
		buf_char(&b, '?');
	while (more) {
		more = slice_cut(query, '&', &pair, &query);
		if (pair.len > 0) {
			bool given = slice_cut(pair, '=', &name, &value);

			buf_add(&b, name);
			if (given) {
				buf_char(&b, '=');
				write_value(value, &uri->params[i], policy, &b);
			}
			i++;
		}
		if (more)
			buf_char(&b, '&');
	}
	return buf_done(&b, ret);
}

int recorded_unread_target(const struct reading *reading, struct arena *a, struct slice *ret)
{
	static const struct {
		struct slice place, target;
	} alike[] = {
		{ { "the request's path", 18 }, { "//", 2 } },
		{ { "the request's API version", 25 }, { "/v99999999999999999999.0/x", 26 } },
		{ { "the request's query", 19 }, { "/?;", 3 } },
		{ { "a parameter of the request's query", 34 }, { "/?%", 3 } },
	};
	const struct complaint *c = reading->unread.first;
	struct buf b = BUF(a);

	if (c && c->at && c->at->kind == PLACE_QUERY) {
		buf_add(&b, SLICE("/?"));
		buf_percent(&b, c->at->key, url_letters);
		buf_add(&b, SLICE("=%"));
		return buf_done(&b, ret);
	}
	*ret = SLICE("/#");
	for (size_t i = 0; c && c->at && i < sizeof(alike) / sizeof(alike[0]); i++) {
		if (slice_eq(c->at->key, alike[i].place))
			*ret = alike[i].target;
	}
	return 0;
}
