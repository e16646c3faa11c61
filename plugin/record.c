/* record.c - one decision as one line of JSON. The order of the keys is part of the schema's
 * promise to readers. */
#include "record.h"

#include <stdint.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/place.h"
#include "decide.h"
#include "policy/exception.h"
#include "policy/op.h"
#include "policy/policy.h"
#include "policy/rule.h"
#include "redact.h"

/*
 * A target or a value is recorded up to here; the rest is the caller's to repeat. In a short record
 * a text takes up to 6 * SHORT_TEXT bytes: there are six before the violations, and two behind them
 * for which REST is kept.
 */
enum { MOST_TEXT = 1024, SHORT_TEXT = 128, REST = 2048 };

/* A record that is being written. */
struct record {
	struct buf b;
	size_t most_text, most_bytes;
};

static void key(struct record *r, const char *name)
{
	struct buf *b = &r->b;

	if (b->len > 0 && b->ptr[b->len - 1] != '{')
		buf_char(b, ',');
	buf_char(b, '"');
	buf_add(b, slice_str(name));
	buf_add(b, SLICE("\":"));
}

static void words(struct record *r, const char *name, struct slice value)
{
	key(r, name);
	buf_json(&r->b, value);
}

/* What is hidden is hidden before the text is cut, where a secret may end. */
static void hidden(struct record *r, const char *name, struct slice value,
		   int (*hide)(struct slice, struct arena *, struct slice *))
{
	if (hide(value, r->b.arena, &value))
		r->b.failed = true;
	if (value.len > r->most_text)
		value.len = r->most_text;
	words(r, name, value);
}

static void text(struct record *r, const char *name, struct slice value)
{
	hidden(r, name, value, redact_text);
}

static void number(struct record *r, const char *name, uint64_t value)
{
	key(r, name);
	buf_u64(&r->b, value);
}

/* So many digits of `value` behind `before`. printf took a quarter of the time of a short record.
 */
static void digits(struct buf *b, char before, long value, int count)
{
	char text[16] = { before };

	for (int i = count; i > 0; i--, value /= 10)
		text[i] = (char) ('0' + value % 10);
	buf_add(b, (struct slice){ text, (size_t) count + 1 });
}

static void write_time(struct record *r, const struct timespec *time)
{
	struct tm tm;

	key(r, "time");
	if (!gmtime_r(&time->tv_sec, &tm))
		tm = (struct tm){ .tm_mday = 1, .tm_year = 70 };
	digits(&r->b, '"', tm.tm_year + 1900, 4);
	digits(&r->b, '-', tm.tm_mon + 1, 2);
	digits(&r->b, '-', tm.tm_mday, 2);
	digits(&r->b, 'T', tm.tm_hour, 2);
	digits(&r->b, ':', tm.tm_min, 2);
	digits(&r->b, ':', tm.tm_sec, 2);
	digits(&r->b, '.', time->tv_nsec / 1000, 6);
	buf_add(&r->b, SLICE("Z\""));
}

static void write_place(struct record *r, const struct place *at)
{
	struct buf b = BUF(r->b.arena);
	struct slice place;

	place_write(at, &b);
	if (buf_done(&b, &place))
		r->b.failed = true;
	else
		text(r, "field", place);
}

static void write_violation(struct record *r, const struct violation *v)
{
	buf_char(&r->b, '{');
	words(r, "rule", slice_str(v->rule->id));
	if (v->rule->number)
		words(r, "number", slice_str(v->rule->number));
	write_place(r, v->at);
	text(r, "value", v->value);
	words(r, "action", slice_str(action_name(v->action)));
	if (v->exception)
		words(r, "exception", v->exception->name);
	buf_char(&r->b, '}');
}

/* Returns how many there are beyond those written. */
static unsigned write_violations(struct record *r, const struct verdict *verdict)
{
	const struct violation *v = verdict ? verdict_violations(verdict) : NULL;
	unsigned written = 0;

	key(r, "violations");
	buf_char(&r->b, '[');
	for (; v; v = v->next, written++) {
		size_t before = r->b.len;

		if (written > 0)
			buf_char(&r->b, ',');
		write_violation(r, v);
		if (r->b.len > r->most_bytes - REST) {
			r->b.len = before;
			break;
		}
	}
	buf_char(&r->b, ']');
	return verdict ? verdict_count(verdict) - written : 0;
}

static void write_request(struct record *r, const struct intent *in)
{
	text(r, "user", in->caller.user);
	text(r, "authn", in->caller.authn);
	text(r, "method", in->method);
	words(r, "operation", slice_str(op_name(in->op)));
	if (in->api.given) {
		key(r, "api");
		buf_char(&r->b, '"');
		buf_u64(&r->b, in->api.major);
		buf_char(&r->b, '.');
		buf_u64(&r->b, in->api.minor);
		buf_char(&r->b, '"');
	}
	hidden(r, "target", in->target, redact_target);
	if (in->container.image.value.len > 0)
		text(r, "image", in->container.image.value);
}

static void write_policy(struct record *r, const struct policy *p)
{
	key(r, "policy");
	buf_char(&r->b, '{');
	words(r, "name", policy_name(p));
	words(r, "sha256", slice_str(policy_digest(p)));
	number(r, "generation", policy_generation(p));
	buf_char(&r->b, '}');
}

static int write_record(struct record *r, const struct decision *d, struct slice *ret)
{
	unsigned omitted;

	buf_char(&r->b, '{');
	number(r, "schema", RECORD_SCHEMA);
	write_time(r, &d->time);
	key(r, "decision");
	buf_char(&r->b, '"');
	buf_hex(&r->b, d->id);
	buf_char(&r->b, '"');
	words(r, "outcome", slice_str(outcome_name(d->outcome)));
	words(r, "mode", policy_enforces(d->policy) ? SLICE("enforce") : SLICE("warn"));
	write_request(r, &d->intent);
	omitted = write_violations(r, d->verdict);
	if (omitted > 0)
		number(r, "omitted", omitted);
	if (d->error.len > 0)
		text(r, "error", d->error);
	write_policy(r, d->policy);
	number(r, "micros", d->micros);
	if (r->most_text < MOST_TEXT) {
		key(r, "shortened");
		buf_add(&r->b, SLICE("true"));
	}
	buf_add(&r->b, SLICE("}\n"));
	return buf_done(&r->b, ret);
}

int record_write(const struct decision *d, struct arena *a, struct slice *ret)
{
	struct record r = { .b = BUF(a), .most_text = MOST_TEXT, .most_bytes = SIZE_MAX };

	return write_record(&r, d, ret);
}

int record_write_short(const struct decision *d, size_t most, struct arena *a, struct slice *ret)
{
	struct record r = { .b = BUF(a), .most_text = SHORT_TEXT, .most_bytes = most };
	struct slice whole;
	int error = record_write(d, a, &whole);

	if (error)
		return error;
	if (whole.len > most)
		return write_record(&r, d, ret);
	*ret = whole;
	return 0;
}
