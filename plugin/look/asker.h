/*
 * asker.h - asks the helper, for any number of requests at once, and never waits.
 *
 * Who asks goes on with other work and is told when all is known, or when the time is up. A thread
 * of the asker's own takes the replies.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/own.h"
#include "look/look.h"

struct asker;

/* What one request waits for. A part of whoever waits; nobody moves it meanwhile. */
struct errand {
	struct looks *looks; /* filled; not touched by others until it is done */
	/* Once, in the asker's thread or, where there is nothing to wait for, in the one that asks;
	 * the asker does not touch the errand any more. */
	void (*done)(struct errand *e);

	/* The asker's own. */
	uint64_t first;           /* id of the first look; the others follow */
	size_t sent, left;        /* of the looks: asked, and without an answer */
	int64_t since, until;     /* milliseconds */
	size_t rooms[LOOKS_MOST]; /* bytes behind each look's json */
	struct errand *next, *before;
};

enum asker_state { ASKER_OFF, ASKER_WORKING, ASKER_FAILING };

/*
 * `socket` leads to the helper (keeper.h) and becomes the asker's; an errand takes at most `limit`
 * milliseconds. Opens all that it will need, and starts no thread yet. 0 or -Exxx.
 */
int asker_new(int socket, unsigned limit, struct asker **ret);
int asker_start(struct asker *a); /* 0 or -Exxx */

/* From any thread. What is not seen in the end is LOOK_UNSEEN. */
void asker_ask(struct asker *a, struct errand *e);

/* All errands are done now, and those to come at once. NULL is fine. */
void asker_stop(struct asker *a);
void asker_free(struct asker *a); /* also stops it; NULL is fine */
OWN_DEFINE(asker, asker_free)

/* Failing: the helper does not answer, or could not see the latest thing it was asked for. NULL:
 * off. */
enum asker_state asker_state(struct asker *a);
const char *asker_state_name(enum asker_state state);
