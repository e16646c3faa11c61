/* questions.h - every case, and every recorded call, for tests that try something on all of them.
 */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

/* Each case file below `folder`. */
void questions_cases(char *folder, void (*try)(void *test, const char *path), void *test);

/* Each call of a file of recorded cases, with its case's name. False when it cannot be opened. */
bool questions_recorded(const char *path,
			void (*try)(void *test, const char *name, struct slice call), void *test);
