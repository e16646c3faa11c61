/*
 * decide.c - the pipeline on one screen.
 *
 *   bytes -envelope_read-> call -uri_read, route_find-> operation
 *         -route->read-> intent -evaluate-> verdict
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

static int judge(struct slice bytes, struct arena *a, struct decision *d)
{
	struct intent *in = &d->intent;
	struct envelope envelope;
	struct verdict *verdict;
	int error = envelope_read(bytes, a, &envelope, &in->reading);

	if (error)
		return error;
	in->caller = (struct caller){ envelope.user, envelope.authn };
	in->method = envelope.call.method;
	in->target = envelope.call.target;

	error = decide_understand(&envelope.call, a, in);
	if (error)
		return error;
	/*
	 * The id holds the latest time that this process has seen: a clock set back does not revive
	 * an exception that has ended.
	 */
	error = evaluate(d->policy, in, (int64_t) (d->id / MICROS), a, &verdict);
	if (error)
		return error;
	if (!allows(verdict_outcome(verdict)))
		error = asker_read(&envelope.call, in, a, &d->asker);
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
	d->intent.arena = a;
	d->intent.own = env->own;
	d->intent.subjects = SUBJECT_CALL;
	reading_start(&d->intent.reading, a);
	d->time = clock_realtime();
	d->id = next_id(env, &d->time);
}

void decide(struct slice bytes, const struct policy *policy, struct decide_env *env,
	    struct arena *a, struct decision *ret)
{
	int64_t started = clock_micros();
	int error;

	begin(ret, policy, env, a);
	error = judge(bytes, a, ret);
	if (error)
		ret->error = explain(error, &ret->intent.reading);
	ret->micros = (uint64_t) (clock_micros() - started);
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
