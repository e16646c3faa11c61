/* server.h - HTTP on the plugin's socket: connections, workers, limits. */
#pragma once

#include <stdint.h>

struct server;
struct service;

struct server_config {
	int listener; /* listening; becomes the server's */
	unsigned workers;
	unsigned call_timeout; /* seconds that a call's body may pause */
};

/* `service` outlives the server. Signals that the workers must not take are blocked before. 0 or
 * -Exxx. */
int server_start(const struct server_config *config, struct service *service, struct server **ret);

/* Once a second: ends connections whose call does not come to its end. `now` in milliseconds of the
 * monotonic clock. */
void server_look(struct server *s, int64_t now);

/*
 * A connection to the workers that leads past the listener, so that they can be asked whether they
 * answer when no socket can be made any more. A descriptor that does not wait, the caller's to
 * close; or -errno where they take no more.
 */
int server_dial(struct server *s);
uint64_t server_accepted(struct server *s); /* connections of the listener, since the start */

/*
 * Answers the calls that are under way, then ends all threads and frees the server; NULL is fine.
 * Take the socket's name away before, so that the daemon waits for the next server instead of
 * calling this one.
 */
void server_stop(struct server *s);
