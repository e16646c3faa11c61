#include "capture/eval-input.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "capture/foreign.h"
#include "json/json-reader.h"

/* Bytes: of a recording that is one value, and of what taking one apart may need. */
static const size_t VALUE_MOST = (size_t) 1 << 30, OBJECT_MOST = (size_t) 64 << 20;

enum { COMPLAINTS_MOST = 5 };

struct source {
	const char *file;
	const struct eval_input *input;
	FILE *stream;
	struct arena *scratch; /* of the object being looked at */
	char *line;            /* of getline */
	size_t size;
	unsigned number;
	unsigned complaints;
	bool told; /* that it is something else */
	bool fine;
};

static void complain(struct source *s, const char *what, unsigned number)
{
	s->fine = false;
	if (s->complaints++ >= COMPLAINTS_MOST)
		return;
	fprintf(stderr,
		"%s: %s %u is not a JSON object; a recording is one request, a list of them, or "
		"one a line, and a log one decision record a line\n",
		s->file, what, number);
}

static void tell_foreign(struct source *s, const struct foreign *f)
{
	if (!s->told)
		foreign_tell(f, s->file);
	s->told = true;
	s->fine = false;
}

static void take(struct source *s, struct slice object)
{
	const enum op *as = s->input->as;
	const struct foreign *f = &foreign_call;
	bool foreign;

	arena_reset(s->scratch);
	foreign = foreign_object(object, s->scratch, &f);
	if (as ? foreign && foreign_is_body(f, *as) : !foreign)
		s->input->object(s->input->user, object);
	else
		tell_foreign(s, f);
}

/* Whether all of `text` is one JSON value, and of which kind. */
static bool is_one_value(struct slice text, struct arena *a, enum json_type *ret)
{
	struct json_reader r;
	struct json_token first, end;

	json_open(&r, text, a);
	if (json_next(&r, &first) || json_skip(&r, &first) || json_next(&r, &end))
		return false;
	*ret = first.type;
	return true;
}

/* `text` is known to be a JSON list, so the reader does not fail. */
static void read_list(struct source *s, struct slice text, struct arena *a)
{
	struct json_reader r;
	struct json_token t;

	json_open(&r, text, a);
	if (json_next(&r, &t))
		return;
	for (unsigned number = 1; json_next(&r, &t) == 0 && t.type != JSON_ARRAY_END; number++) {
		size_t begin = json_offset(&r) - 1;

		if (json_skip(&r, &t))
			return;
		if (t.type == JSON_OBJECT)
			take(s, (struct slice){ text.ptr + begin, json_offset(&r) - begin });
		else
			complain(s, "element", number);
	}
}

static void read_line(struct source *s, struct slice line, unsigned number)
{
	line = slice_trim(line);
	if (line.len == 0)
		return;
	if (slice_starts(line, SLICE("{")))
		take(s, line);
	else if (slice_starts(line, SLICE("cis-authz:")))
		s->input->skipped(s->input->user);
	else
		complain(s, "line", number);
}

static bool next_line(struct source *s, struct slice *ret)
{
	ssize_t len = getline(&s->line, &s->size, s->stream);

	if (len < 0) {
		if (!feof(s->stream)) {
			fprintf(stderr, "%s: cannot be read: %s\n", s->file, strerror(errno));
			s->fine = false;
		}
		return false;
	}
	s->number++;
	*ret = (struct slice){ s->line, (size_t) len };
	return true;
}

/* Whether some line may be an object, or one of the process log. */
static bool has_lines(struct slice text)
{
	struct slice line;

	for (bool more = text.len > 0; more;) {
		more = slice_cut(text, '\n', &line, &text);
		if (slice_starts(line, SLICE("{")) || slice_starts(line, SLICE("[")) ||
		    slice_starts(line, SLICE("cis-authz:")))
			return true;
	}
	return false;
}

/* What begins on the first line and does not end there: a list, a request in many lines, or lines
 * of which the first is broken. */
static void read_whole(struct source *s, struct slice text, unsigned number)
{
	OWN(arena) a = arena_new(VALUE_MOST / 2);
	enum json_type type;
	bool more = true;

	if (!a) {
		fprintf(stderr, "%s: there is not enough memory to read it\n", s->file);
		s->fine = false;
	} else if (!has_lines(text) && !is_one_value(text, a, &type)) {
		tell_foreign(s, foreign_text(text));
	} else if (!is_one_value(text, a, &type)) {
		for (struct slice line; more; number++) {
			more = slice_cut(text, '\n', &line, &text);
			read_line(s, line, number);
		}
	} else if (type == JSON_OBJECT) {
		take(s, text);
	} else if (type == JSON_ARRAY) {
		read_list(s, text, a);
	} else {
		complain(s, "value", 1);
	}
}

static void gather(struct source *s, struct slice line)
{
	unsigned number = s->number;
	char *text = NULL;
	size_t len = 0;
	FILE *all = open_memstream(&text, &len);
	bool fits = all;

	do
		fits = fits && fwrite(line.ptr, 1, line.len, all) == line.len &&
		       ftello(all) <= (off_t) VALUE_MOST;
	while (fits && next_line(s, &line));
	if (all)
		fits = fclose(all) == 0 && fits;
	if (fits) {
		read_whole(s, (struct slice){ text, len }, number);
	} else {
		fprintf(stderr, "%s: is larger than 1 GiB, and not one object a line\n", s->file);
		s->fine = false;
	}
	free(text);
}

static void read_stream(struct source *s)
{
	OWN(arena) a = arena_new(VALUE_MOST);
	bool first = true, empty = true;
	struct slice line;

	while (next_line(s, &line)) {
		struct slice text = slice_trim(line);
		enum json_type type;

		empty = empty && text.len == 0;
		if (first && text.len > 0 && !slice_starts(text, SLICE("cis-authz:"))) {
			first = false;
			if (!a || !is_one_value(text, a, &type) || type != JSON_OBJECT) {
				gather(s, line);
				return;
			}
		}
		read_line(s, line, s->number);
	}
	if (empty && s->fine)
		tell_foreign(s, foreign_text(SLICE("")));
}

bool eval_input_read(const char *file, const struct eval_input *input)
{
	OWN(arena) scratch = arena_new(OBJECT_MOST);
	struct source s = { .file = file, .input = input, .scratch = scratch, .fine = true };

	if (!scratch) {
		fprintf(stderr, "%s: there is not enough memory to read it\n", file);
		return false;
	}

	s.stream = slice_eq(slice_str(file), SLICE("-")) ? stdin : fopen(file, "re");
	if (!s.stream) {
		fprintf(stderr, "%s: error: cannot be opened: %s\n", file, strerror(errno));
		return false;
	}
	read_stream(&s);
	if (s.complaints > COMPLAINTS_MOST)
		fprintf(stderr, "%s: %u more are none either\n", file,
			s.complaints - COMPLAINTS_MOST);
	free(s.line);
	if (s.stream != stdin)
		fclose(s.stream);
	return s.fine;
}
