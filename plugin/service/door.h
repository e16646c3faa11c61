/*
 * door.h - whether callers find the way in: the name of the socket, and whether anybody opens.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "http/listen.h"

struct buf;
struct server;

/* Filled in by whoever serves; looked after by one thread, read by all. */
struct door {
	struct listen_claim claim; /* no path: the name is out of reach */
	int listener;
	struct server *server;

	/* The door's own. */
	atomic_int name; /* an enum listen_name */
	atomic_bool stands;
	bool knocked; /* callers waited at the latest look */
	uint64_t accepted;
	int64_t say_again; /* milliseconds */
};

/*
 * Once a second. Says what is wrong, and that it is over. False when only a new start helps: the
 * socket that we made has lost its name.
 */
bool door_look(struct door *door, int64_t now);

/* A line for each thing that is wrong. NULL: nobody looks. */
void door_complaints(const struct door *door, struct buf *why);

/* A connection to the workers, as by server_dial. -1 with a line in `why` where they take none, and
 * while other callers do not find the way in. */
int door_dial(const struct door *door, struct buf *why);

/*
 * Whether so many callers can be taken that serving makes sense. False when it says why not; also
 * says when they are less than they could be.
 */
bool door_has_room(void);
