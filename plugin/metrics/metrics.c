/*
 * metrics.c - counters by CPU.
 *
 * A worker adds to the counters of the CPU that it runs on. It may be moved in between, so adding
 * is atomic all the same; but the cache line is nearly always its own, and that makes the addition
 * some twenty cycles instead of hundreds. Reading sums up. The order between two counters means
 * nothing, except that of calls begun and ended.
 */
#include "metrics/metrics.h"

#include <assert.h>
#include <sched.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "authz/decide.h"
#include "policy/rule.h"

enum { SHARDS_MAX = 16, CACHE_LINE = 64 };

/* Every member of the totals is one or more of these, so that they can be summed up blindly. */
enum { COUNTERS = sizeof(struct metrics_totals) / sizeof(uint64_t) };
static_assert(sizeof(struct metrics_totals) == COUNTERS * sizeof(uint64_t), "counters only");

struct shard {
	alignas(CACHE_LINE) _Atomic uint64_t counters[COUNTERS];
};

struct metrics {
	unsigned count;
	struct shard shards[];
};

#define COUNTER(member) (offsetof(struct metrics_totals, member) / sizeof(uint64_t))

struct metrics *metrics_new(unsigned threads)
{
	unsigned count = threads < SHARDS_MAX ? threads : SHARDS_MAX;
	struct metrics *m = aligned_alloc(CACHE_LINE, sizeof(*m) + count * sizeof(struct shard));

	assert(rules_count() == METRICS_RULES && count > 0);
	if (!m)
		return NULL;
	m->count = count;
	for (unsigned i = 0; i < count; i++) {
		for (size_t c = 0; c < COUNTERS; c++)
			atomic_init(&m->shards[i].counters[c], 0);
	}
	return m;
}

void metrics_free(struct metrics *m)
{
	free(m);
}

/* A machine that cannot tell the CPU has one for all, and counts as well. */
static struct shard *shard_here(struct metrics *m)
{
	int cpu = sched_getcpu();

	return &m->shards[cpu > 0 ? (unsigned) cpu % m->count : 0];
}

static void add(struct shard *s, size_t counter, uint64_t value)
{
	atomic_fetch_add_explicit(&s->counters[counter], value, memory_order_relaxed);
}

void metrics_call_begins(struct metrics *m, enum metrics_call call)
{
	if (m)
		add(shard_here(m), COUNTER(calls) + call, 1);
}

void metrics_call_ends(struct metrics *m)
{
	/* Who sees the end sees the beginning: see metrics_read. */
	if (m)
		atomic_fetch_add_explicit(&shard_here(m)->counters[COUNTER(ended)], 1,
					  memory_order_release);
}

static const uint64_t bounds[METRICS_BOUNDS] = {
	5,    10,    25,    50,    100,    250,    500,    1000,    2500,
	5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000,
};

uint64_t metrics_bound(unsigned place)
{
	return bounds[place];
}

static unsigned place_of(uint64_t micros)
{
	unsigned place = 0;

	while (place < METRICS_BOUNDS && micros > bounds[place])
		place++;
	return place;
}

static enum metrics_weight weight_of(const struct violation *v)
{
	if (v->exception)
		return WEIGHT_EXCEPTED;
	return v->action == ACTION_DENY ? WEIGHT_DENY : WEIGHT_WARN;
}

void metrics_decision(struct metrics *m, const struct decision *d)
{
	const struct violation *v = d->verdict ? verdict_violations(d->verdict) : NULL;
	struct shard *s;

	if (!m)
		return;

	s = shard_here(m);
	add(s, COUNTER(decisions) + (size_t) d->outcome * OP_COUNT + d->intent.op, 1);
	add(s, COUNTER(times) + place_of(d->micros), 1);
	/* Both ends of the time are cut to whole microseconds, so the sum is right on average. */
	add(s, COUNTER(micros), d->micros);
	for (; v; v = v->next)
		add(s, COUNTER(violations) + rules_index(v->rule) * METRICS_WEIGHTS + weight_of(v),
		    1);
}

void metrics_unheard(struct metrics *m, enum metrics_unheard why)
{
	if (m)
		add(shard_here(m), COUNTER(unheard) + why, 1);
}

void metrics_refused(struct metrics *m, enum metrics_refused why)
{
	if (m)
		add(shard_here(m), COUNTER(refused) + why, 1);
}

void metrics_look(struct metrics *m, enum look_status status)
{
	enum metrics_look look = status == LOOK_SEEN     ? LOOKED_SEEN
				 : status == LOOK_ABSENT ? LOOKED_ABSENT
							 : LOOKED_UNSEEN;

	if (m)
		add(shard_here(m), COUNTER(looks) + look, 1);
}

void metrics_own_call(struct metrics *m)
{
	if (m)
		add(shard_here(m), COUNTER(own_calls), 1);
}

void metrics_read(const struct metrics *m, struct metrics_totals *ret)
{
	uint64_t sums[COUNTERS] = { 0 };

	/* The ends first: whatever begins meanwhile can then only make more calls begun than ended.
	 */
	for (unsigned i = 0; m && i < m->count; i++)
		sums[COUNTER(ended)] += atomic_load_explicit(&m->shards[i].counters[COUNTER(ended)],
							     memory_order_acquire);
	for (unsigned i = 0; m && i < m->count; i++) {
		for (size_t c = 0; c < COUNTERS; c++) {
			if (c != COUNTER(ended))
				sums[c] += atomic_load_explicit(&m->shards[i].counters[c],
								memory_order_relaxed);
		}
	}
	memcpy(ret, sums, sizeof(sums));
}
