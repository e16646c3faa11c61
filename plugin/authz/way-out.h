/* way-out.h - what a denial says of how to go on: for each objection, and for the whole call. */
#pragma once

#include <stdbool.h>

#include "authz/asker.h"
#include "policy/verdict.h"

struct buf;
struct decision;

/* " Remove --privileged. Single capabilities may do." and " (policy: memory-limit max)" behind what
 * is wrong, where there are. */
void way_out_of(const struct violation *v, enum tongue tongue, struct buf *b);

/*
 * "try: docker run without --privileged; with --memory 256m": typed so, the very same call passes.
 * Where an objection cannot be settled by typing, which one, and what to type for the others. Empty
 * where no more is to be said than the objections say themselves.
 *
 * How it is meant, to the letter: each `without` is an option of the command, or a key of the
 * container in the file, that begins so; it goes. What is behind `with` comes.
 */
void way_out_of_all(const struct decision *d, struct buf *b);
