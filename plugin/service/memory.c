/*
 * memory.c - two thousand connections at once, and a burst of large calls, leave the C library with
 * memory that it keeps for the next ones.
 *
 * What counts is what the kernel sees. When more is resident than the last time that memory was
 * given back, the library is asked again: where all of it is in use that is a walk through its
 * lists, once.
 */
#include "service/memory.h"

#include <fcntl.h>
#include <malloc.h>
#include <stdbool.h>
#include <unistd.h>

#include "base/number.h"
#include "base/slice.h"

enum { PAGES = 256 /* this much more is worth asking for */ };

void memory_open(struct memory *m)
{
	*m = (struct memory){ .statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC) };
}

/* "size resident shared ...", in pages. */
static bool resident(const struct memory *m, uint64_t *ret)
{
	char text[128];
	ssize_t n = m->statm < 0 ? -1 : pread(m->statm, text, sizeof(text), 0);
	struct slice word, rest = { text, n > 0 ? (size_t) n : 0 };

	slice_cut(rest, ' ', &word, &rest);
	slice_cut(rest, ' ', &word, &rest);
	return number_u64(word, ret);
}

void memory_look(struct memory *m)
{
	uint64_t pages;

	if (!resident(m, &pages))
		return;
	if (pages > m->kept + PAGES) {
		malloc_trim(0);
		if (!resident(m, &pages))
			return;
		m->kept = pages;
	}
	if (pages < m->kept)
		m->kept = pages;
}
