/*
 * rule-words.h - who asks, and in which words an answer helps.
 *
 * The same effect is typed in other words for a container and for a service: --memory here,
 * --limit-memory or deploy.resources.limits.memory there. A message that names the wrong ones sends
 * its reader to an option that does not exist.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

struct intent;

/* The request makes or changes a service, by docker service or docker stack. */
bool for_service(const struct intent *in);

/*
 * The caller speaks an API older than 1.`minor`, for which engines forget fields that came later. A
 * call without a version speaks the engine's newest.
 */
bool api_before(const struct intent *in, unsigned minor);

/*
 * A service's field that engines drop when it comes by an API older than 1.`minor`: what it asks
 * for then does not hold (moby daemon/server/router/swarm/helpers.go adjustForAPIVersion).
 */
bool service_drops(const struct intent *in, unsigned minor);

struct size_words {
	char text[24]; /* "512m", "4g": the largest unit that divides the bytes */
};

struct size_words size_words(uint64_t bytes);

/* A number as the value of an objection; lives as long as the request. 0 or -ENOMEM. */
int number_words(const struct intent *in, int64_t number, struct slice *ret);
