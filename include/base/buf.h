/*
 * buf.h - text being written, in an arena.
 *
 * Writers never check each call: the first failure sticks and buf_done reports it, so a
 * half-written reply can not be sent by mistake.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

struct arena;

struct buf {
	struct arena *arena;
	char *ptr;
	size_t len, cap;
	bool failed;
};

#define BUF(a)                 ((struct buf){ .arena = (a) })

/* Over memory of the caller's, `size` bytes: what does not fit fails. */
#define BUF_OVER(memory, size) ((struct buf){ .ptr = (memory), .cap = (size) })

void buf_add(struct buf *b, struct slice s);
void buf_char(struct buf *b, char c);
void buf_u64(struct buf *b, uint64_t value);
void buf_hex(struct buf *b, uint64_t value); /* without leading zeros */
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * As a JSON string with its quotes. The result is valid JSON whatever the bytes: what a reader
 * would not see (utf8_is_control, utf8_misleads) is escaped, so that a line of a log shows what it
 * says; invalid UTF-8 becomes U+FFFD.
 */
void buf_json(struct buf *b, struct slice s);

/* The same of text in which nothing needs an escape. */
void buf_quoted(struct buf *b, struct slice s);

/* As in a URL: what is no ASCII letter or digit, nor in `plain`, as %XX. */
void buf_percent(struct buf *b, struct slice s, struct slice plain);

/*
 * For people and terminals: what a reader would not see, control bytes (ESC above all) and invalid
 * UTF-8 as \xNN, at most `most` bytes of `s`, then "...". A request must not be able to write on
 * the reader's terminal, nor show it in another order than it stands.
 */
void buf_plain(struct buf *b, struct slice s, size_t most);

/* 0 and the text (valid as long as the arena), or -ENOMEM. */
int buf_done(struct buf *b, struct slice *ret);
