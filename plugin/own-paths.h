/* own-paths.h - the files that this process lives by, as the rule self-protection watches them. */
#pragma once

#include "policy/intent.h"

struct arena;

/*
 * The running program and each of `files` (NULL-terminated; relative ones from the working
 * directory), as they are written and where their links lead. They live in `a`. 0 or -Exxx.
 */
int own_paths_find(const char *const *files, struct arena *a, struct own_paths *ret);
