/* profiles.h - the shipped policies, compiled in from policy/profile by embed.py. */
#pragma once

#include <stddef.h>

struct embedded_profile {
	const char *name;
	const char *text; /* YAML, not terminated */
	size_t len;
};

extern const struct embedded_profile profiles[]; /* ends with a NULL name */
