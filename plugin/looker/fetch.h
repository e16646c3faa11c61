/*
 * fetch.h - many questions to the daemon at once, over its unix socket; all libcurl is here.
 *
 * Whatever the daemon does, each request ends when its time is up, and its answer is whole or is
 * LOOK_UNSEEN.
 */
#pragma once

#include "base/own.h"
#include "look/wire.h"

struct fetcher;

struct fetch_config {
	const char *docker; /* the path of the daemon's socket */
	const char *secret; /* LOOK_SECRET hex digits */
	int socket;         /* where requests come from, and replies go to */
};

/* Opens all that it will need; NULL when out of memory. `config` outlives it. */
struct fetcher *fetcher_new(const struct fetch_config *config);
void fetcher_free(struct fetcher *f); /* NULL is fine */
OWN_DEFINE(fetcher, fetcher_free)

/* Until the service is gone. 0, or -Exxx when its socket is of no use any more. */
int fetcher_run(struct fetcher *f);
