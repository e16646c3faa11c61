/*
 * metrics-text.c - counts and status as the Prometheus text format.
 *
 * Nothing of a request may become a label: labels are our own words, names of rules and operations,
 * and the policy's name, so their number is bounded and they hold no secrets. Series by operation
 * and by rule appear when they occur, or there would be a thousand that are zero for ever; all
 * others are there from the start, so that an alert sees zero become one.
 */
#include "admin/metrics-text.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

#include "admin/status.h"
#include "base/arena.h"
#include "base/buf.h"
#include "metrics/metrics.h"
#include "policy/policy.h"
#include "policy/rule.h"

enum type { COUNTER, GAUGE, HISTOGRAM };

enum metric {
#define METRIC(symbol, name, type, labels, help) symbol,
#include "metrics/metrics.def"
#undef METRIC
};

struct family {
	const char *name, *labels, *help;
	enum type type;
};

static const struct family families[] = {
#define METRIC(symbol, name, type, labels, help) { name, labels, help, type },
#include "metrics/metrics.def"
#undef METRIC
};

static void begin(struct buf *b, enum metric metric)
{
	static const char *const types[] = {
		[COUNTER] = "counter",
		[GAUGE] = "gauge",
		[HISTOGRAM] = "histogram",
	};
	const struct family *f = &families[metric];

	buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n", f->name, f->help, f->name, types[f->type]);
}

static void add_label(struct buf *b, struct slice name, struct slice value)
{
	buf_add(b, name);
	buf_add(b, SLICE("=\""));
	for (size_t i = 0; i < value.len; i++) {
		switch (value.ptr[i]) {
		case '\n':
			buf_add(b, SLICE("\\n"));
			break;
		case '"':
		case '\\':
			buf_char(b, '\\');
			buf_char(b, value.ptr[i]);
			break;
		default:
			buf_char(b, value.ptr[i]);
		}
	}
	buf_char(b, '"');
}

/* One series: the values stand in the order of the family's labels. */
static void add_series(struct buf *b, enum metric metric, const struct slice *values,
		       uint64_t count)
{
	struct slice left = slice_str(families[metric].labels), label;
	char before = '{';

	buf_add(b, slice_str(families[metric].name));
	for (size_t i = 0; left.len > 0; i++) {
		slice_cut(left, ' ', &label, &left);
		buf_char(b, before);
		add_label(b, label, values[i]);
		before = ',';
	}
	if (before == ',')
		buf_char(b, '}');
	buf_char(b, ' ');
	buf_u64(b, count);
	buf_char(b, '\n');
}

static void add_one(struct buf *b, enum metric metric, uint64_t value)
{
	begin(b, metric);
	add_series(b, metric, NULL, value);
}

/* A family of one label: `words` are its values. */
static void add_words(struct buf *b, enum metric metric, const char *const *words,
		      const uint64_t *counts, size_t count)
{
	begin(b, metric);
	for (size_t i = 0; i < count; i++)
		add_series(b, metric, (struct slice[]){ slice_str(words[i]) }, counts[i]);
}

static void add_decisions(struct buf *b, const struct metrics_totals *t)
{
	const char *names[METRICS_OUTCOMES];
	uint64_t sums[METRICS_OUTCOMES] = { 0 };

	for (unsigned o = 0; o < METRICS_OUTCOMES; o++) {
		names[o] = outcome_name(o);
		for (unsigned op = 0; op < OP_COUNT; op++)
			sums[o] += t->decisions[o][op];
	}
	add_words(b, OUTCOMES, names, sums, METRICS_OUTCOMES);

	begin(b, DECISIONS);
	for (unsigned o = 0; o < METRICS_OUTCOMES; o++) {
		for (unsigned op = 0; op < OP_COUNT; op++) {
			const struct slice values[] = { slice_str(names[o]),
							slice_str(op_name(op)) };

			if (t->decisions[o][op] > 0)
				add_series(b, DECISIONS, values, t->decisions[o][op]);
		}
	}
}

static void add_violations(struct buf *b, const struct metrics_totals *t)
{
	static const char *const actions[METRICS_WEIGHTS] = {
		[WEIGHT_WARN] = "warn",
		[WEIGHT_DENY] = "deny",
		[WEIGHT_EXCEPTED] = "excepted",
	};

	begin(b, VIOLATIONS);
	for (size_t i = 0; i < METRICS_RULES; i++) {
		for (unsigned a = 0; a < METRICS_WEIGHTS; a++) {
			const struct slice values[] = { slice_str(rules_at(i)->id),
							slice_str(actions[a]) };

			if (t->violations[i][a] > 0)
				add_series(b, VIOLATIONS, values, t->violations[i][a]);
		}
	}
}

/* Microseconds as seconds, to the last digit: a double would round what a counter must not. */
static void add_seconds(struct buf *b, uint64_t micros)
{
	buf_printf(b, "%ju.%06ju", (uintmax_t) micros / 1000000, (uintmax_t) micros % 1000000);
}

/* 2500 as 0.0025: a bound is a label, and is compared as text. */
static void add_bound(struct buf *b, uint64_t micros)
{
	unsigned digits = 6;

	while (digits > 0 && micros % 10 == 0) {
		micros /= 10;
		digits--;
	}
	if (digits == 0)
		buf_u64(b, micros);
	else
		buf_printf(b, "0.%0*ju", (int) digits, (uintmax_t) micros);
}

static void add_times(struct buf *b, const struct metrics_totals *t)
{
	const char *name = families[DECISION_SECONDS].name;
	uint64_t sum = 0;

	begin(b, DECISION_SECONDS);
	for (unsigned place = 0; place < METRICS_BOUNDS; place++) {
		sum += t->times[place];
		buf_printf(b, "%s_bucket{le=\"", name);
		add_bound(b, metrics_bound(place));
		buf_printf(b, "\"} %ju\n", (uintmax_t) sum);
	}
	sum += t->times[METRICS_BOUNDS];
	buf_printf(b, "%s_bucket{le=\"+Inf\"} %ju\n%s_sum ", name, (uintmax_t) sum, name);
	add_seconds(b, t->micros);
	buf_printf(b, "\n%s_count %ju\n", name, (uintmax_t) sum);
}

static void add_calls(struct buf *b, const struct metrics_totals *t)
{
	static const char *const calls[METRICS_CALLS] = {
		[CALL_REQUEST] = "request",
		[CALL_RESPONSE] = "response",
		[CALL_ACTIVATE] = "activate",
		[CALL_OTHER] = "other",
	};
	static const char *const unheard[METRICS_UNHEARD] = {
		[UNHEARD_TOO_LARGE] = "too_large",
		[UNHEARD_NO_MEMORY] = "no_memory",
		[UNHEARD_INCOMPLETE] = "incomplete",
	};
	static const char *const refused[METRICS_REFUSED] = {
		[REFUSED_PEER] = "peer",
		[REFUSED_NO_MEMORY] = "no_memory",
	};
	uint64_t begun = 0;

	for (size_t i = 0; i < METRICS_CALLS; i++)
		begun += t->calls[i];
	add_words(b, CALLS, calls, t->calls, METRICS_CALLS);
	add_one(b, IN_FLIGHT, begun - t->ended);
	add_words(b, UNHEARD, unheard, t->unheard, METRICS_UNHEARD);
	add_words(b, REFUSED, refused, t->refused, METRICS_REFUSED);
}

static void add_looks(struct buf *b, const struct metrics_totals *t, enum asker_state state)
{
	static const char *const outcomes[METRICS_LOOKS] = {
		[LOOKED_SEEN] = "seen",
		[LOOKED_ABSENT] = "absent",
		[LOOKED_UNSEEN] = "unseen",
	};

	add_words(b, LOOK_UPS, outcomes, t->looks, METRICS_LOOKS);
	add_one(b, LOOK_UPS_WORK, state == ASKER_WORKING);
	add_one(b, OWN_CALLS, t->own_calls);
}

static void add_log(struct buf *b, const struct log_queue_stats *log)
{
	add_one(b, RECORDS_WRITTEN, log->written);
	add_one(b, RECORDS_LOST, log->lost);
	add_one(b, RECORDS_QUEUED, log->queued);
}

static void add_policy(struct buf *b, const struct status *s)
{
	begin(b, POLICY_INFO);
	if (s->policy) {
		const struct slice values[] = {
			policy_name(s->policy),
			policy_profile(s->policy),
			policy_enforces(s->policy) ? SLICE("enforce") : SLICE("warn"),
			slice_str(policy_digest(s->policy)),
		};

		add_series(b, POLICY_INFO, values, 1);
	}
	add_one(b, POLICY_GENERATION, s->generation);
	add_one(b, POLICY_LOADED, (uint64_t) s->loaded);
	add_one(b, POLICY_LOAD_ERRORS, s->load_errors);
	add_one(b, POLICY_LOAD_FAILED, s->load_failed);
}

static void add_exceptions(struct buf *b, const struct status_exceptions *e)
{
	static const char *const states[] = { "in_force", "expired" };
	static const char *const days[] = { "7", "30" };

	add_words(b, EXCEPTIONS, states, (uint64_t[]){ e->in_force, e->expired }, 2);
	add_words(b, EXCEPTIONS_EXPIRING, days, (uint64_t[]){ e->within_week, e->within_month }, 2);
}

int metrics_text(const struct metrics *m, const struct status *s, bool healthy, bool ready,
		 struct arena *a, struct slice *ret)
{
	struct metrics_totals *t = arena_alloc(a, 1, sizeof(*t));
	struct buf b = BUF(a);

	if (!t)
		return -ENOMEM;
	metrics_read(m, t);

	begin(&b, BUILD_INFO);
	add_series(&b, BUILD_INFO, (struct slice[]){ SLICE(CIS_AUTHZ_VERSION) }, 1);
	add_one(&b, START_TIME, (uint64_t) s->started);
	add_one(&b, HEALTHY, healthy);
	add_one(&b, READY, ready);
	add_decisions(&b, t);
	add_violations(&b, t);
	add_times(&b, t);
	add_calls(&b, t);
	add_looks(&b, t, s->looks);
	add_log(&b, &s->log);
	add_policy(&b, s);
	add_exceptions(&b, &s->exceptions);
	return buf_done(&b, ret);
}
