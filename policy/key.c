#include "policy/key.h"

#include <stddef.h>

/* Where each scope begins in the table of names below; POSITION_ counts their rows. */
enum {
#define KEYS_BEGIN(scope) FIRST_##scope, BEFORE_##scope = FIRST_##scope - 1,
#define KEY(scope, name, kind, required, accepted, fallback, about, example) \
	POSITION_##scope##_##name,
#define KEYS_END(scope) POSITION_##scope##_end,
#include "policy/key.def"
};

static const unsigned firsts[] = {
#define KEYS_BEGIN(scope) [KEYS_##scope] = FIRST_##scope,
#include "policy/key.def"
};

static const char *const names[] = {
#define KEY(scope, name, kind, required, accepted, fallback, about, example) #name,
#define KEYS_END(scope)                                                      NULL,
#include "policy/key.def"
};

const char *const *key_names(enum key_scope scope)
{
	return &names[firsts[scope]];
}
