/* metrics-service.h - what --metrics asks of serve: counters, and a listener. */
#pragma once

#include "admin/status.h"
#include "http/listen.h"

struct admin;
struct door;
struct metrics;
struct reload;
struct service;

/* All empty without --metrics; every function is then without effect. */
struct metrics_service {
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
int metrics_service_read(const char *command, const char *text, struct metrics_service *ret);

/* Listens and makes the counters. Not 0 when standard error says why that cannot be. */
int metrics_service_open(struct metrics_service *w, unsigned workers);

/* When the workers answer at `door`. Not 0 when standard error says why that cannot be. */
int metrics_service_start(struct metrics_service *w, const struct service *service,
			  struct reload *reload, const struct door *door);

/* Nobody is answered any more; before the server stops. Counting goes on. */
void metrics_service_stop(struct metrics_service *w);

/* When nobody counts any more. */
void metrics_service_end(struct metrics_service *w);
