/*
 * json-reader.h - strict JSON (RFC 8259), pulled token by token; no tree.
 *
 * Stricter than the letter where Docker's clients never go and C programs get hurt: no NUL in
 * strings, nesting of at most 64, integers of at most 64 bits, other numbers of at most 64
 * characters and two digits of exponent. What is accepted here, jansson accepts with the same
 * values (test/referee).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

struct arena;

enum json_type {
	JSON_NULL,
	JSON_FALSE,
	JSON_TRUE,
	JSON_NUMBER, /* text is the number as written */
	JSON_STRING, /* text is the decoded string */
	JSON_KEY,    /* text is the decoded key; its value follows */
	JSON_OBJECT, /* its keys follow, then JSON_OBJECT_END */
	JSON_OBJECT_END,
	JSON_ARRAY,
	JSON_ARRAY_END,
	JSON_END, /* the one value is over and nothing but blanks follows */
};

enum { JSON_DEPTH = 64 };

struct json_token {
	enum json_type type;
	struct slice text; /* within the input where it has no escapes, else in the arena */
};

/* Plain so that it can live on the stack; set up by json_open, read by nobody but json-reader.c. */
struct json_reader {
	struct arena *arena;
	const char *start, *at, *end;
	uint64_t objects; /* bit n: level n is an object */
	unsigned depth;
	unsigned expect;
	bool skipping; /* strings are checked but not kept */
	const char *complaint;
};

void json_open(struct json_reader *r, struct slice input, struct arena *a);

/* 0; BAD_INPUT, with json_complaint saying what is wrong; -ENOMEM. After a failure the reader is
 * dead. */
int json_next(struct json_reader *r, struct json_token *ret);

/* Reads to the end of the value that `first` begins (of the value after it, for a key), keeping
 * nothing. */
int json_skip(struct json_reader *r, const struct json_token *first);

const char *json_complaint(const struct json_reader *r); /* "a control byte in a string", ... */
size_t json_offset(const struct json_reader *r); /* bytes from the start to where it stopped */
