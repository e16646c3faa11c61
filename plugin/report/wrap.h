/* wrap.h - text for a terminal, in whole words. */
#pragma once

#include <stdio.h>

#include "base/slice.h"

/* The text from `column` on, where the output stands; further lines begin at `indent`. */
void wrap(FILE *out, int column, int indent, struct slice text);
