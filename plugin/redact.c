/*
 * redact.c - takes secrets out of text.
 *
 * Bodies are no concern of this file: environment, payloads and credentials in them are never
 * copied while a request is read, and no rule quotes a command line. Secrets also stand in text
 * that people do read: in the target, and in what is quoted of it.
 *
 *   buildargs, labels    JSON of names and values: the names stay
 *   filters              JSON in which name=value stands anywhere: the names stay
 *   changes              Dockerfile instructions: of ENV, LABEL and ARG the first name stays; USER,
 *                        WORKDIR, EXPOSE, VOLUME and STOPSIGNAL stay whole; of any other the word
 *   outputs, cacheto, and names that speak of passwords or tokens: nothing of the value stays
 *   a URL, anywhere      its user and password, and its query, in which signatures stand
 *
 * What cannot be taken apart is hidden whole, as is what readers could take apart in another way
 * than we do: a value with ';' in it, a fragment. Such requests are denied, but recorded too. Where
 * a password may end early or late, it ends late: rather too much is hidden than too little.
 */
#include "redact.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "docker/json-reader.h"

#define HIDDEN "***"

/*
 * Of longer text the rest is left out, so that what is shown costs little however much was sent:
 * bytes of a target, and of any other text. A password may end behind the cut, so what a URL has
 * before it is hidden to the end.
 */
enum { MOST_TARGET = 8192, MOST_TEXT = 2048 };

static bool cut_long(struct slice *text, size_t most)
{
	if (text->len <= most)
		return false;
	text->len = most;
	return true;
}

/* Where the "://" of a URL stands. Most texts have no colon, and memchr is quick to say so. */
static const char *find_scheme(struct slice text)
{
	const char *colon;

	while ((colon = slice_find(text, ':'))) {
		text = slice_from(text, (size_t) (colon - text.ptr));
		if (slice_starts(text, SLICE("://")))
			return colon;
		text = slice_from(text, 1);
	}
	return NULL;
}

static struct slice before(struct slice text, const char *end)
{
	return (struct slice){ text.ptr, (size_t) (end - text.ptr) };
}

static bool ends_url(char c)
{
	return (unsigned char) c <= ' ' || c == '"' || c == '\'' || c == '`' || c == '<' ||
	       c == '>';
}

/* Writes the rest of a URL, as far as it is one, without its query; returns what follows it. */
static struct slice write_path(struct slice rest, struct buf *b)
{
	size_t end = 0, query;

	while (end < rest.len && !ends_url(rest.ptr[end]) && rest.ptr[end] != '?')
		end++;
	query = end;
	while (end < rest.len && !ends_url(rest.ptr[end]))
		end++;
	buf_add(b, before(rest, rest.ptr + query));
	if (query < end)
		buf_add(b, SLICE("?" HIDDEN));
	return slice_from(rest, end);
}

/*
 * A password may hold anything, quotes and slashes too, so it reaches to the last '@' there is; and
 * to the end of what was cut.
 */
static void write_urls(struct slice text, bool was_cut, struct buf *b)
{
	const char *at = text.len > 0 ? memrchr(text.ptr, '@', text.len) : NULL, *scheme;

	while ((scheme = find_scheme(text))) {
		buf_add(b, before(text, scheme + 3));
		text = slice_from(text, (size_t) (scheme + 3 - text.ptr));
		if (was_cut) {
			buf_add(b, SLICE(HIDDEN));
			return;
		}
		if (at && at > scheme) {
			buf_add(b, SLICE(HIDDEN));
			text = slice_from(text, (size_t) (at - text.ptr));
			at = NULL;
		}
		text = write_path(text, b);
	}
	buf_add(b, text);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* False when there is a '%' that escapes nothing. */
static bool decode(struct slice text, struct buf *b)
{
	for (size_t i = 0; i < text.len; i++) {
		int high, low;

		if (text.ptr[i] != '%') {
			buf_char(b, text.ptr[i] == '+' ? ' ' : text.ptr[i]);
			continue;
		}
		high = i + 2 < text.len ? hex_digit(text.ptr[i + 1]) : -1;
		low = i + 2 < text.len ? hex_digit(text.ptr[i + 2]) : -1;
		if (high < 0 || low < 0)
			return false;
		buf_char(b, (char) (high << 4 | low));
		i += 2;
	}
	return true;
}

enum kind {
	KIND_PLAIN,
	KIND_NAMES, /* JSON: keys stay, values go */
	KIND_PAIRS, /* JSON: of each string, what stands behind '=' goes */
	KIND_CHANGES,
	KIND_SECRET,
};

static enum kind kind_of(struct slice name)
{
	static const struct {
		struct slice name;
		enum kind kind;
	} kinds[] = {
		{ { "buildargs", 9 }, KIND_NAMES }, { { "labels", 6 }, KIND_NAMES },
		{ { "filters", 7 }, KIND_PAIRS },   { { "changes", 7 }, KIND_CHANGES },
		{ { "outputs", 7 }, KIND_SECRET },  { { "cacheto", 7 }, KIND_SECRET },
	};
	static const char *const words[] = {
		"passw", "secret", "token", "auth", "credential",
	};

	/* Engines know these names in this spelling only; others may be mistakes, secrets and all.
	 */
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (slice_eq_nocase(name, kinds[i].name))
			return kinds[i].kind;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct slice word = slice_str(words[i]);

		for (size_t at = 0; at + word.len <= name.len; at++) {
			if (slice_eq_nocase((struct slice){ name.ptr + at, word.len }, word))
				return KIND_SECRET;
		}
	}
	return KIND_PLAIN;
}

static void write_pair(struct slice text, struct buf *b)
{
	const char *equals = slice_find(text, '=');
	struct buf pair = BUF(b->arena);
	struct slice hidden;

	if (!equals) {
		buf_json(b, text);
		return;
	}
	buf_add(&pair, before(text, equals));
	buf_add(&pair, SLICE("=" HIDDEN));
	if (buf_done(&pair, &hidden))
		b->failed = true;
	else
		buf_json(b, hidden);
}

static void write_json_token(const struct json_token *t, enum kind kind, struct buf *b)
{
	switch (t->type) {
	case JSON_OBJECT:
		buf_char(b, '{');
		break;
	case JSON_OBJECT_END:
		buf_char(b, '}');
		break;
	case JSON_ARRAY:
		buf_char(b, '[');
		break;
	case JSON_ARRAY_END:
		buf_char(b, ']');
		break;
	case JSON_KEY:
		write_pair(t->text, b);
		buf_char(b, ':');
		break;
	case JSON_STRING:
		if (kind == KIND_PAIRS) {
			write_pair(t->text, b);
			break;
		}
		buf_add(b, SLICE("\"" HIDDEN "\""));
		break;
	case JSON_NULL:
		buf_add(b, SLICE("null"));
		break;
	case JSON_FALSE:
	case JSON_TRUE:
	case JSON_NUMBER:
		if (kind == KIND_PAIRS && t->type == JSON_TRUE)
			buf_add(b, SLICE("true"));
		else
			buf_add(b, SLICE("\"" HIDDEN "\""));
		break;
	case JSON_END:
		break;
	}
}

/* False when it is no JSON. */
static bool write_json(struct slice json, enum kind kind, struct buf *b)
{
	struct json_reader r;
	struct json_token t;
	bool comma = false, closes;

	json_open(&r, json, b->arena);
	do {
		if (json_next(&r, &t))
			return false;
		closes = t.type == JSON_OBJECT_END || t.type == JSON_ARRAY_END;
		if (comma && !closes && t.type != JSON_END)
			buf_char(b, ',');
		write_json_token(&t, kind, b);
		comma = t.type != JSON_OBJECT && t.type != JSON_ARRAY && t.type != JSON_KEY;
	} while (t.type != JSON_END);
	return true;
}

static bool is_one_of(struct slice word, const char *const *words)
{
	while (*words && !slice_eq_nocase(word, slice_str(*words)))
		words++;
	return *words != NULL;
}

static size_t name_length(struct slice text)
{
	size_t len = 0;

	while (len < text.len &&
	       ((text.ptr[len] >= '0' && text.ptr[len] <= '9') ||
		((text.ptr[len] | 0x20) >= 'a' && (text.ptr[len] | 0x20) <= 'z') ||
		slice_find(SLICE("_-./"), text.ptr[len])))
		len++;
	return len;
}

/* ENV NAME=value, or ENV NAME value; behind the first pair nothing stays. */
static void write_named(struct slice rest, struct buf *b)
{
	size_t len = name_length(rest);

	if (len < rest.len && (rest.ptr[len] == '=' || rest.ptr[len] == ' '))
		buf_add(b, (struct slice){ rest.ptr, len + 1 });
	buf_add(b, SLICE(HIDDEN));
}

static void write_instruction(struct slice line, struct buf *b)
{
	static const char *const whole[] = { "user",   "workdir",    "expose",
					     "volume", "stopsignal", NULL };
	static const char *const named[] = { "env", "label", "arg", NULL };
	static const char *const others[] = { "cmd",   "entrypoint", "healthcheck",
					      "shell", "onbuild",    NULL };
	struct slice text = slice_trim(line), word, rest;
	bool more = slice_cut(text, ' ', &word, &rest);

	if (is_one_of(word, whole)) {
		buf_add(b, text);
		return;
	}
	if (more && (is_one_of(word, named) || is_one_of(word, others))) {
		buf_add(b, word);
		buf_char(b, ' ');
	}
	if (more && is_one_of(word, named))
		write_named(slice_trim(rest), b);
	else
		buf_add(b, SLICE(HIDDEN));
}

/* A line that ends in a backslash goes on in the next one, and a comment may make another byte the
 * backslash: what follows either is no instruction that we could know. */
static void write_changes(struct slice text, struct buf *b)
{
	struct slice line;
	bool more = true;

	for (bool first = true; more; first = false) {
		more = slice_cut(text, '\n', &line, &text);
		if (!first)
			buf_char(b, '\n');
		if (slice_starts(slice_trim(line), SLICE("#")) ||
		    slice_ends(slice_trim(line), SLICE("\\"))) {
			buf_add(b, SLICE(HIDDEN));
			return;
		}
		write_instruction(line, b);
	}
}

/* False when the value must be hidden whole. */
static bool write_known(struct slice value, enum kind kind, struct buf *b)
{
	switch (kind) {
	case KIND_PLAIN:
		write_urls(value, false, b);
		return true;
	case KIND_NAMES:
	case KIND_PAIRS:
		return write_json(value, kind, b);
	case KIND_CHANGES:
		write_changes(value, b);
		return true;
	case KIND_SECRET:
		break;
	}
	return false;
}

/* Nearly every value: a name, a number, a path. */
static bool is_harmless(struct slice value, enum kind kind)
{
	return kind == KIND_PLAIN && !slice_find(value, '%') && !find_scheme(value);
}

static void write_value(struct slice value, enum kind kind, struct buf *b)
{
	struct buf plain = BUF(b->arena), shown = BUF(b->arena);
	struct slice given, text;

	if (is_harmless(value, kind)) {
		buf_add(b, value);
		return;
	}
	if (!decode(value, &plain) || buf_done(&plain, &given) ||
	    !write_known(given, kind, &shown) || buf_done(&shown, &text)) {
		buf_add(b, SLICE(HIDDEN));
		return;
	}
	/* With the client's own escapes, where nothing had to be hidden. */
	if (slice_eq(given, text))
		buf_add(b, value);
	else
		buf_percent(b, text, SLICE("-._~*:/@,="));
}

static void write_param(struct slice param, struct buf *b)
{
	struct slice name, value;
	struct buf plain = BUF(b->arena);
	enum kind kind = KIND_SECRET;

	if (!slice_cut(param, '=', &name, &value)) {
		buf_add(b, param);
		return;
	}
	buf_add(b, name);
	buf_char(b, '=');
	if (slice_find(name, '%') && (!decode(name, &plain) || buf_done(&plain, &name)))
		name = SLICE("");
	if (name.len > 0 && !slice_find(param, ';'))
		kind = kind_of(name);
	write_value(value, kind, b);
}

static void write_target(struct slice target, struct buf *b)
{
	struct slice path, query, fragment, param;
	bool was_cut = cut_long(&target, MOST_TARGET);
	bool has_fragment = slice_cut(target, '#', &target, &fragment);
	bool more = slice_cut(target, '?', &path, &query);

	write_urls(path, was_cut && !more, b);
	if (more)
		buf_char(b, '?');
	while (more) {
		more = slice_cut(query, '&', &param, &query);
		if (more || !was_cut || has_fragment)
			write_param(param, b);
		else
			buf_add(b, SLICE(HIDDEN));
		if (more)
			buf_char(b, '&');
	}
	if (has_fragment)
		buf_add(b, SLICE("#" HIDDEN));
}

int redact_target(struct slice target, struct arena *a, struct slice *ret)
{
	struct buf b = BUF(a);

	if (!slice_find(target, '?') && !slice_find(target, '#') && !find_scheme(target)) {
		cut_long(&target, MOST_TARGET);
		*ret = target;
		return 0;
	}
	write_target(target, &b);
	return buf_done(&b, ret);
}

int redact_text(struct slice text, struct arena *a, struct slice *ret)
{
	bool was_cut;
	struct buf b = BUF(a);

	if (slice_starts(text, SLICE("/")) && slice_find(text, '?'))
		return redact_target(text, a, ret);
	was_cut = cut_long(&text, MOST_TEXT);
	if (!find_scheme(text)) {
		*ret = text;
		return 0;
	}
	write_urls(text, was_cut, &b);
	return buf_done(&b, ret);
}
