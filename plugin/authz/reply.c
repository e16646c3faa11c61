/*
 * reply.c - a denial is read by a person at two in the morning: what was denied, by which policy,
 * every field that is wrong and what to type instead.
 */
#include "authz/reply.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/place.h"
#include "decide.h"
#include "policy/op.h"
#include "policy/policy.h"
#include "policy/rule.h"

/* A value or a reason is quoted up to here; a command line of a megabyte helps nobody. */
enum { MOST_TEXT = 600 };

static void write_violation(const struct violation *v, struct buf *b)
{
	buf_printf(b, "\n  %-5s %-18s ", v->rule->number ? v->rule->number : "-", v->rule->id);
	place_write(v->at, b);
	buf_char(b, ' ');
	buf_plain(b, v->text, MOST_TEXT);
}

/* The first violation that was denied is the one to look up; a warning does not stop anybody. */
static const struct rule *worst_rule(const struct verdict *verdict)
{
	const struct violation *v = verdict_violations(verdict);

	while (v && v->action != ACTION_DENY)
		v = v->next;
	return v ? v->rule : NULL;
}

static void write_violations(const struct decision *d, struct buf *b)
{
	unsigned kept = 0;

	for (const struct violation *v = verdict_violations(d->verdict); v; v = v->next, kept++) {
		if (v->action == ACTION_DENY)
			write_violation(v, b);
	}
	if (verdict_count(d->verdict) > kept)
		buf_printf(b, "\n  and %u more", verdict_count(d->verdict) - kept);
}

static void write_message(const struct decision *d, struct buf *b)
{
	const struct rule *rule = d->verdict ? worst_rule(d->verdict) : NULL;

	buf_printf(b, "policy %.*s denies %s:", SLICE_ARG(policy_name(d->policy)),
		   op_name(d->intent.op));
	if (d->verdict) {
		write_violations(d, b);
	} else {
		buf_add(b, SLICE("\n  the call "));
		buf_plain(b, d->error, MOST_TEXT);
	}
	buf_printf(b, "\ndecision %" PRIx64, d->id);
	if (rule)
		buf_printf(b, "; more: cis-authz explain %s",
			   rule->number ? rule->number : rule->id);
}

int reply_message(const struct decision *d, struct arena *a, struct slice *ret)
{
	struct buf b = BUF(a);

	write_message(d, &b);
	return buf_done(&b, ret);
}

struct slice reply_write(const struct decision *d, struct arena *a)
{
	struct slice message, reply;
	struct buf b = BUF(a);

	if (decision_allows(d))
		return SLICE("{\"Allow\":true}");
	if (reply_message(d, a, &message) == 0) {
		buf_add(&b, SLICE("{\"Allow\":false,\"Msg\":"));
		buf_json(&b, message);
		buf_char(&b, '}');
		if (buf_done(&b, &reply) == 0)
			return reply;
	}
	return SLICE(
		"{\"Allow\":false,\"Msg\":\"the request needs more memory than one request may "
		"take\"}");
}
