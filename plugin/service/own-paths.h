/* own-paths.h - what this process lives by, as the rule self-protection watches it. */
#pragma once

#include "policy/intent.h"

struct arena;

/*
 * The running program and each of `files` (NULL-terminated; relative ones from the working
 * directory), as they are written and where their links lead; and the container that it runs in.
 * They live in `a`. 0 or -Exxx.
 */
int own_paths_find(const char *const *files, const char *decision_log, struct arena *a,
		   struct own_paths *ret);
