/* read-file.h - a whole file, refused when others could have written it. */
#pragma once

#include <stddef.h>

#include "base/diag.h"
#include "base/slice.h"

struct arena;

/* Refuse a file that others than its owner and root can write, or can put another in the place of.
 */
enum { READ_FILE_TRUSTED = 1 };

/*
 * Reads all of `path` ("-": standard input) into the arena, at most `most` bytes. What is wrong
 * with the file (missing, unreadable, a directory, too large, writable by others, owned by a
 * stranger) is a complaint.
 */
int read_file(struct arena *a, const char *path, size_t most, unsigned flags, struct slice *ret,
	      struct diags *d);
