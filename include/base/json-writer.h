/*
 * json-writer.h - JSON, written piece by piece into a buf.
 *
 * The pieces set their commas themselves: one stands before every key and every item but the first
 * of its object or list. That is told from the last byte alone, so a writer may take back what it
 * wrote by setting `len` to what it was. A value that is none of these, such as a number in quotes,
 * may follow a key by buf_add. Failures stick, as those of buf.h do.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/slice.h"

/* A key of our own, in which nothing needs an escape, as it is written behind another. */
struct json_name {
	struct slice written;
};

#define JSON_NAME(lit) ((struct json_name){ SLICE(",\"" lit "\":") })

void json_write_object(struct buf *b);
void json_write_object_end(struct buf *b);
void json_write_array(struct buf *b);
void json_write_array_end(struct buf *b);

void json_write_key(struct buf *b, struct json_name name);
void json_write_any_key(struct buf *b, struct slice key); /* escaped, as buf_json does */

void json_write_string(struct buf *b, struct slice value);
void json_write_plain(struct buf *b, struct slice value); /* nothing in it needs an escape */
void json_write_number(struct buf *b, uint64_t value);
void json_write_bool(struct buf *b, bool value);
void json_write_null(struct buf *b);

/* A key and its value; NULL is null. */
void json_write_text(struct buf *b, struct json_name name, const char *value);
void json_write_flag(struct buf *b, struct json_name name, bool value);
void json_write_count(struct buf *b, struct json_name name, uint64_t value);

/* Whole JSON of this writer for readers of files: each item on a line, two spaces a level. */
void json_indent(struct buf *b, struct slice json);

/* What `b` holds, so written and with a newline. 0 or -ENOMEM; `out` knows itself what it could not
 * take. */
int json_print(struct buf *b, FILE *out);
