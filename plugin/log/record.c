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
#include "base/json-writer.h"
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

static void words(struct record *r, struct json_name name, struct slice value)
{
	json_write_key(&r->b, name);
	json_write_string(&r->b, value);
}

/* A word of our own, such as the name of a rule: nothing in it needs an escape. */
static void word(struct record *r, struct json_name name, const char *value)
{
	json_write_key(&r->b, name);
	json_write_plain(&r->b, slice_str(value));
}

/* What is hidden is hidden before the text is cut, where a secret may end. */
static void hidden(struct record *r, struct json_name name, struct slice value,
		   int (*hide)(struct slice, struct arena *, struct slice *))
{
	if (hide(value, r->b.arena, &value))
		r->b.failed = true;
	if (value.len > r->most_text)
		value.len = r->most_text;
	words(r, name, value);
}

static void text(struct record *r, struct json_name name, struct slice value)
{
	hidden(r, name, value, redact_text);
}

static void number(struct record *r, struct json_name name, uint64_t value)
{
	json_write_key(&r->b, name);
	json_write_number(&r->b, value);
}

static void write_time(struct record *r, const struct timespec *time)
{
	char text[CLOCK_TEXT];

	json_write_key(&r->b, JSON_NAME("time"));
	json_write_plain(&r->b, clock_text_micros(time, text));
}

static void write_place(struct record *r, const struct place *at)
{
	struct buf b = BUF(r->b.arena);
	struct slice place;

	place_write(at, &b);
	if (buf_done(&b, &place))
		r->b.failed = true;
	else
		text(r, JSON_NAME("field"), place);
}

static void write_violation(struct record *r, const struct violation *v)
{
	json_write_object(&r->b);
	word(r, JSON_NAME("rule"), v->rule->id);
	if (v->rule->number)
		word(r, JSON_NAME("number"), v->rule->number);
	write_place(r, v->at);
	text(r, JSON_NAME("value"), v->value);
	if (v->leads.len > 0)
		text(r, JSON_NAME("leads"), v->leads);
	if (v->read_only) {
		json_write_key(&r->b, JSON_NAME("read_only"));
		json_write_bool(&r->b, true);
	}
	word(r, JSON_NAME("action"), action_name(v->action));
	if (v->exception)
		words(r, JSON_NAME("exception"), v->exception->name);
	if (v->near.len > 0)
		text(r, JSON_NAME("near"), v->near);
	json_write_object_end(&r->b);
}

/* Returns how many there are beyond those written. */
static unsigned write_violations(struct record *r, const struct verdict *verdict)
{
	const struct violation *v = verdict ? verdict_violations(verdict) : NULL;
	unsigned written = 0;

	json_write_key(&r->b, JSON_NAME("violations"));
	json_write_array(&r->b);
	for (; v; v = v->next, written++) {
		size_t before = r->b.len;

		write_violation(r, v);
		if (r->b.len > r->most_bytes - REST) {
			r->b.len = before;
			break;
		}
	}
	json_write_array_end(&r->b);
	return verdict ? verdict_count(verdict) - written : 0;
}

static void write_request(struct record *r, const struct intent *in)
{
	text(r, JSON_NAME("user"), in->caller.user);
	text(r, JSON_NAME("authn"), in->caller.authn);
	text(r, JSON_NAME("method"), in->method);
	word(r, JSON_NAME("operation"), op_name(in->op));
	if (in->api.given) {
		json_write_key(&r->b, JSON_NAME("api"));
		buf_char(&r->b, '"');
		buf_u64(&r->b, in->api.major);
		buf_char(&r->b, '.');
		buf_u64(&r->b, in->api.minor);
		buf_char(&r->b, '"');
	}
	hidden(r, JSON_NAME("target"), in->target, redact_target);
	if (in->container.image.value.len > 0)
		text(r, JSON_NAME("image"), in->container.image.value);
	/* A name may be another image's when the container is made. */
	if (in->image.id.len > 0)
		text(r, JSON_NAME("image_id"), in->image.id);
}

static void write_policy(struct record *r, const struct policy *p, const struct verdict *v)
{
	json_write_key(&r->b, JSON_NAME("policy"));
	json_write_object(&r->b);
	words(r, JSON_NAME("name"), policy_name(p));
	word(r, JSON_NAME("sha256"), policy_digest(p));
	number(r, JSON_NAME("generation"), policy_generation(p));
	if (v && verdict_scope(v).len > 0)
		words(r, JSON_NAME("scope"), verdict_scope(v));
	json_write_object_end(&r->b);
}

static int write_record(struct record *r, const struct decision *d, struct slice *ret)
{
	unsigned omitted;

	json_write_object(&r->b);
	number(r, JSON_NAME("schema"), RECORD_SCHEMA);
	write_time(r, &d->time);
	json_write_key(&r->b, JSON_NAME("decision"));
	buf_char(&r->b, '"');
	buf_hex(&r->b, d->id);
	buf_char(&r->b, '"');
	word(r, JSON_NAME("outcome"), outcome_name(d->outcome));
	word(r, JSON_NAME("mode"), policy_enforces(d->policy) ? "enforce" : "warn");
	write_request(r, &d->intent);
	omitted = write_violations(r, d->verdict);
	if (omitted > 0)
		number(r, JSON_NAME("omitted"), omitted);
	if (d->error.len > 0)
		text(r, JSON_NAME("error"), d->error);
	write_policy(r, d->policy, d->verdict);
	number(r, JSON_NAME("micros"), d->micros);
	if (r->most_text < MOST_TEXT) {
		json_write_key(&r->b, JSON_NAME("shortened"));
		json_write_bool(&r->b, true);
	}
	json_write_object_end(&r->b);
	buf_char(&r->b, '\n');
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
