/*
 * seccomp.h - what a seccomp profile given inline lets through that the engine's own does not.
 */
#pragma once

#include "policy/field.h"
#include "policy/intent.h"

struct arena;

/* `option` is what follows seccomp= in SecurityOpt: a word, or the profile itself. 0 or -ENOMEM. */
int seccomp_read(const struct field_text *option, struct arena *a, struct seccomp *ret);
