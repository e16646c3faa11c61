#include "look/look.h"

#include <stdlib.h>

const struct look *looks_find(const struct looks *looks, enum look_kind kind, struct slice name)
{
	for (size_t i = 0; i < looks->count; i++) {
		if (looks->items[i].kind == kind && slice_eq(looks->items[i].name, name))
			return &looks->items[i];
	}
	return NULL;
}

void looks_add(struct looks *looks, enum look_kind kind, struct slice name)
{
	if (looks->count < LOOKS_MOST && !looks_find(looks, kind, name))
		looks->items[looks->count++] =
			(struct look){ .kind = kind, .name = name, .status = LOOK_UNSEEN };
}

void looks_release(struct looks *looks)
{
	for (size_t i = 0; i < looks->count; i++)
		free((void *) looks->items[i].json.ptr);
	looks->count = 0;
}
