#include "base/diag.h"

#include "base/arena.h"
#include "base/buf.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum {
	KEPT = 50, /* of each level; many warnings must not hide the error */
	LEVELS = DIAG_NOTE + 1,
	TEXT_SHOWN = 1000,    /* bytes */
	MEMORY = 1024 * 1024, /* for all texts, each of which may be escaped */
	SOURCES = 4,          /* a policy, its profile, and room */
	LINE_BEFORE = 60,     /* bytes of a long line that are shown before the place and after */
	LINE_AFTER = 100,
};

struct source {
	const char *file;
	struct slice text;
};

struct diags {
	struct arena *texts;
	struct source sources[SOURCES];
	struct diag list[LEVELS * KEPT];
	size_t count;
	size_t kept[LEVELS];
	size_t left_out;
	bool latest_kept; /* the complaint that a note would belong to */
	bool bad;
};

struct diags *diags_new(void)
{
	OWN(diags) d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->texts = arena_new(MEMORY);
	if (!d->texts)
		return NULL;
	return TAKE(d);
}

void diags_free(struct diags *d)
{
	if (!d)
		return;
	arena_free(d->texts);
	free(d);
}

static const char *make_text(struct diags *d, enum diag_level level, const char *fmt, va_list args)
	__attribute__((format(printf, 3, 0)));

/*
 * The values in a complaint come from the file, so they are made harmless for the reader's
 * terminal, and kept from starting a line of their own. NULL when there is no room.
 */
static const char *make_text(struct diags *d, enum diag_level level, const char *fmt, va_list args)
{
	struct buf b = BUF(d->texts);
	struct slice plain;
	char *raw;
	int len;

	if (d->kept[level] == KEPT)
		return NULL;
	len = vasprintf(&raw, fmt, args);
	if (len < 0)
		return NULL;
	buf_plain(&b, (struct slice){ raw, (size_t) len }, TEXT_SHOWN);
	buf_char(&b, '\0');
	free(raw);
	return buf_done(&b, &plain) == 0 ? plain.ptr : NULL;
}

const char *diags_keep(struct diags *d, struct slice name)
{
	struct slice copy;

	return arena_copy(d->texts, name, &copy) == 0 ? copy.ptr : NULL;
}

void diags_show(struct diags *d, const char *file, struct slice text)
{
	for (size_t i = 0; i < SOURCES; i++) {
		if (!d->sources[i].file) {
			d->sources[i] = (struct source){ file, text };
			return;
		}
	}
}

void diags_show_none(struct diags *d)
{
	memset(d->sources, 0, sizeof(d->sources));
}

/* False when the file is not at hand, or has no such line. */
static bool find_line(const struct diags *d, struct mark at, struct slice *ret)
{
	struct slice rest = { 0 };
	bool more;

	for (size_t i = 0; at.file && i < SOURCES; i++) {
		if (d->sources[i].file == at.file)
			rest = d->sources[i].text;
	}
	more = rest.len > 0 && at.line > 0 && at.column > 0;
	for (unsigned line = 1; more && line <= at.line; line++)
		more = slice_cut(rest, '\n', ret, &rest) || (line == at.line && ret->len > 0);
	return more;
}

/* Where the character of that column begins; columns count characters. */
static size_t column_offset(struct slice line, unsigned column)
{
	size_t at = 0;

	for (unsigned i = 1; i < column && at < line.len; i++) {
		at++;
		while (at < line.len && (line.ptr[at] & 0xc0) == 0x80)
			at++;
	}
	return at;
}

/* Cuts what is far from `*at`, which then counts from the start of what is left. */
static struct slice cut_line(struct slice line, size_t *at)
{
	size_t begin = *at > LINE_BEFORE ? *at - LINE_BEFORE : 0;

	while (begin > 0 && begin < *at && (line.ptr[begin] & 0xc0) == 0x80)
		begin++;
	*at -= begin;
	return slice_from(line, begin);
}

static unsigned width(struct slice text)
{
	unsigned columns = 0;

	for (size_t i = 0; i < text.len; i++)
		columns += (text.ptr[i] & 0xc0) != 0x80;
	return columns;
}

/* Keeps the line that a complaint is about. Without memory for it the complaint goes without. */
static void quote(struct diags *d, struct diag *diag)
{
	struct buf before = BUF(d->texts), whole = BUF(d->texts);
	struct slice line, shown;
	size_t at;

	if (!find_line(d, diag->mark, &line))
		return;
	if (slice_ends(line, SLICE("\r")))
		line.len--;
	at = column_offset(line, diag->mark.column);
	line = cut_line(line, &at);
	buf_plain(&before, (struct slice){ line.ptr, at }, at);
	if (buf_done(&before, &shown) != 0)
		return;
	diag->caret = width(shown) + 1;
	buf_add(&whole, shown);
	buf_plain(&whole, slice_from(line, at), LINE_AFTER);
	buf_char(&whole, '\0');
	if (buf_done(&whole, &shown) == 0)
		diag->line = shown.ptr;
}

static bool keep(struct diags *d, enum diag_level level, struct mark at, const char *text)
{
	struct diag *diag;

	if (!text)
		return false;
	diag = &d->list[d->count++];
	*diag = (struct diag){ .level = level, .mark = at, .text = text };
	quote(d, diag);
	d->kept[level]++;
	return true;
}

static void complain(struct diags *d, enum diag_level level, struct mark at, const char *text)
{
	d->latest_kept = keep(d, level, at, text);
	d->left_out += !d->latest_kept;
}

int diag_add(struct diags *d, struct mark at, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	complain(d, DIAG_ERROR, at, make_text(d, DIAG_ERROR, fmt, args));
	va_end(args);
	d->bad = true;
	return BAD_INPUT;
}

int diag_warn(struct diags *d, struct mark at, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	complain(d, DIAG_WARNING, at, make_text(d, DIAG_WARNING, fmt, args));
	va_end(args);
	return 0;
}

void diag_note(struct diags *d, struct mark at, const char *fmt, ...)
{
	va_list args;

	if (!d->latest_kept)
		return;
	va_start(args, fmt);
	keep(d, DIAG_NOTE, at, make_text(d, DIAG_NOTE, fmt, args));
	va_end(args);
}

bool diags_bad(const struct diags *d)
{
	return d->bad;
}

size_t diags_count(const struct diags *d)
{
	return d->count;
}

const struct diag *diags_at(const struct diags *d, size_t i)
{
	return i < d->count ? &d->list[i] : NULL;
}

static void print_mark(struct mark at, FILE *out)
{
	if (!at.file)
		return;
	fprintf(out, "%s:", at.file);
	if (at.line > 0)
		fprintf(out, "%u:", at.line);
	if (at.line > 0 && at.column > 0)
		fprintf(out, "%u:", at.column);
	fputc(' ', out);
}

static void print_line(const struct diag *diag, FILE *out)
{
	if (!diag->line)
		return;
	fprintf(out, "%5u | %s\n", diag->mark.line, diag->line);
	fprintf(out, "      | %*s\n", (int) diag->caret, "^");
}

void diags_print(const struct diags *d, FILE *out)
{
	static const char *const names[] = {
		[DIAG_ERROR] = "error",
		[DIAG_WARNING] = "warning",
		[DIAG_NOTE] = "note",
	};

	for (size_t i = 0; i < d->count; i++) {
		print_mark(d->list[i].mark, out);
		fprintf(out, "%s: %s\n", names[d->list[i].level], d->list[i].text);
		print_line(&d->list[i], out);
	}
	if (d->left_out > 0)
		fprintf(out, "%zu more not shown; correct these first\n", d->left_out);
}

enum { WORD_MAX = 64 };

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static bool same_letter(char a, char b)
{
	return slice_eq_nocase((struct slice){ &a, 1 }, (struct slice){ &b, 1 });
}

/* Letters added, lost, changed, or swapped with their neighbour. Both words have at most WORD_MAX.
 */
static unsigned edit_distance(struct slice a, struct slice b)
{
	unsigned rows[3][WORD_MAX + 1];
	unsigned *before = rows[0], *above = rows[1], *row = rows[2], *oldest;

	for (unsigned j = 0; j <= b.len; j++)
		row[j] = j;
	for (unsigned i = 1; i <= a.len; i++) {
		oldest = before;
		before = above;
		above = row;
		row = oldest;
		row[0] = i;
		for (unsigned j = 1; j <= b.len; j++) {
			row[j] = least(above[j], row[j - 1]) + 1;
			row[j] = least(row[j],
				       above[j - 1] + !same_letter(a.ptr[i - 1], b.ptr[j - 1]));
			if (i > 1 && j > 1 && same_letter(a.ptr[i - 1], b.ptr[j - 2]) &&
			    same_letter(a.ptr[i - 2], b.ptr[j - 1]))
				row[j] = least(row[j], before[j - 2] + 1);
		}
	}
	return row[b.len];
}

const char *diag_nearest(struct slice word, const char *const *known)
{
	const char *nearest = NULL;
	size_t limit = word.len / 3 + 1; /* the first distance that is too far */

	if (word.len > WORD_MAX)
		return NULL;
	for (; *known; known++) {
		struct slice candidate = slice_str(*known);
		unsigned distance;

		if (candidate.len > WORD_MAX)
			continue;
		distance = edit_distance(word, candidate);
		if (distance < limit) {
			limit = distance;
			nearest = *known;
		}
	}
	return nearest;
}
