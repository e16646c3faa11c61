/*
 * reload.h - keeps the policy in force the one that its file holds.
 *
 * Belongs to one thread, whose loop sleeps until reload_fd has input or reload_timeout is over, and
 * then gives it a turn. Only reload_state may be called by others.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/own.h"

struct policy_slot;
struct reload;

/*
 * `file` is what policy_load made the policy in `slot` of: NULL for the built-in baseline, "-" for
 * standard input. Both outlive it. The first turn reads the file again, for what happened to it
 * since. NULL when out of memory.
 */
struct reload *reload_new(const char *file, struct policy_slot *slot);
void reload_free(struct reload *r); /* NULL is fine */
OWN_DEFINE(reload, reload_free)

/* To be polled for input; -1 when there is none. May differ after each turn. */
int reload_fd(const struct reload *r);

/* Milliseconds until the next turn that has something to do; -1: only when there is input. `now` is
 * a clock that never goes back, in milliseconds. */
int reload_timeout(const struct reload *r, int64_t now);

/* Reads the file when it may have changed, or when it is time to look. Costs little else. */
void reload_turn(struct reload *r, int64_t now);

/* Somebody wants it read now, and wants to hear what came of it: SIGHUP. */
void reload_ask(struct reload *r, int64_t now);

struct reload_state {
	bool failed;     /* the file is bad, and an older policy in force */
	uint64_t errors; /* attempts that failed, but for those that only found it still so */
};

void reload_state(struct reload *r, struct reload_state *ret);
