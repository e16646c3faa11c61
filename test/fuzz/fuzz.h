/*
 * fuzz.h - what the fuzz targets share: their entry point, and properties that must hold.
 *
 * Each target is one door through which a stranger's bytes come in. libFuzzer calls it with inputs
 * of its own making; onefile.c calls it with those of the corpus, in any build.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/slice.h"

enum { FUZZ_CEILING = 64 << 20 }; /* bytes: more than any input of a fuzzer may need */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Not assert(): a property is checked in every build. */
#define MUST(property)                                                                    \
	do {                                                                              \
		if (!(property)) {                                                        \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, \
				#property);                                               \
			abort();                                                          \
		}                                                                         \
	} while (0)

static inline struct slice fuzz_input(const uint8_t *data, size_t size)
{
	return (struct slice){ (const char *) data, size };
}

/* Bits that depend on every byte of the input and on nothing else. */
uint64_t fuzz_hash(struct slice input);

/*
 * An arena too small for a run that takes `used` bytes: one of its allocations will fail, and the
 * input decides which.
 */
size_t fuzz_too_little(struct slice input, size_t used);

/* Whether jansson takes `text` for one JSON value with nothing behind it. */
bool fuzz_is_json(struct slice text);
