/* memory.h - gives memory back to the machine when what it was taken for is over. */
#pragma once

#include <stddef.h>

/* Zero at first. */
struct memory {
	size_t kept; /* bytes that were free in the C library after giving back, or fewer since */
};

/* Every now and then. */
void memory_look(struct memory *m);
