/*
 * decide.c - the pipeline on one screen.
 *
 *   bytes -envelope_read-> call -uri_read, route_find-> operation
 *         -route->read-> intent -looks_fill-> intent -evaluate-> verdict
 *
 * Each step may find the request unreadable; what it says about that goes into the intent's
 * reading, and the rule opaque-request turns it into a denial like any other. A question that is
 * none (no method, no target, broken JSON) and a machine that fails us end as OUTCOME_ERROR, which
 * no policy can soften.
 */
#include "authz/decide.h"

#include <errno.h>
#include <stdatomic.h>

#include "authz/envelope.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/place.h"
#include "docker/body.h"
#include "docker/call.h"
#include "docker/route.h"
#include "docker/uri.h"
#include "look/fill.h"
#include "look/own-call.h"
#include "look/wanted.h"
#include "policy/evaluate.h"
#include "policy/policy.h"

int decide_understand(struct call *call, struct arena *a, struct intent *in)
{
	const struct route *route;
	int error = uri_read(call->target, a, &call->uri, &in->reading);

	if (error)
		return error < 0 ? error : 0;
	in->api = call->uri.api;

	route = route_find(call->method, call->uri.path, &in->object);
	in->op = route->op;
	/* A stream both ways is more than reading, whatever the method says. */
	if (in->op == OP_UNKNOWN_READ && call->upgrades)
		in->op = OP_UNKNOWN;
	error = body_check(route, call, &in->reading);
	if (!error && route->read)
		error = route->read(call, in);
	else if (!error && route->body == BODY_JSON)
		error = reading_unread(
			&in->reading, PLACE_WORDS("the body"),
			"is of a call that this version of cis-authz cannot read yet.");
	return error < 0 ? error : 0;
}

enum { MICROS = 1000000 };

static bool allows(enum outcome outcome)
{
	return outcome == OUTCOME_ALLOW || outcome == OUTCOME_WARN;
}

/* The id holds the latest time that this process has seen: a clock set back does not revive an
 * exception that has ended. */
static int64_t now_of(const struct decision *d)
{
	return (int64_t) (d->id / MICROS);
}

static int understand(struct slice bytes, const struct look_secret *secret, struct looks *looks,
		      struct decision *d)
{
	struct intent *in = &d->intent;
	struct envelope envelope;
	int error = envelope_read(bytes, in->arena, &envelope, &in->reading);

	if (error)
		return error;
	in->caller = (struct caller){ envelope.user, envelope.authn };
	in->method = envelope.call.method;
	in->target = envelope.call.target;
	d->agent = envelope.call.user_agent;
	d->body = envelope.call.body;

	error = decide_understand(&envelope.call, in->arena, in);
	if (error)
		return error;
	d->own_call = envelope.call.look_headers > 0 && own_call(secret, &envelope.call, in->op);
	if (d->own_call || !looks)
		return 0;
	return looks_wanted(d->policy, in, now_of(d), in->arena, looks);
}

static int judge(const struct looks *looks, struct decision *d)
{
	struct intent *in = &d->intent;
	struct verdict *verdict;
	int error = looks ? looks_fill(looks, in) : 0;

	if (!error)
		error = evaluate(d->policy, in, now_of(d), in->arena, &verdict);
	if (error)
		return error;
	if (!allows(verdict_outcome(verdict)))
		error = asker_read(d->agent, d->body, in, &d->asker);
	if (error)
		return error;
	d->verdict = verdict;
	d->outcome = verdict_outcome(verdict);
	return 0;
}

/* Follows "the call" in a sentence. */
static struct slice explain(int error, const struct reading *reading)
{
	switch (error) {
	case BAD_INPUT:
		return reading->unread.first ? reading->unread.first->text
					     : SLICE("cannot be read.");
	case -ENOMEM:
		return SLICE("needs more memory than one request may take.");
	default:
		return SLICE("could not be judged.");
	}
}

static uint64_t micros(const struct timespec *t)
{
	return (uint64_t) t->tv_sec * MICROS + (uint64_t) t->tv_nsec / 1000;
}

/* The time in microseconds, or one more than the last id where that is not later. */
static uint64_t next_id(struct decide_env *env, const struct timespec *time)
{
	uint64_t last = atomic_load(&env->last_id), id;

	do {
		id = micros(time) > last ? micros(time) : last + 1;
	} while (!atomic_compare_exchange_weak(&env->last_id, &last, id));
	return id;
}

static void begin(struct decision *d, const struct policy *policy, struct decide_env *env,
		  struct arena *a)
{
	*d = (struct decision){ .outcome = OUTCOME_ERROR, .policy = policy };
	d->began = clock_micros();
	d->intent.arena = a;
	d->intent.own = env->own;
	d->intent.subjects = SUBJECT_CALL;
	reading_start(&d->intent.reading, a);
	d->time = clock_realtime();
	d->id = next_id(env, &d->time);
}

static void finish(int error, struct decision *d)
{
	if (error)
		d->error = explain(error, &d->intent.reading);
	d->micros = (uint64_t) (clock_micros() - d->began);
}

bool decide_begin(struct slice bytes, const struct policy *policy, struct decide_env *env,
		  struct arena *a, struct looks *looks, struct decision *ret)
{
	int error;

	begin(ret, policy, env, a);
	error = understand(bytes, env->secret, looks, ret);
	if (!error && !ret->own_call)
		return true;
	if (!error)
		ret->outcome = OUTCOME_ALLOW;
	finish(error, ret);
	return false;
}

void decide_end(const struct looks *looks, struct decision *d)
{
	finish(judge(looks, d), d);
}

void decide(struct slice bytes, const struct policy *policy, struct decide_env *env,
	    struct arena *a, struct decision *ret)
{
	if (decide_begin(bytes, policy, env, a, NULL, ret))
		decide_end(NULL, ret);
}

void decide_unheard(struct slice why, const struct policy *policy, struct decide_env *env,
		    struct arena *a, struct decision *ret)
{
	begin(ret, policy, env, a);
	ret->error = why;
}

void decide_unrecorded(struct decision *d)
{
	d->outcome = OUTCOME_ERROR;
	d->verdict = NULL;
	d->error = SLICE("is not allowed because the decision could not be recorded: the log does "
			 "not take records, and this host runs no call without one "
			 "(--log-required). Ask whoever runs this host; the log of the cis-authz "
			 "service says why.");
}

bool decision_allows(const struct decision *d)
{
	return allows(d->outcome);
}
