/*
 * upload.h - the body of one call, collected in its arena, never more than a limit.
 *
 * A plain value; zeroed, it has no arena and drops everything.
 */
#pragma once

#include <stddef.h>

#include "base/slice.h"

struct arena;

enum upload_state { UPLOAD_WHOLE, UPLOAD_TOO_LARGE, UPLOAD_NO_MEMORY };

struct upload {
	struct arena *arena;
	char *ptr;
	size_t len, cap, limit;
	enum upload_state state; /* once not whole, what arrives is dropped */
};

/* `content_length` as the header has it, "" when the caller did not say (chunked). */
void upload_open(struct upload *u, struct arena *a, size_t limit, struct slice content_length);
void upload_add(struct upload *u, struct slice bytes);
struct slice upload_bytes(const struct upload *u);
