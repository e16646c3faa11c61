/* wrap.h - text for a terminal, in whole words. */
#pragma once

#include <stdio.h>

#include "base/slice.h"

enum { WIDTH = 79 };

/* The text from `column` on, where the output stands; further lines begin at `indent`. */
void wrap(FILE *out, int column, int indent, struct slice text);

/* A comment in YAML: its further lines stand two columns further right than the first. */
void wrap_comment(FILE *out, int indent, struct slice text);

/* The same without the end of the line: the column that it came to. Further lines begin with
 * `mark`, behind `indent`. */
int wrap_words(FILE *out, int column, int indent, const char *mark, struct slice text);
