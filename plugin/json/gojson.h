/*
 * gojson.h - decodes JSON into C structs by field tables, with the rules of Go's encoding/json.
 *
 * The daemon finds a field by its exact name, then by its name with letter case and Unicode case
 * folding ignored; merges an object that stands twice and reuses the elements of a list that stands
 * twice; looks into embedded structs. We look fields up the same way, and refuse what only
 * imitation could get right: two keys that lead to one field, a key twice in a map, null within a
 * list, a value of another type.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/array.h"
#include "base/slice.h"
#include "policy/field.h"
#include "policy/reading.h"

struct gojson_type;
struct json_reader;

enum gojson_kind {
	GO_IGNORED,  /* `why` says why no rule needs it */
	GO_BOOL,     /* struct field_bool */
	GO_INT,      /* struct field_int */
	GO_STRING,   /* struct field_text */
	GO_STRINGS,  /* struct field_texts */
	GO_OVERRIDE, /* struct field_texts; replaces a list of the engine's own, even by nothing */
	GO_WORDS, /* struct field_texts; a bare string counts as a list of one (engines before 23.0)
		   */
	GO_STRING_LISTS, /* struct field_texts: [][]string, one list behind the other; an empty one
			  * is an empty string */
	GO_STRING_MAP,   /* struct field_pairs: map[string]string */
	GO_STRUCT,       /* `type`, decoded into the target at `offset` */
	GO_STRUCTS,      /* struct gojson_items of `type` */
	GO_STRUCT_MAP,   /* struct gojson_items of `type`, whose first member is a struct slice, the
			   key */
	GO_STRUCTS_MAP,  /* struct gojson_items of struct gojson_list: map[string][]type */
};

/* What is kept of a value, but must not be written down as it stands. */
enum gojson_hides {
	HIDES_NOTHING,   /* but for what a URL has before its host and behind its path */
	HIDES_ARGUMENTS, /* a command line: `mysql -psecret` */
	HIDES_OPTIONS,   /* options of a driver: `username=u,password=p` */
	HIDES_TEXT,      /* all of it: no rule looks inside */
};

struct gojson_items {
	enum field_state state;
	void *items; /* count times type->size */
	size_t count;
	const struct place *at;
};

/* One entry of a GO_STRUCTS_MAP. */
struct gojson_list {
	struct slice key;
	struct gojson_items list;
};

enum {
	GOJSON_NAME = 32,    /* bytes of a field's name, with the NUL that ends it */
	GOJSON_FIELDS = 256, /* of a type, those of embedded ones included */
};

struct gojson_field {
	char name[GOJSON_NAME]; /* filled up with NUL, so that it can be compared in words */
	enum gojson_kind kind;
	size_t offset;
	const struct gojson_type *type;
	const char *why;
	enum gojson_hides hides;
};

struct gojson_type {
	const struct gojson_field *fields; /* sorted by name, ASCII case ignored */
	size_t count;
	size_t size;

	/* Zero, or where a struct const place * is to be stored: where the object stands. */
	size_t at_offset;
	bool keeps_at;

	/*
	 * A Go struct embedded in this one: a name that this one lacks is looked up there, and its
	 * value goes to `embedded_offset`. With an objection, a value that is not null, zero or
	 * empty is kept and objected to (engines disagree about it), and the others are not even
	 * kept.
	 */
	const struct gojson_type *embedded;
	size_t embedded_offset;
	const char *embedded_objection;
};

/*
 * Where in a body values stand that a recording must not repeat: capture/capture-body.c puts
 * others in their place that read alike. Collected, in their order, for a reading that has `spans`.
 */
enum gojson_span_kind {
	SPAN_IGNORED,  /* no rule reads it, or no field is known by its name */
	SPAN_OBJECTED, /* the same, but that it is neither null nor zero was objected to */
	SPAN_WRONG,    /* of a type that was objected to */
	SPAN_STRING,   /* a string, of which `hides` tells what must not be shown */
};

struct gojson_span {
	enum gojson_span_kind kind;
	enum gojson_hides hides;
	const char *begin, *end; /* blanks, and a comma, may stand before the value */
	struct slice key, text;  /* SPAN_STRING: of an option its name; the decoded string */
};

struct gojson_spans {
	struct gojson_span *items;
	size_t count;
	bool begun, whole; /* a body was looked into; it was read to its end */
};

#define GOJSON_TYPE(table, ctype) .fields = table, .count = COUNT_OF(table), .size = sizeof(ctype)

/*
 * Decodes the one JSON object of `body` into `ret`, which the caller has zeroed. 0; BAD_INPUT when
 * the body could not be read to its end (the reading says why); -ENOMEM. A body read to its end
 * with complaints (a key twice) gives 0: the complaints deny, and rules may still say more.
 */
int gojson_decode(struct slice body, const struct gojson_type *type, void *ret,
		  struct reading *reading);

/* The same for a body that is a list of objects, such as plugin privileges. */
int gojson_decode_list(struct slice body, const struct gojson_type *type, struct gojson_items *ret,
		       struct reading *reading);

/* The same for a body that is a list of strings, such as a plugin's settings. */
int gojson_decode_strings(struct slice body, struct field_texts *ret, struct reading *reading);

/*
 * The same for a text outside of the body, such as a parameter of the query, that is the value of
 * `field`: `at` is where it stands, and takes the place of the body in complaints. Null leaves
 * `ret` as it was. A reading that has `spans` collects those of this text as well, so a recording
 * gives each text a reading of its own.
 */
int gojson_decode_value(struct slice text, const struct place *at, const struct gojson_field *field,
			void *ret, struct reading *reading);

/* The field that Go would store a key in, embedded ones included; NULL when there is none. */
const struct gojson_field *gojson_find(const struct gojson_type *type, struct slice key);
