/* toy.c - what scripts/mutate may change, and what it leaves alone. Read, never compiled. */
#include "toy.h"

#define LIMIT (1 + 2) /* a macro is no code of a function */

enum { MOST = 4, ROOM = MOST + 1 };

static const char *const names[] = { "a == b", "c && d" };

static int seen(const struct toy *t)
{
	static const int zero = 0;
	char text[16];
	size_t n = t->count - 1; /* if (a < b) return 0; */

	(void) text;
	(void) toy_look(t);
	assert(n < MOST + 1);
	for (size_t i = 0; i < n; i++)
		if (t->items[i] == *names[0])
			continue;
	return n > 2 || !zero ? -EINVAL : LIMIT;
}

int toy_read(struct toy *t, const char *text)
{
	int r = 0;

	if (!text)
		return -EINVAL;
	t->text = text;
	toy_note(t, "it's 1 < 2", '+');
	switch (t->kind) {
	case 1:
		r = seen(&(struct toy){ .count = *text });
		break;
	default:
		return BAD_INPUT;
	}
	while (r == 0 &&
	       toy_next(t, "a text that makes the condition longer than one line of the project"))
		t->flags |= TOY_READ | TOY_SEEN;
	return r;
}
