/* record.c - one decision as one line of JSON. The order of the keys is part of the schema's
 * promise to readers. */
#include "log/record.h"

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "authz/decide.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/place.h"
#include "policy/exception.h"
#include "policy/op.h"
#include "policy/policy.h"
#include "policy/rule.h"
#include "redact/redact.h"

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

/* A key as it is written, with the comma that all have in front but an object's first. */
#define KEY(name) SLICE(",\"" name "\":")

static void key(struct record *r, struct slice name)
{
	struct buf *b = &r->b;
	bool first = b->len > 0 && b->ptr[b->len - 1] == '{';

	buf_add(b, first ? slice_from(name, 1) : name);
}

static void words(struct record *r, struct slice name, struct slice value)
{
	key(r, name);
	buf_json(&r->b, value);
}

/* A word of our own, such as the name of a rule: nothing in it needs an escape. */
static void word(struct record *r, struct slice name, const char *value)
{
	key(r, name);
	buf_char(&r->b, '"');
	buf_add(&r->b, slice_str(value));
	buf_char(&r->b, '"');
}

/* What is hidden is hidden before the text is cut, where a secret may end. */
static void hidden(struct record *r, struct slice name, struct slice value,
		   int (*hide)(struct slice, struct arena *, struct slice *))
{
	if (hide(value, r->b.arena, &value))
		r->b.failed = true;
	if (value.len > r->most_text)
		value.len = r->most_text;
	words(r, name, value);
}

static void text(struct record *r, struct slice name, struct slice value)
{
	hidden(r, name, value, redact_text);
}

static void number(struct record *r, struct slice name, uint64_t value)
{
	key(r, name);
	buf_u64(&r->b, value);
}

static void write_time(struct record *r, const struct timespec *time)
{
	char text[CLOCK_TEXT];

	key(r, KEY("time"));
	buf_char(&r->b, '"');
	buf_add(&r->b, clock_text_micros(time, text));
	buf_char(&r->b, '"');
}

static void write_place(struct record *r, const struct place *at)
{
	struct buf b = BUF(r->b.arena);
	struct slice place;

	place_write(at, &b);
	if (buf_done(&b, &place))
		r->b.failed = true;
	else
		text(r, KEY("field"), place);
}

static void write_violation(struct record *r, const struct violation *v)
{
	buf_char(&r->b, '{');
	word(r, KEY("rule"), v->rule->id);
	if (v->rule->number)
		word(r, KEY("number"), v->rule->number);
	write_place(r, v->at);
	text(r, KEY("value"), v->value);
	if (v->leads.len > 0)
		text(r, KEY("leads"), v->leads);
	if (v->read_only) {
		key(r, KEY("read_only"));
		buf_add(&r->b, SLICE("true"));
	}
	word(r, KEY("action"), action_name(v->action));
	if (v->exception)
		words(r, KEY("exception"), v->exception->name);
	buf_char(&r->b, '}');
}

/* Returns how many there are beyond those written. */
static unsigned write_violations(struct record *r, const struct verdict *verdict)
{
	const struct violation *v = verdict ? verdict_violations(verdict) : NULL;
	unsigned written = 0;

	key(r, KEY("violations"));
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
	text(r, KEY("user"), in->caller.user);
	text(r, KEY("authn"), in->caller.authn);
	text(r, KEY("method"), in->method);
	word(r, KEY("operation"), op_name(in->op));
	if (in->api.given) {
		key(r, KEY("api"));
		buf_char(&r->b, '"');
		buf_u64(&r->b, in->api.major);
		buf_char(&r->b, '.');
		buf_u64(&r->b, in->api.minor);
		buf_char(&r->b, '"');
	}
	hidden(r, KEY("target"), in->target, redact_target);
	if (in->container.image.value.len > 0)
		text(r, KEY("image"), in->container.image.value);
}

static void write_policy(struct record *r, const struct policy *p, const struct verdict *v)
{
	key(r, KEY("policy"));
	buf_char(&r->b, '{');
	words(r, KEY("name"), policy_name(p));
	word(r, KEY("sha256"), policy_digest(p));
	number(r, KEY("generation"), policy_generation(p));
	if (v && verdict_scope(v).len > 0)
		words(r, KEY("scope"), verdict_scope(v));
	buf_char(&r->b, '}');
}

static int write_record(struct record *r, const struct decision *d, struct slice *ret)
{
	unsigned omitted;

	buf_char(&r->b, '{');
	number(r, KEY("schema"), RECORD_SCHEMA);
	write_time(r, &d->time);
	key(r, KEY("decision"));
	buf_char(&r->b, '"');
	buf_hex(&r->b, d->id);
	buf_char(&r->b, '"');
	word(r, KEY("outcome"), outcome_name(d->outcome));
	word(r, KEY("mode"), policy_enforces(d->policy) ? "enforce" : "warn");
	write_request(r, &d->intent);
	omitted = write_violations(r, d->verdict);
	if (omitted > 0)
		number(r, KEY("omitted"), omitted);
	if (d->error.len > 0)
		text(r, KEY("error"), d->error);
	write_policy(r, d->policy, d->verdict);
	number(r, KEY("micros"), d->micros);
	if (r->most_text < MOST_TEXT) {
		key(r, KEY("shortened"));
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
