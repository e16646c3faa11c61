/*
 * endpoint.h - the calls of Docker's plugin protocol, from their first line to their answer.
 *
 * server.c tells an exchange what arrives and sends what it answers; nothing here knows the HTTP
 * library.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "authz/decide.h"
#include "base/slice.h"
#include "http/upload.h"
#include "look/asker.h"
#include "look/look.h"

struct arena;
struct decision_log;
struct metrics;
struct policy;
struct policy_slot;
struct recording;

/* What answering needs. Shared by all workers, and outlives the server. */
struct service {
	struct policy_slot *policies;
	struct decision_log *log;
	struct metrics *metrics;     /* NULL: nobody counts */
	struct recording *recording; /* NULL: nothing is recorded */
	struct asker *asker;         /* NULL: what a request only names is unseen */
	struct decide_env env;
	size_t max_body; /* bytes of one call */
};

struct endpoint;

/* One call. `service` and `arena` are set once and serve all calls of a connection, one at a time.
 */
struct exchange {
	struct service *service;
	struct arena *arena;
	const struct endpoint *endpoint; /* NULL: there is no such path */
	bool posted;
	struct upload upload;
	const struct policy *policy; /* one reference while decided, of what the decision borrows */
	bool begun, decided, recorded;
	struct decision decision; /* only when begun */
	struct looks looks;       /* what was, or is to be, looked up for it */
	struct errand errand;     /* `done` is whoever's who waits */
};

struct answer {
	unsigned status;
	struct slice body; /* JSON; valid until endpoint_close */
};

/* Bytes that an exchange's arena needs to decide a call of `max_body` bytes, whatever it holds. */
size_t endpoint_ceiling(size_t max_body);

void endpoint_open(struct exchange *x, struct slice method, struct slice path,
		   struct slice content_length);
void endpoint_receive(struct exchange *x, struct slice bytes);

/*
 * The body is complete. False when something must be looked up first: then comes endpoint_look and,
 * when the errand is done, this once more. Nothing else may touch the exchange in between.
 */
bool endpoint_answer(struct exchange *x, struct answer *ret);
void endpoint_look(struct exchange *x);

/* The answer is on its way, or the caller has gone: what was decided is logged, the arena is reset.
 */
void endpoint_close(struct exchange *x);
