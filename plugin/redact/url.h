/* url.h - finds URLs in text, and takes what may be a secret out of them. */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

struct buf;
struct redaction;

/* Where the colon of a URL stands, or NULL. */
const char *url_find(struct slice text);

/* Where its host begins, or the user before it. */
size_t url_origin(struct slice text, const char *colon);

/*
 * `text` with its URLs without user, password and query. Of text that was cut a password may end
 * behind the cut, so what a URL has is hidden to the end.
 */
void url_redact(const struct redaction *r, struct slice text, bool was_cut, struct buf *b);
