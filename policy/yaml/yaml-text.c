/*
 * yaml-text.c - what YAML text may be made of, and libyaml's complaints in plain words.
 *
 * YAML 1.1 ends a line at U+0085, U+2028, U+2029 and a lone carriage return, where most editors
 * show one line: text behind them in a comment would be in force unseen. Bidirectional controls
 * show characters in another order than they stand, and some characters do not show at all: a rule
 * for `ci` with one of those in it is a rule for nobody. A policy with any of these is refused.
 */
#include "yaml/yaml-text.h"

#include <stdint.h>

#include "base/array.h"
#include "base/utf8.h"
#include "yaml/yaml-doc.h"

struct cursor {
	struct slice rest;
	struct mark at;
	bool indent; /* nothing but blanks so far on this line */
};

static const char *objection(uint32_t c, struct slice rest, bool indent)
{
	if (c == '\t' && indent)
		return "the line is indented with a tab; indent with spaces";
	if (c == '\r' && !slice_starts(rest, SLICE("\n")))
		return "a carriage return ends a line here that editors may show as one; remove it";
	if (c == 0x85 || c == 0x2028 || c == 0x2029)
		return "ends a line here that editors show as one; remove it";
	if ((c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069))
		return "makes editors show this line in another order than it is read; remove it";
	if ((c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == 0x7f ||
	    (c >= 0x80 && c < 0xa0))
		return "is a control character; remove it";
	if (c == 0xfeff || c == 0xfffe || c == 0xffff)
		return "does not belong into text; remove it";
	if (utf8_misleads(c))
		return "is shown by no editor, so a name with it is not the one it seems to be; remove it";
	return NULL;
}

static int check_character(const struct cursor *at, uint32_t c, struct diags *d)
{
	const char *what = objection(c, at->rest, at->indent);

	if (!what)
		return 0;
	if (c == '\t' || c == '\r')
		return diag_add(d, at->at, "%s", what);
	return diag_add(d, at->at, "the character U+%04X %s", c, what);
}

static void step(struct cursor *at, uint32_t c)
{
	at->at.column++;
	at->indent = at->indent && (c == ' ' || c == '\t');
	if (c == '\n') {
		at->at.line++;
		at->at.column = 1;
		at->indent = true;
	}
}

/* Nearly all of a policy is printable ASCII, to which nobody objects. */
static void skip_plain(struct cursor *at)
{
	size_t len = 0;

	while (len < at->rest.len && at->rest.ptr[len] >= ' ' && at->rest.ptr[len] < 0x7f)
		at->indent = at->rest.ptr[len++] == ' ' && at->indent;
	at->rest = slice_from(at->rest, len);
	at->at.column += (unsigned) len;
}

int yaml_text_check(struct slice text, const char *file, struct diags *d)
{
	struct cursor at = { .rest = text, .at = { file, 1, 1 }, .indent = true };
	int bad = 0;

	if (text.len > YAML_SIZE_MOST)
		return diag_add(d, (struct mark){ file, 0, 0 }, "the file is larger than %d MiB",
				YAML_SIZE_MOST >> 20);
	for (skip_plain(&at); at.rest.len > 0; skip_plain(&at)) {
		uint32_t c;
		size_t len = utf8_next(at.rest, &c);

		if (len == 0)
			return diag_add(d, at.at,
					"the byte 0x%02x here is not UTF-8; save the file as UTF-8",
					(unsigned char) at.rest.ptr[0]);
		at.rest = slice_from(at.rest, len);
		bad |= check_character(&at, c, d);
		step(&at, c);
	}
	return bad;
}

/* The problems that people run into. A NULL context is any. */
static const struct explanation {
	const char *problem, *context;
	bool at_context; /* where the construct began, rather than where libyaml noticed */
	const char *text;
} explanations[] = {
	{ "did not find expected key", NULL, false,
	  "expected a key such as `mode:` in line with the keys above; check the indentation, and that "
	  "nothing follows a closing quote or bracket" },
	{ "did not find expected '-' indicator", NULL, false,
	  "expected another item `- ...` of the list above; check the indentation" },
	{ "mapping values are not allowed in this context", NULL, false,
	  "a `:` cannot stand here; check the indentation, check that the key above ends with `:`, and "
	  "quote text that holds `: `" },
	{ "could not find expected ':'", NULL, true,
	  "a key ends with `:`; it is missing here or on the line above" },
	{ "did not find expected ',' or ']'", NULL, true,
	  "this `[` is not closed, or a comma is missing in the list" },
	{ "did not find expected ',' or '}'", NULL, true,
	  "this `{` is not closed, or a comma is missing in the mapping" },
	{ "found unexpected end of stream", "while scanning a quoted scalar", true,
	  "this quote is not closed" },
	{ "found character that cannot start any token", NULL, false,
	  "a value cannot begin with the character here (`@`, a backquote, `%` or a tab); put it in "
	  "quotes" },
	{ "did not find expected alphabetic or numeric character", "while scanning an alias", true,
	  "a value cannot begin with `*`; put it in quotes" },
	{ "did not find expected alphabetic or numeric character", "while scanning an anchor", true,
	  "a value cannot begin with `&`; put it in quotes" },
	{ "found unknown escape character", NULL, false,
	  "a `\\` in double quotes begins an escape, and this one is not known; use single quotes" },
	{ "did not find expected node content", NULL, false,
	  "a value is missing here; text that begins with a comma or a bracket needs quotes" },
	{ "block sequence entries are not allowed in this context", NULL, false,
	  "a list item `- ...` cannot stand here; begin the list on the next line" },
	{ "did not find expected <document start>", NULL, false,
	  "the document has ended before this; remove what follows" },
};

int yaml_text_explain(const struct yaml_trouble *t, struct diags *d)
{
	for (size_t i = 0; i < COUNT_OF(explanations); i++) {
		const struct explanation *e = &explanations[i];

		if (!slice_eq(t->problem, slice_str(e->problem)))
			continue;
		if (e->context && !slice_eq(t->context, slice_str(e->context)))
			continue;
		return diag_add(d, e->at_context ? t->context_at : t->problem_at, "%s", e->text);
	}
	if (t->context.len > 0)
		return diag_add(d, t->problem_at, "not valid YAML: %.*s %.*s",
				SLICE_ARG(t->problem), SLICE_ARG(t->context));
	return diag_add(d, t->problem_at, "not valid YAML: %.*s", SLICE_ARG(t->problem));
}
