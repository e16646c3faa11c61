#include "docker/spelling/template.h"

#include <string.h>

#include "base/array.h"

/* What a swarm knows of a task that never holds a slash. Labels may. */
static bool is_fill(struct slice action)
{
	static const struct slice fields[] = {
		SLICE_INIT(".Node.ID"), SLICE_INIT(".Service.ID"), SLICE_INIT(".Service.Name"),
		SLICE_INIT(".Task.ID"), SLICE_INIT(".Task.Name"),  SLICE_INIT(".Task.Slot"),
	};

	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		if (slice_eq(slice_trim(action), fields[i]))
			return true;
	}
	return false;
}

bool template_in(struct slice text)
{
	return text.len > 0 && memmem(text.ptr, text.len, "{{", 2);
}

bool template_only_names(struct slice text)
{
	const char *open, *close;

	while (text.len > 0 && (open = memmem(text.ptr, text.len, "{{", 2))) {
		text = slice_from(text, (size_t) (open - text.ptr) + 2);
		close = slice_find(text, '}');
		if (!close || !is_fill((struct slice){ text.ptr, (size_t) (close - text.ptr) }))
			return false;
		text = slice_from(text, (size_t) (close - text.ptr));
		if (!slice_starts(text, SLICE("}}")))
			return false;
	}
	return true;
}
