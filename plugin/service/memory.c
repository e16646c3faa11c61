/*
 * memory.c - two thousand connections at once, and a burst of large calls, leave the C library with
 * memory that it keeps for the next ones.
 *
 * The library counts what is free whether the machine has it back or not, so it is asked again
 * whenever that has grown since the last time: also when the connections of a crowd end one by one
 * after memory was given back once already.
 */
#include "service/memory.h"

#include <malloc.h>

enum { WORTH_ASKING = 1 << 20 };

void memory_look(struct memory *m)
{
	size_t free_bytes = mallinfo2().fordblks;

	if (free_bytes > m->kept + WORTH_ASKING) {
		malloc_trim(0);
		m->kept = mallinfo2().fordblks;
	} else if (free_bytes < m->kept) {
		m->kept = free_bytes;
	}
}
