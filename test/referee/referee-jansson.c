/*
 * referee-jansson.c - the JSON reader against jansson, on documents made at random.
 *
 *   referee-jansson BODIES [SEED [DOCUMENTS]]
 *
 * What the reader accepts, jansson must accept, with the same values: an attacker lives on two
 * readers that differ. What only jansson accepts must be one of the three refusals that
 * json-reader.h announces, or the reader is stricter than anybody knows.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/diag.h"
#include "base/number.h"
#include "base/read-file.h"
#include "json-maker.h"
#include "random.h"
#include "tokens.h"

enum { BODIES_MOST = 4 << 20, CEILING = 4 << 20, LEAST_ACCEPTED = 20 /* percent */ };

struct bodies {
	const struct slice *items;
	size_t count;
};

struct match {
	struct bodies bodies;
	struct random random;
	struct arena *arena;
	uint64_t accepted, refused;
};

static struct slice content(const struct document *d)
{
	return (struct slice){ d->bytes, d->len };
}

static json_t *number_of(struct slice text)
{
	int64_t value;

	/* The reader does not compute fractions, so only where they end is refereed. */
	return number_i64(text, &value) ? json_integer(value)
					: json_loadb(text.ptr, text.len, JSON_DECODE_ANY, NULL);
}

static json_t *take_value(const struct token **at);

/* A key that stands twice replaces the first one, as in jansson. */
static json_t *take_object(const struct token **at)
{
	json_t *object = json_object();

	while ((*at)->kind != '}') {
		struct slice key = (*at)++->text;

		json_object_setn_new(object, key.ptr, key.len, take_value(at));
	}
	(*at)++;
	return object;
}

static json_t *take_array(const struct token **at)
{
	json_t *array = json_array();

	while ((*at)->kind != ']')
		json_array_append_new(array, take_value(at));
	(*at)++;
	return array;
}

/* The tree of the value that begins at `at`, which is moved behind it. */
static json_t *take_value(const struct token **at)
{
	const struct token *t = (*at)++;

	switch (t->kind) {
	case '{':
		return take_object(at);
	case '[':
		return take_array(at);
	case '"':
		return json_stringn(t->text.ptr, t->text.len);
	case '0':
		return number_of(t->text);
	case 't':
		return json_true();
	case 'f':
		return json_false();
	default:
		return json_null();
	}
}

/* Whether the reader may refuse what jansson accepts. */
static bool may_refuse(struct slice text, const char *complaint)
{
	static const char *const announced[] = {
		"nesting deeper than 64 levels",
		"a number with an exponent of more than two digits",
		"a number of more than 64 characters",
	};

	/* jansson 2.14 passes over a NUL byte behind a number or a word. */
	if (slice_find(text, '\0'))
		return true;
	for (size_t i = 0; i < COUNT_OF(announced); i++) {
		if (slice_eq(slice_str(complaint), slice_str(announced[i])))
			return true;
	}
	return false;
}

static bool same_values(const struct tokens *tokens, const json_t *theirs)
{
	const struct token *at = tokens->items;
	json_t *ours = take_value(&at);
	bool same = at == tokens->items + tokens->count && json_equal(ours, theirs);

	json_decref(ours);
	return same;
}

/* What is wrong, or NULL. */
static const char *compare(struct match *m, struct slice text)
{
	json_t *theirs = json_loadb(text.ptr, text.len, JSON_DECODE_ANY, NULL);
	const char *complaint, *wrong = NULL;
	struct tokens tokens;
	int error;

	arena_reset(m->arena);
	error = tokens_read(text, m->arena, &tokens, &complaint);
	if (error < 0)
		wrong = "the reader ran out of memory";
	else if (error && theirs && !may_refuse(text, complaint))
		wrong = complaint;
	else if (!error && !theirs)
		wrong = "the reader accepts it and jansson does not";
	else if (!error && !same_values(&tokens, theirs))
		wrong = "the reader and jansson see different values";
	m->accepted += !error;
	m->refused += error != 0;
	json_decref(theirs);
	return wrong;
}

/* A third are recorded bodies. Half of what is made by grammar is left as it is. */
static void make(struct match *m, struct document *d)
{
	struct random *random = &m->random;

	if (random_one_in(random, 3)) {
		d->len = 0;
		document_add(d, m->bodies.items[random_below(random, m->bodies.count)]);
	} else {
		json_make(random, random_one_in(random, 2), d);
		if (random_one_in(random, 2))
			return;
	}
	do
		json_mutate(random, d);
	while (random_one_in(random, 3));
}

static void report(const struct document *d, uint64_t number, const char *wrong)
{
	fprintf(stderr, "document %" PRIu64 ": %s\n", number, wrong);
	for (size_t i = 0; i < d->len; i++) {
		unsigned char c = (unsigned char) d->bytes[i];

		if (c >= 0x20 && c < 0x7f && c != '\\')
			fputc(c, stderr);
		else
			fprintf(stderr, "\\x%02x", c);
	}
	fputc('\n', stderr);
}

static bool play(struct match *m, uint64_t documents)
{
	struct document *d = malloc(sizeof(*d));
	bool fine = d;

	for (uint64_t i = 0; fine && i < documents; i++) {
		const char *wrong;

		make(m, d);
		wrong = compare(m, content(d));
		fine = !wrong;
		if (wrong)
			report(d, i, wrong);
	}
	free(d);
	return fine;
}

static struct bodies split(struct slice text, struct arena *a)
{
	struct slice line, *items = NULL;
	struct bodies bodies = { 0 };
	void *list = NULL;

	while (slice_cut(text, '\n', &line, &text)) {
		items = arena_grow(a, &list, bodies.count, sizeof(*items));
		if (!items)
			return (struct bodies){ 0 };
		*items = line;
		bodies.count++;
	}
	bodies.items = list;
	return bodies;
}

static bool read_bodies(const char *path, struct arena *a, struct bodies *ret)
{
	OWN(diags) d = diags_new();
	struct slice text;

	if (!d || read_file(a, path, BODIES_MOST, 0, &text, d) != 0) {
		if (d)
			diags_print(d, stderr);
		return false;
	}
	*ret = split(text, a);
	return ret->count > 0;
}

int main(int argc, char **argv)
{
	OWN(arena) kept = arena_new(2 * (size_t) BODIES_MOST);
	OWN(arena) scratch = arena_new(CEILING);
	struct match m = { .arena = scratch };
	uint64_t seed = 1, documents = 200000;

	if (argc < 2 || (argc > 2 && !number_u64(slice_str(argv[2]), &seed)) ||
	    (argc > 3 && !number_u64(slice_str(argv[3]), &documents)) || documents == 0) {
		fprintf(stderr, "usage: referee-jansson BODIES [SEED [DOCUMENTS]]\n");
		return EXIT_FAILURE;
	}
	if (!kept || !scratch || !read_bodies(argv[1], kept, &m.bodies))
		return EXIT_FAILURE;

	printf("seed %" PRIu64 "\n", seed);
	m.random.state = seed;
	if (!play(&m, documents))
		return EXIT_FAILURE;
	printf("jansson referee: %" PRIu64 " documents, %" PRIu64 " accepted by both, %" PRIu64
	       " refused by us\n",
	       documents, m.accepted, m.refused);
	/* A referee who sees hardly anything accepted proves nothing. */
	if (m.accepted * 100 < documents * LEAST_ACCEPTED) {
		fprintf(stderr, "fewer than %d%% were accepted\n", LEAST_ACCEPTED);
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
