/*
 * body-maker.h - request bodies, harmless and not, with what decoders trip over.
 *
 * Recorded ones with small changes, and ones grown from the field tables: keys in other letters,
 * keys twice, keys of another object, values of another type, null anywhere.
 */
#pragma once

#include "base/slice.h"
#include "random.h"

struct arena;
struct body_kind;
struct recorded;

/* 0 or -ENOMEM. */
int body_make(struct random *random, const struct recorded *recorded, struct arena *a,
	      const struct body_kind **kind, struct slice *ret);
