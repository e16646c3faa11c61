/*
 * option.c - options of drivers: `username=u,password=p,addr=10.0.0.1`.
 *
 * Rules look for host paths in them, and at what options.def lists. A secret must not be shown
 * because it looks like a path, so of an option that speaks of one a path is shown only where it is
 * the file that holds the secret.
 */
#include <stdbool.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/url.h"
#include "docker/spelling/template.h"
#include "redact/redact.h"
#include "redact/url.h"

static bool is_one_of(struct slice word, const struct slice *words)
{
	while (words->len > 0 && !slice_eq_nocase(word, *words))
		words++;
	return words->len > 0;
}

static bool is_shown(struct slice name)
{
	static const struct slice names[] = {
#define OPTION(name) { name, sizeof(name) - 1 },
#include "redact/options.def"
#undef OPTION
		{ 0 },
	};

	return is_one_of(name, names);
}

/* Words without a value: switches of mount(8). Rules know bind, ro and those of propagation. */
static bool is_switch(struct slice word)
{
	static const struct slice words[] = {
		SLICE_INIT("bind"),     SLICE_INIT("rbind"),   SLICE_INIT("ro"),
		SLICE_INIT("rw"),       SLICE_INIT("shared"),  SLICE_INIT("rshared"),
		SLICE_INIT("slave"),    SLICE_INIT("rslave"),  SLICE_INIT("private"),
		SLICE_INIT("rprivate"), SLICE_INIT("exec"),    SLICE_INIT("noexec"),
		SLICE_INIT("suid"),     SLICE_INIT("nosuid"),  SLICE_INIT("dev"),
		SLICE_INIT("nodev"),    SLICE_INIT("hard"),    SLICE_INIT("soft"),
		SLICE_INIT("nolock"),   SLICE_INIT("lock"),    SLICE_INIT("guest"),
		SLICE_INIT("atime"),    SLICE_INIT("noatime"), { 0 },
	};

	return is_one_of(word, words);
}

/* Letters that a name of a secret has somewhere, in any case. */
static bool speaks_of_secret(struct slice name)
{
	static const struct slice parts[] = {
		SLICE_INIT("pass"), SLICE_INIT("pwd"),  SLICE_INIT("secret"), SLICE_INIT("token"),
		SLICE_INIT("key"),  SLICE_INIT("cred"), SLICE_INIT("auth"),   SLICE_INIT("user"),
	};

	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		for (size_t at = 0; at + parts[i].len <= name.len; at++) {
			if (slice_eq_nocase((struct slice){ name.ptr + at, parts[i].len },
					    parts[i]))
				return true;
		}
	}
	return false;
}

static bool is_file_of_secret(struct slice name, struct slice value)
{
	static const struct slice names[] = {
		SLICE_INIT("credentials"), SLICE_INIT("cred"),           SLICE_INIT("keyfile"),
		SLICE_INIT("secretfile"),  SLICE_INIT("syslog-tls-key"), { 0 },
	};

	return is_one_of(name, names) && slice_starts(value, SLICE("/")) && !slice_find(value, ',');
}

/* Of a URL its origin, as far as rules look: tcp://logs.example.com:5140. */
static void write_origin(const struct redaction *r, const struct url *url, struct slice text,
			 struct buf *b)
{
	struct slice origin = { text.ptr, text.len - url->rest.len };
	struct buf shown = BUF(b->arena);

	redact_urls(r, origin, &shown);
	if (buf_done(&shown, &origin))
		b->failed = true;
	buf_add(b, origin);
	if (url->rest.len > 0)
		buf_char(b, '/');
	if (url->rest.len > 1)
		buf_add(b, r->mark);
}

/* Paths with a colon between them, as an overlay's lowerdir has them; what is none goes. */
static void write_paths(const struct redaction *r, struct slice value, struct buf *b)
{
	struct buf urls = BUF(b->arena);
	struct url url;
	struct slice path;
	bool more = true;

	url_read(value, &url);
	/* Behind an empty host, as in file:///etc, there is a path of this one. */
	if (url.scheme.len > 0 && url.host.len > 0) {
		write_origin(r, &url, value, b);
		return;
	}
	if (url_find(value)) {
		redact_urls(r, value, &urls);
		if (buf_done(&urls, &value))
			b->failed = true;
	}
	for (bool first = true; more; first = false) {
		more = slice_cut(value, ':', &path, &value);
		if (!first)
			buf_char(b, ':');
		if (path.len > 0)
			buf_add(b, slice_starts(path, SLICE("/")) ? path : r->mark);
	}
}

static void write_value(const struct redaction *r, struct slice name, struct slice value,
			struct buf *b)
{
	if (is_shown(name))
		redact_urls(r, value, b);
	else if (!speaks_of_secret(name) || is_file_of_secret(name, value))
		write_paths(r, value, b);
	else if (value.len > 0)
		buf_add(b, r->mark);
}

/* A comma in a password would end it here, as it does for mount(8): what follows without a name of
 * its own goes with it. */
static void write_list(const struct redaction *r, struct slice list, struct buf *b)
{
	struct slice word, name, value;
	bool more = true, hidden = false;

	for (bool first = true; more; first = false) {
		more = slice_cut(list, ',', &word, &list);
		if (!first)
			buf_char(b, ',');
		if (slice_cut(word, '=', &name, &value)) {
			hidden = speaks_of_secret(name);
			buf_add(b, name);
			buf_char(b, '=');
			write_value(r, name, value, b);
		} else if (is_switch(word)) {
			buf_add(b, word);
		} else if (hidden && word.len > 0) {
			buf_add(b, r->mark);
		} else {
			write_paths(r, word, b);
		}
	}
}

/* A service's options are templates; what they are filled with decides whether they are judged. */
static bool write_template(const struct redaction *r, struct slice value, struct buf *b)
{
	bool plain =
		template_only_names(value) && !slice_find(value, '/') && !slice_find(value, '=');

	if (!r->replays || !template_in(value))
		return false;
	buf_add(b, plain ? SLICE("{{.Task.Slot}}") : SLICE("{{x}}"));
	return true;
}

void redact_option(const struct redaction *r, struct slice key, struct slice value, struct buf *b)
{
	if (!is_shown(key) && write_template(r, value, b))
		return;
	if (is_shown(key) || speaks_of_secret(key))
		write_value(r, key, value, b);
	else
		write_list(r, value, b);
}
