/*
 * heads.h - ends connections whose call has begun and does not come to its end.
 *
 * The HTTP library counts silence only, and cannot tell a connection that waits between two calls,
 * which must be kept, from one with half a head in it. Here the kernel is asked instead.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/own.h"

struct heads;

/* A connection; part of whatever stands for it. */
struct head {
	int fd;
	struct head *next, *before;
	atomic_uint turns; /* calls begun and calls over: odd while one is under way */
	unsigned seen;     /* of the turns */
	bool touched;      /* something happened at the socket since the latest look */
	bool owes;         /* then, its peer had not read all that was sent */
	int64_t since;     /* when a head or a call began that was not over then; 0: none */
};

/* NULL, and errno. */
struct heads *heads_new(void);
void heads_free(struct heads *h);
OWN_DEFINE(heads, heads_free)

/* By the thread that will read `fd`, before it does; and before it closes `fd`. */
void heads_add(struct heads *h, struct head *head, int fd);
void heads_remove(struct heads *h, struct head *head);

/* A call's head was read; its answer was sent, or nobody waits for it any more. */
void heads_begin(struct head *head);
void heads_over(struct head *head);

/* Once a second: shuts down what has been too long. `now` in milliseconds. */
void heads_look(struct heads *h, int64_t now);
