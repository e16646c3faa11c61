/*
 * instruction.c - Dockerfile instructions, as commit and import take them.
 *
 *   USER, WORKDIR, EXPOSE, VOLUME, STOPSIGNAL   stay whole
 *   ENV, LABEL, ARG                             the first name stays
 *   CMD, ENTRYPOINT, HEALTHCHECK                as command.c says
 *   SHELL, ONBUILD                              the word stays
 *   any other                                   nothing
 *
 * A line that ends in a backslash goes on in the next one, and a comment may make another byte the
 * backslash: what follows either is no instruction that we could know. docker/changes.c objects to
 * them and reads no further.
 */
#include <stdbool.h>

#include "base/buf.h"
#include "base/fold.h"
#include "base/utf8.h"
#include "docker/spelling/changes.h"
#include "redact/redact.h"

static bool is_one_of(struct slice word, const char *const *words)
{
	while (*words && !fold_lower_eq(word, slice_str(*words)))
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
static void write_named(const struct redaction *r, struct slice rest, struct buf *b)
{
	size_t len = name_length(rest);

	if (len < rest.len && (rest.ptr[len] == '=' || rest.ptr[len] == ' '))
		buf_add(b, (struct slice){ rest.ptr, len + 1 });
	buf_add(b, r->mark);
}

/* The reader tells CMD from NONE, and looks into the command. */
static void write_health(const struct redaction *r, struct slice rest, struct buf *b)
{
	struct slice type;

	do
		type = changes_cut_word(&rest);
	while (slice_starts(type, SLICE("--")));
	buf_add(b, fold_upper_eq(type, SLICE("cmd")) ? SLICE("CMD ") : SLICE("NONE "));
	redact_command(r, rest, b);
}

static void write_known(const struct redaction *r, struct slice word, struct slice rest,
			struct buf *b)
{
	static const char *const named[] = { "env", "label", "arg", NULL };
	static const char *const commands[] = { "cmd", "entrypoint", NULL };

	buf_add(b, word);
	if (rest.len == 0)
		return;
	buf_char(b, ' ');
	if (is_one_of(word, named))
		write_named(r, rest, b);
	else if (is_one_of(word, commands))
		redact_command(r, rest, b);
	else if (fold_lower_eq(word, SLICE("healthcheck")) && r->replays)
		write_health(r, rest, b);
	else
		buf_add(b, r->mark);
}

static void write_instruction(const struct redaction *r, struct slice line, struct buf *b)
{
	static const char *const whole[] = {
		"user", "workdir", "expose", "volume", "stopsignal", NULL,
	};
	static const char *const known[] = {
		"env", "label", "arg", "cmd", "entrypoint", "healthcheck", "shell", "onbuild", NULL,
	};
	struct slice rest = line, word = changes_cut_instruction(&rest);

	if (is_one_of(word, whole))
		buf_add(b, r->replays ? line : utf8_trim(line));
	else if (is_one_of(word, known))
		write_known(r, word, rest, b);
	else if (word.len > 0)
		buf_add(b, r->mark);
}

static bool goes_on(struct slice line)
{
	line = utf8_trim(line);
	return slice_starts(line, SLICE("#")) || slice_ends(line, SLICE("\\"));
}

void redact_instructions(const struct redaction *r, struct slice text, struct buf *b)
{
	struct slice line;
	bool more = true;

	for (bool first = true; more; first = false) {
		more = slice_cut(text, '\n', &line, &text);
		if (!first)
			buf_char(b, '\n');
		if (goes_on(line)) {
			buf_add(b, r->replays ? SLICE("#") : r->mark);
			return;
		}
		write_instruction(r, line, b);
	}
}
