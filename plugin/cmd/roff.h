/* roff.h - text as a manual page wants it, on standard output. */
#pragma once

#include "base/slice.h"

/* Escapes what roff would take for its own; words in `backquotes` become bold. */
void roff_text(struct slice text);

/* `request` as it stands, then the text, then the end of the line. */
void roff_line(const char *request, struct slice text);
