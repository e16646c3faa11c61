/*
 * gojson.c - JSON into structs, as Go's encoding/json would, or not at all.
 *
 * One object is one pass over its keys. A key is folded and looked up in a sorted table; `seen`
 * holds a bit for each field, so a second key for the same field is noticed whatever its spelling.
 * Complaints that leave the rest readable (a key twice, a wrong type) are noted and reading goes
 * on: the request is denied all the same, and its sender learns of everything at once. Only broken
 * JSON ends the reading.
 */
#include "json/gojson.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/number.h"
#include "base/place.h"
#include "json/gojson-find.h"
#include "json/json-reader.h"
#include "json/map-keys.h"

struct decoder {
	struct json_reader json;
	struct arena *arena;
	struct reading *reading;
	const char *before;      /* where the latest token was looked for */
	enum gojson_hides hides; /* of the field whose strings are being read */
	const struct place *top; /* of all that is read: the body, or a parameter */
};

static int broken(struct decoder *d, int error)
{
	if (error < 0)
		return error;
	return reading_unread(d->reading, d->top,
			      "cannot be read: it has %s, at byte %zu. Send one valid JSON value.",
			      json_complaint(&d->json), json_offset(&d->json));
}

static int next(struct decoder *d, struct json_token *ret)
{
	int error;

	d->before = d->json.at;
	error = json_next(&d->json, ret);
	return error ? broken(d, error) : 0;
}

static int skip(struct decoder *d, const struct json_token *first)
{
	int error = json_skip(&d->json, first);

	return error ? broken(d, error) : 0;
}

/* The value from `before` to where the reader is now. Costs nothing unless it is asked for. */
static int span(struct decoder *d, struct gojson_span s)
{
	struct gojson_spans *spans = d->reading->spans;

	if (!spans)
		return 0;
	s.begin = d->before;
	s.end = d->json.at;
	return ARENA_APPEND(d->arena, spans->items, spans->count, s);
}

/* Skips the value that `first` begins, or the one after it when it is a key. */
static int leave_out(struct decoder *d, const struct json_token *first, enum gojson_span_kind kind)
{
	int error;

	if (first->type == JSON_KEY)
		d->before = d->json.at;
	error = skip(d, first);
	return error ? error : span(d, (struct gojson_span){ .kind = kind });
}

/* For a complaint that leaves the rest readable. */
static int unless_fatal(int result)
{
	return result < 0 ? result : 0;
}

static int wrong_type(struct decoder *d, const struct json_token *t, const struct place *at,
		      const char *wanted)
{
	int error = unless_fatal(reading_unread(
		d->reading, at, "is not %s, which is what the daemon reads there.", wanted));

	return error ? error : leave_out(d, t, SPAN_WRONG);
}

static void keep_at(const struct gojson_type *type, void *target, const struct place *at)
{
	if (type->keeps_at)
		memcpy((char *) target + type->at_offset, &at, sizeof(at));
}

static int decode_object(struct decoder *d, const struct gojson_type *type, void *target,
			 const struct place *at);

/* Where nothing is hidden, a URL may still have a password in it. */
static int span_string(struct decoder *d, struct slice key, const struct json_token *t)
{
	if (!d->reading->spans || (!d->hides && !slice_find(t->text, ':')))
		return 0;
	return span(d,
		    (struct gojson_span){
			    .kind = SPAN_STRING, .hides = d->hides, .key = key, .text = t->text });
}

static int add_string(struct decoder *d, struct field_texts *list, const struct json_token *t,
		      const struct place *at)
{
	int error = ARENA_APPEND(d->arena, list->items, list->count, (struct text){ t->text, at });

	return error ? error : span_string(d, (struct slice){ 0 }, t);
}

static int decode_strings(struct decoder *d, struct field_texts *list, bool nested,
			  const struct place *at);

/* `nested`: of [][]string. An inner list without elements counts as an empty string. */
static int decode_element(struct decoder *d, struct field_texts *list, bool nested,
			  const struct json_token *t, const struct place *at)
{
	size_t before = list->count;
	int error;

	if (t->type != (nested ? JSON_ARRAY : JSON_STRING))
		return wrong_type(d, t, at, nested ? "a list of strings" : "a string");
	if (!nested)
		return add_string(d, list, t, at);
	error = decode_strings(d, list, false, at);
	if (error || list->count > before)
		return error;
	return add_string(d, list, &(struct json_token){ .type = JSON_STRING }, at);
}

static int decode_strings(struct decoder *d, struct field_texts *list, bool nested,
			  const struct place *at)
{
	for (unsigned i = 0;; i++) {
		const struct place *element;
		struct json_token t;
		int error = next(d, &t);

		if (error || t.type == JSON_ARRAY_END)
			return error;
		element = place_index(d->arena, at, i);
		error = element ? decode_element(d, list, nested, &t, element) : -ENOMEM;
		if (error)
			return error;
	}
}

static int decode_structs(struct decoder *d, const struct gojson_type *type,
			  struct gojson_items *list, const struct place *at)
{
	for (unsigned i = 0;; i++) {
		const struct place *element;
		struct json_token t;
		void *item;
		int error = next(d, &t);

		if (error || t.type == JSON_ARRAY_END)
			return error;
		element = place_index(d->arena, at, i);
		if (!element)
			return -ENOMEM;
		if (t.type != JSON_OBJECT) {
			error = wrong_type(d, &t, element, "an object");
			if (error)
				return error;
			continue;
		}
		item = arena_grow(d->arena, &list->items, list->count, type->size);
		if (!item)
			return -ENOMEM;
		list->count++;
		error = decode_object(d, type, item, element);
		if (error)
			return error;
	}
}

static int refuse_repeated_keys(struct decoder *d, const void *items, size_t count, size_t size,
				const struct place *at)
{
	bool repeat;
	int error = map_keys_repeat(d->arena, items, count, size, &repeat);

	if (error || !repeat)
		return error;
	return unless_fatal(
		reading_unread(d->reading, at, "has the same key twice. Send each key once."));
}

static int decode_string_map(struct decoder *d, struct field_pairs *map, const struct place *at)
{
	for (;;) {
		struct json_token key, t;
		const struct place *element;
		struct pair *pair;
		void *items = (void *) map->items;
		int error = next(d, &key);

		if (error)
			return error;
		if (key.type == JSON_OBJECT_END)
			return refuse_repeated_keys(d, map->items, map->count, sizeof(*pair), at);
		element = place_key(d->arena, at, key.text);
		pair = arena_grow(d->arena, &items, map->count, sizeof(*pair));
		if (!element || !pair)
			return -ENOMEM;
		map->items = items;
		map->count++;
		*pair = (struct pair){ .key = key.text, .at = element };

		error = next(d, &t);
		if (error)
			return error;
		pair->value = t.text;
		if (t.type != JSON_STRING && t.type != JSON_NULL)
			error = wrong_type(d, &t, element, "a string");
		else if (t.type == JSON_STRING)
			error = span_string(d, key.text, &t);
		if (error)
			return error;
	}
}

/* One value of a map whose values are objects, or lists of objects. `item` begins with its key. */
static int decode_map_value(struct decoder *d, const struct gojson_field *f, void *item,
			    const struct place *at)
{
	struct gojson_list *entry = item;
	struct json_token t;
	int error = next(d, &t);

	/* A key counts, whatever its value: an endpoint of null is joined all the same. */
	if (f->kind == GO_STRUCT_MAP)
		keep_at(f->type, item, at);
	if (error || t.type == JSON_NULL)
		return error;
	if (f->kind == GO_STRUCT_MAP)
		return t.type == JSON_OBJECT ? decode_object(d, f->type, item, at)
					     : wrong_type(d, &t, at, "an object");
	if (t.type != JSON_ARRAY)
		return wrong_type(d, &t, at, "a list");
	entry->list.state = FIELD_SET;
	entry->list.at = at;
	return decode_structs(d, f->type, &entry->list, at);
}

static int decode_map(struct decoder *d, const struct gojson_field *f, struct gojson_items *map,
		      const struct place *at)
{
	size_t size = f->kind == GO_STRUCT_MAP ? f->type->size : sizeof(struct gojson_list);

	for (;;) {
		const struct place *element;
		struct json_token key;
		struct slice *item;
		int error = next(d, &key);

		if (error)
			return error;
		if (key.type == JSON_OBJECT_END)
			return refuse_repeated_keys(d, map->items, map->count, size, at);
		element = place_key(d->arena, at, key.text);
		item = arena_grow(d->arena, &map->items, map->count, size);
		if (!element || !item)
			return -ENOMEM;
		*item = key.text;
		map->count++;
		error = decode_map_value(d, f, item, element);
		if (error)
			return error;
	}
}

static int decode_bool(struct decoder *d, struct field_bool *field, const struct json_token *t,
		       const struct place *at)
{
	if (t->type != JSON_TRUE && t->type != JSON_FALSE)
		return wrong_type(d, t, at, "true or false");
	*field = (struct field_bool){ FIELD_SET, t->type == JSON_TRUE, at };
	return 0;
}

static int decode_int(struct decoder *d, struct field_int *field, const struct json_token *t,
		      const struct place *at)
{
	int64_t value;

	if (t->type != JSON_NUMBER || !number_i64(t->text, &value))
		return wrong_type(d, t, at, "a whole number of 64 bits");
	*field = (struct field_int){ FIELD_SET, value, at };
	return 0;
}

static int decode_text(struct decoder *d, struct field_text *field, const struct json_token *t,
		       const struct place *at)
{
	if (t->type != JSON_STRING)
		return wrong_type(d, t, at, "a string");
	*field = (struct field_text){ FIELD_SET, t->text, at };
	return span_string(d, (struct slice){ 0 }, t);
}

static int decode_texts(struct decoder *d, const struct gojson_field *f, struct field_texts *field,
			const struct json_token *t, const struct place *at)
{
	if (t->type == JSON_STRING && f->kind == GO_WORDS) {
		*field = (struct field_texts){ .state = FIELD_SET, .at = at };
		return add_string(d, field, t, at);
	}
	if (t->type != JSON_ARRAY)
		return wrong_type(d, t, at, "a list of strings");
	*field = (struct field_texts){ .state = FIELD_SET, .at = at };
	return decode_strings(d, field, f->kind == GO_STRING_LISTS, at);
}

static int decode_items(struct decoder *d, const struct gojson_field *f, struct gojson_items *field,
			const struct json_token *t, const struct place *at)
{
	bool list = f->kind == GO_STRUCTS;

	if (t->type != (list ? JSON_ARRAY : JSON_OBJECT))
		return wrong_type(d, t, at, list ? "a list of objects" : "an object");
	*field = (struct gojson_items){ .state = FIELD_SET, .at = at };
	return list ? decode_structs(d, f->type, field, at) : decode_map(d, f, field, at);
}

static int decode_string_pairs(struct decoder *d, struct field_pairs *field,
			       const struct json_token *t, const struct place *at)
{
	if (t->type != JSON_OBJECT)
		return wrong_type(d, t, at, "an object of strings");
	*field = (struct field_pairs){ .state = FIELD_SET, .at = at };
	return decode_string_map(d, field, at);
}

/* `t` is the first token of the field's value, and not null. */
static int decode_value(struct decoder *d, const struct gojson_field *f, void *target,
			const struct json_token *t, const struct place *at)
{
	void *field = (char *) target + f->offset;

	d->hides = f->hides;
	switch (f->kind) {
	case GO_IGNORED:
		return leave_out(d, t, SPAN_IGNORED);
	case GO_BOOL:
		return decode_bool(d, field, t, at);
	case GO_INT:
		return decode_int(d, field, t, at);
	case GO_STRING:
		return decode_text(d, field, t, at);
	case GO_STRINGS:
	case GO_OVERRIDE:
	case GO_WORDS:
	case GO_STRING_LISTS:
		return decode_texts(d, f, field, t, at);
	case GO_STRING_MAP:
		return decode_string_pairs(d, field, t, at);
	case GO_STRUCT:
		if (t->type != JSON_OBJECT)
			return wrong_type(d, t, at, "an object");
		return decode_object(d, f->type, field, at);
	case GO_STRUCTS:
	case GO_STRUCT_MAP:
	case GO_STRUCTS_MAP:
		return decode_items(d, f, field, t, at);
	}
	return -EINVAL;
}

/* As Go's zero values are usually written; another spelling counts as a value, to be safe. */
static bool is_zero(struct slice written, enum gojson_kind kind)
{
	static const struct slice zeros[] = {
		SLICE_INIT("null"), SLICE_INIT("false"), SLICE_INIT("0"),
		SLICE_INIT("\"\""), SLICE_INIT("{}"),
	};

	written = slice_trim(written);
	for (size_t i = 0; i < COUNT_OF(zeros); i++) {
		if (slice_eq(written, zeros[i]))
			return true;
	}
	/* An empty list is as good as none, unless it takes the place of another. */
	return kind != GO_OVERRIDE && slice_eq(written, SLICE("[]"));
}

/* Whether a value follows that is not zero; the reader stays before it. */
static int follows_value(struct decoder *d, enum gojson_kind kind, bool *ret)
{
	struct json_reader before = d->json;
	int error = skip(d, &(struct json_token){ .type = JSON_KEY });

	if (error)
		return error;
	*ret = !is_zero((struct slice){ before.at, (size_t) (d->json.at - before.at) }, kind);
	d->json = before;
	return 0;
}

static int decode_field(struct decoder *d, const struct gojson_found *found, void *target,
			const struct place *at)
{
	struct json_token t;
	int error;

	if (found->objection) {
		bool value;

		error = follows_value(d, found->field->kind, &value);
		if (error || !value)
			return error ? error : skip(d, &(struct json_token){ .type = JSON_KEY });
		error = unless_fatal(reading_unread(d->reading, at, "%s", found->objection));
		if (error)
			return error;
		if (found->field->kind == GO_IGNORED)
			return leave_out(d, &(struct json_token){ .type = JSON_KEY },
					 SPAN_OBJECTED);
	}
	error = next(d, &t);
	/* null leaves a Go value as it was, and nothing was there. */
	if (error || t.type == JSON_NULL)
		return error;
	return decode_value(d, found->field, (char *) target + found->offset, &t, at);
}

/* Whether the field was there before. */
static bool mark_seen(uint64_t *seen, size_t index)
{
	uint64_t bit = (uint64_t) 1 << (index % 64);
	bool again;

	assert(index < GOJSON_FIELDS);
	again = (seen[index / 64] & bit) != 0;
	seen[index / 64] |= bit;
	return again;
}

static int decode_key(struct decoder *d, const struct gojson_type *type, void *target,
		      const struct place *parent, const struct json_token *key, uint64_t *seen)
{
	struct gojson_found found = { 0 };
	bool known = gojson_find_in(type, key->text, &found);
	bool again = known && mark_seen(seen, found.index);
	const struct place *at;
	int error = 0;

	/* Most fields: nothing is kept, nothing can be complained of, so nobody asks for the place.
	 */
	if (known && !again && found.field->kind == GO_IGNORED && !found.objection)
		return leave_out(d, key, SPAN_IGNORED);
	at = place_key(d->arena, parent, key->text);
	if (!at)
		return -ENOMEM;
	if (!known) {
		error = reading_unknown(d->reading, at);
		return error ? error : leave_out(d, key, SPAN_IGNORED);
	}
	if (again)
		error = unless_fatal(reading_unread(
			d->reading, at,
			"stands twice, and the daemon would merge both. Send each key once."));
	return error ? error : decode_field(d, &found, target, at);
}

/* The opening brace has been read. */
static int decode_object(struct decoder *d, const struct gojson_type *type, void *target,
			 const struct place *at)
{
	uint64_t seen[GOJSON_FIELDS / 64] = { 0 };

	keep_at(type, target, at);
	for (;;) {
		struct json_token key;
		int error = next(d, &key);

		if (error || key.type == JSON_OBJECT_END)
			return error;
		error = decode_key(d, type, target, at, &key, seen);
		if (error)
			return error;
	}
}

static int decode_end(struct decoder *d)
{
	struct json_token t;
	int error = next(d, &t);

	if (!error && d->reading->spans)
		d->reading->spans->whole = true;
	return error;
}

static struct decoder open(struct slice body, struct reading *reading)
{
	struct decoder d = {
		.arena = reading->arena,
		.reading = reading,
		.top = PLACE_WORDS("the body"),
	};

	if (reading->spans)
		reading->spans->begun = true;
	json_open(&d.json, body, reading->arena);
	return d;
}

int gojson_decode(struct slice body, const struct gojson_type *type, void *ret,
		  struct reading *reading)
{
	struct decoder d = open(body, reading);
	struct json_token t;
	int error = next(&d, &t);

	if (error)
		return error;
	if (t.type != JSON_OBJECT)
		return reading_unread(reading, PLACE_WORDS("the body"), "is not a JSON object.");
	error = decode_object(&d, type, ret, NULL);
	return error ? error : decode_end(&d);
}

/* Reads the bracket of the list that the body is; null counts as a list that was not given. */
static int open_list(struct decoder *d, enum field_state *ret)
{
	struct json_token t;
	int error = next(d, &t);

	if (error)
		return error;
	if (t.type != JSON_ARRAY && t.type != JSON_NULL)
		return reading_unread(d->reading, PLACE_WORDS("the body"), "is not a JSON list.");
	*ret = t.type == JSON_ARRAY ? FIELD_SET : FIELD_DEFAULT;
	return 0;
}

int gojson_decode_list(struct slice body, const struct gojson_type *type, struct gojson_items *ret,
		       struct reading *reading)
{
	struct decoder d = open(body, reading);
	int error = open_list(&d, &ret->state);

	if (!error && ret->state == FIELD_SET)
		error = decode_structs(&d, type, ret, NULL);
	return error ? error : decode_end(&d);
}

int gojson_decode_strings(struct slice body, struct field_texts *ret, struct reading *reading)
{
	struct decoder d = open(body, reading);
	int error = open_list(&d, &ret->state);

	d.hides = HIDES_TEXT;
	if (!error && ret->state == FIELD_SET)
		error = decode_strings(&d, ret, false, NULL);
	return error ? error : decode_end(&d);
}

int gojson_decode_value(struct slice text, const struct place *at, const struct gojson_field *field,
			void *ret, struct reading *reading)
{
	struct decoder d = open(text, reading);
	struct json_token t;
	int error;

	d.top = at;
	error = next(&d, &t);
	if (error || t.type == JSON_NULL)
		return error ? error : decode_end(&d);
	d.hides = field->hides;
	error = decode_value(&d, field, ret, &t, at);
	return error ? error : decode_end(&d);
}
