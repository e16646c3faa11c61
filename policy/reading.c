#include "policy/reading.h"

#include <errno.h>
#include <stdarg.h>

#include "base/arena.h"
#include "base/place.h"

/* Past this many complaints a request is garbage, and a longer list helps nobody. */
enum { COMPLAINTS_KEPT = 32 };

void reading_start(struct reading *r, struct arena *a)
{
	*r = (struct reading){ .arena = a };
}

static int add(struct reading *r, struct complaints *list, const struct place *at,
	       struct slice text)
{
	struct complaint *c;

	list->count++;
	if (list->count > COMPLAINTS_KEPT)
		return 0;
	c = arena_alloc(r->arena, 1, sizeof(*c));
	if (!c)
		return -ENOMEM;
	c->at = at;
	c->text = text;

	if (list->last)
		list->last->next = c;
	else
		list->first = c;
	list->last = c;
	return 0;
}

int reading_unread(struct reading *r, const struct place *at, const char *fmt, ...)
{
	struct slice text;
	va_list args;
	int error;

	va_start(args, fmt);
	error = arena_vprintf(r->arena, &text, fmt, args);
	va_end(args);
	if (error)
		return error;

	error = add(r, &r->unread, at, text);
	return error ? error : BAD_INPUT;
}

int reading_unknown(struct reading *r, const struct place *at)
{
	return add(r, &r->unknown, at, SLICE(""));
}
