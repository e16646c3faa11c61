/* record.c - one decision as one line of JSON. The order of the keys is part of the schema's
 * promise to readers. */
#include "record.h"

#include <inttypes.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/place.h"
#include "decide.h"
#include "policy/exception.h"
#include "policy/op.h"
#include "policy/policy.h"
#include "policy/rule.h"

/* A target or a value is recorded up to here; the rest is the caller's to repeat. */
enum { MOST_TEXT = 1024 };

static void key(struct buf *b, const char *name)
{
	buf_printf(b, "%s\"%s\":", b->ptr && b->ptr[b->len - 1] == '{' ? "" : ",", name);
}

static void text(struct buf *b, const char *name, struct slice value)
{
	if (value.len > MOST_TEXT)
		value.len = MOST_TEXT;
	key(b, name);
	buf_json(b, value);
}

static void write_time(struct buf *b, const struct timespec *time)
{
	struct tm tm;

	key(b, "time");
	if (!gmtime_r(&time->tv_sec, &tm))
		tm = (struct tm){ .tm_mday = 1, .tm_year = 70 };
	buf_printf(b, "\"%04d-%02d-%02dT%02d:%02d:%02d.%06ldZ\"", tm.tm_year + 1900, tm.tm_mon + 1,
		   tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, time->tv_nsec / 1000);
}

static void write_place(struct buf *b, const struct place *at)
{
	struct buf words = BUF(b->arena);
	struct slice place;

	place_write(at, &words);
	if (buf_done(&words, &place))
		b->failed = true;
	else
		text(b, "field", place);
}

static void write_violation(struct buf *b, const struct violation *v)
{
	buf_char(b, '{');
	text(b, "rule", slice_str(v->rule->id));
	if (v->rule->number)
		text(b, "number", slice_str(v->rule->number));
	write_place(b, v->at);
	text(b, "value", v->value);
	text(b, "action", slice_str(action_name(v->action)));
	if (v->exception)
		text(b, "exception", v->exception->name);
	buf_char(b, '}');
}

static void write_violations(struct buf *b, const struct verdict *verdict)
{
	const struct violation *v = verdict ? verdict_violations(verdict) : NULL;

	key(b, "violations");
	buf_char(b, '[');
	for (bool first = true; v; v = v->next, first = false) {
		if (!first)
			buf_char(b, ',');
		write_violation(b, v);
	}
	buf_char(b, ']');
}

static void write_request(struct buf *b, const struct intent *in)
{
	text(b, "user", in->caller.user);
	text(b, "authn", in->caller.authn);
	text(b, "method", in->method);
	text(b, "operation", slice_str(op_name(in->op)));
	if (in->api.given) {
		key(b, "api");
		buf_printf(b, "\"%u.%u\"", in->api.major, in->api.minor);
	}
	text(b, "target", in->target);
	if (in->container.image.value.len > 0)
		text(b, "image", in->container.image.value);
}

static void write_policy(struct buf *b, const struct policy *p)
{
	key(b, "policy");
	buf_char(b, '{');
	text(b, "name", policy_name(p));
	text(b, "sha256", slice_str(policy_digest(p)));
	key(b, "generation");
	buf_u64(b, policy_generation(p));
	buf_char(b, '}');
}

int record_write(const struct decision *d, struct arena *a, struct slice *ret)
{
	struct buf b = BUF(a);

	buf_char(&b, '{');
	write_time(&b, &d->time);
	key(&b, "decision");
	buf_printf(&b, "\"%" PRIx64 "\"", d->id);
	text(&b, "outcome", slice_str(outcome_name(d->outcome)));
	text(&b, "mode", policy_enforces(d->policy) ? SLICE("enforce") : SLICE("warn"));
	write_request(&b, &d->intent);
	write_violations(&b, d->verdict);
	if (d->error.len > 0)
		text(&b, "error", d->error);
	write_policy(&b, d->policy);
	key(&b, "micros");
	buf_u64(&b, d->micros);
	buf_add(&b, SLICE("}\n"));
	return buf_done(&b, ret);
}
