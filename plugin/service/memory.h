/* memory.h - gives memory back to the machine when what it was taken for is over. */
#pragma once

#include <stdint.h>

struct memory {
	int statm;     /* where the kernel says how much is resident; -1: nowhere */
	uint64_t kept; /* pages that were resident after giving back, or less since */
};

/* Before the root is changed. */
void memory_open(struct memory *m);

/* Every now and then. */
void memory_look(struct memory *m);
