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
};

struct diags {
	struct arena *texts;
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

static bool keep(struct diags *d, enum diag_level level, struct mark at, const char *text)
{
	if (!text)
		return false;
	d->list[d->count++] = (struct diag){ level, at, text };
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
