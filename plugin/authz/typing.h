/* typing.h - a remedy as it is typed: as an option of a command, or as a key of a compose file. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "authz/asker.h"
#include "policy/op.h"
#include "policy/verdict.h"

struct buf;

/* What the words are typed into, "docker run", "compose file"; NULL where there is no such thing. */
const char *typing_into(enum op op, enum tongue tongue);

/* Whether the caller's tool has words for it. */
bool typing_can(const struct remedy *r, enum tongue tongue);

/* Whether both are items of one list, as in `cap_drop: [CHOWN, KILL]`. */
bool typing_joins(const struct remedy *a, const struct remedy *b, enum tongue tongue);

/*
 * The words for `count` remedies, more than one only where they join. Quoted so that a shell or
 * YAML takes the caller's own text as it stands, without what may be a secret, and bounded.
 */
void typing_write(const struct remedy *const *joined, size_t count, enum tongue tongue,
		  struct buf *b);
