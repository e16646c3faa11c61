/* glob.h - the one pattern matcher of the project. */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

/*
 * The whole text against the whole pattern: `*` is any run without '/', `**` any run, `?` one byte
 * that is not '/'. Nothing else is special. Linear in the text for each star; never exponential.
 */
bool glob_match(struct slice pattern, struct slice text);

/* What stands before the first star or question mark: every text that matches begins with it. */
struct slice glob_beginning(struct slice pattern);
