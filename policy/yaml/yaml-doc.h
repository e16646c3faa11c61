/*
 * yaml-doc.h - a YAML file as a tree whose every node knows its place.
 *
 * Scalars stay text: `5.10`, `off` and `010` are what is written, never what YAML would guess them
 * to be. Whoever wants a number or a truth value asks for one and complains at the node's mark.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "base/slice.h"

struct arena;

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml_node {
	enum yaml_kind kind;
	struct mark mark;
	struct slice text;           /* YAML_SCALAR */
	bool plain;                  /* YAML_SCALAR: written without quotes */
	const struct yaml_node *key; /* of an entry of a mapping, else NULL */
	const struct yaml_node *first, *next;
	size_t count;
};

enum { YAML_SIZE_MOST = 16 << 20, YAML_NODES_MOST = 500000 };

/*
 * Reads the one document of `text` into `a`; an empty one gives NULL. BAD_INPUT when it could not
 * be read to its end. A file that was, with complaints (a key twice, an anchor), gives 0 so that
 * more can be found in the same run: callers ask diags_bad in the end. `file` names it in marks and
 * must outlive the diags.
 */
int yaml_read(struct arena *a, struct slice text, const char *file, const struct yaml_node **ret,
	      struct diags *d);

/* The value of `key` in a mapping; NULL when it is not there. */
const struct yaml_node *yaml_get(const struct yaml_node *map, struct slice key);

/* A scalar without quotes, for what must not be text: numbers and truth values. */
bool yaml_plain(const struct yaml_node *n);

/*
 * How messages name what was written: its text in backquotes, cut and escaped; "a list", "a
 * mapping", "nothing". Lives in `a`. Never NULL.
 */
const char *yaml_words(const struct yaml_node *n, struct arena *a);

/*
 * Complains about every key of `map` that is not among `known` (ends with NULL):
 * "<owner> has no <noun> `alow`; did you mean `allow`?", or what policy/hint knows of the word.
 */
void yaml_check_keys(const struct yaml_node *map, const char *const *known, const char *owner,
		     const char *noun, struct arena *a, struct diags *d);
