/* watching.h - what --metrics asks of serve: counters, and a listener for those who read them. */
#pragma once

#include "admin/status.h"
#include "http/listen.h"

struct admin;
struct door;
struct metrics;
struct reload;
struct service;

/* All empty without --metrics; every function is then without effect. */
struct watching {
	const char *text; /* as given */
	struct listen_address address;
	struct listen_claim claim;
	int listener;
	bool listens; /* and nobody else has taken `listener` over */
	struct metrics *metrics;
	struct status_source source;
	struct admin *admin;
};

/* The option's value. 0, or EXIT_USAGE when standard error says what is wrong with it. */
int watching_read(const char *command, const char *text, struct watching *ret);

/* Listens and makes the counters. Not 0 when standard error says why that cannot be. */
int watching_open(struct watching *w, unsigned workers);

/* When the workers answer at `door`. Not 0 when standard error says why that cannot be. */
int watching_start(struct watching *w, const struct service *service, struct reload *reload,
		   const struct door *door);

/* Nobody is answered any more; before the server stops. Counting goes on. */
void watching_stop(struct watching *w);

/* When nobody counts any more. */
void watching_end(struct watching *w);
