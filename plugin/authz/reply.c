/*
 * reply.c - a denial is read by a person at two in the morning: what was denied, by which policy,
 * every field that is wrong and what to type instead.
 */
#include "authz/reply.h"

#include <inttypes.h>

#include "authz/decide.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/json-writer.h"
#include "base/place.h"
#include "policy/op.h"
#include "policy/policy.h"
#include "policy/rule.h"
#include "redact/redact.h"

/* A value or a reason is quoted up to here; a command line of a megabyte helps nobody. */
enum { MOST_TEXT = 600 };

static void write_text(struct slice text, struct buf *b)
{
	if (redact_text(text, b->arena, &text))
		b->failed = true;
	else
		buf_plain(b, text, MOST_TEXT);
}

/* Keys of maps are the caller's own. */
static void write_place(const struct place *at, struct buf *b)
{
	struct buf text = BUF(b->arena);
	struct slice place;

	place_write(at, &text);
	if (buf_done(&text, &place))
		b->failed = true;
	else
		write_text(place, b);
}

/* A column of a table: at least so wide, and a blank behind it. */
static void column(struct buf *b, const char *text, size_t width)
{
	struct slice s = slice_str(text);

	buf_add(b, s);
	for (size_t i = s.len; i < width; i++)
		buf_char(b, ' ');
	buf_char(b, ' ');
}

static void write_violation(const struct violation *v, enum edition edition, struct buf *b)
{
	const char *number = edition_number(edition, v->rule);

	buf_add(b, SLICE("\n  "));
	column(b, number ? number : "-", 5);
	column(b, v->rule->id, 18);
	write_place(v->at, b);
	buf_char(b, ' ');
	write_text(v->text, b);
	if (v->near.len > 0) {
		buf_add(b, SLICE("\n        "));
		write_text(v->near, b);
	}
}

/* The first violation that was denied is the one to look up; a warning does not stop anybody. */
static const struct rule *worst_rule(const struct verdict *verdict)
{
	const struct violation *v = verdict_violations(verdict);

	while (v && !violation_denies(v))
		v = v->next;
	return v ? v->rule : NULL;
}

static void write_violations(const struct decision *d, struct buf *b)
{
	unsigned kept = 0;

	for (const struct violation *v = verdict_violations(d->verdict); v; v = v->next, kept++) {
		if (violation_denies(v))
			write_violation(v, policy_edition(d->policy), b);
	}
	if (verdict_count(d->verdict) > kept)
		buf_printf(b, "\n  and %u more", verdict_count(d->verdict) - kept);
}

/* The command that the options which rules name belong to; NULL where there is none. */
static const char *command_of(enum op op)
{
	if (op == OP_CONTAINER_CREATE)
		return "docker run";
	return op == OP_EXEC_CREATE ? "docker exec" : NULL;
}

/* One objection that no option settles would make the line a lie. */
static bool can_be_settled(const struct verdict *verdict)
{
	unsigned kept = 0;

	for (const struct violation *v = verdict_violations(verdict); v; v = v->next, kept++) {
		if (violation_denies(v) && v->drop.len == 0 && v->add.len == 0)
			return false;
	}
	return verdict_count(verdict) == kept;
}

enum side { DROP, ADD };

static struct slice option_of(const struct violation *v, enum side side)
{
	if (!violation_denies(v))
		return SLICE("");
	return side == DROP ? v->drop : v->add;
}

/* Two rules may want the same option gone: a mount of /run is one of the socket too. */
static bool said_before(const struct verdict *verdict, const struct violation *until,
			enum side side)
{
	const struct violation *v = verdict_violations(verdict);

	while (v != until && !slice_eq(option_of(v, side), option_of(until, side)))
		v = v->next;
	return v != until;
}

static bool write_options(const struct verdict *verdict, enum side side, const char *lead,
			  const char *between, struct buf *b)
{
	bool any = false;

	for (const struct violation *v = verdict_violations(verdict); v; v = v->next) {
		struct slice option = option_of(v, side);

		if (option.len == 0 || said_before(verdict, v, side))
			continue;
		buf_add(b, slice_str(any ? between : lead));
		write_text(option, b);
		any = true;
	}
	return any;
}

/* The one line to take away: what to type so that this very call passes. */
static void write_way_out(const struct decision *d, struct buf *b)
{
	const char *command = command_of(d->intent.op);
	bool dropped;

	if (!command || !can_be_settled(d->verdict))
		return;
	buf_printf(b, "\n  try: %s", command);
	dropped = write_options(d->verdict, DROP, " without ", ", ", b);
	write_options(d->verdict, ADD, dropped ? "; with " : " with ", " ", b);
}

/* Where to go from here. Whoever calls over TLS is seldom on this host, where `explain` is. */
static void write_end(const struct decision *d, const struct rule *rule, struct buf *b)
{
	struct slice contact = policy_contact(d->policy);
	bool elsewhere = d->intent.caller.authn.len > 0;
	/* `explain` knows the numbers of the first edition, and every name. */
	bool number = rule && rule->number && policy_edition(d->policy) == EDITION_1_11_0;

	buf_printf(b, "\ndecision %" PRIx64, d->id);
	if (rule && !(elsewhere && contact.len > 0))
		buf_printf(b, "; more: cis-authz explain %s", number ? rule->number : rule->id);
	if (contact.len > 0) {
		buf_add(b, SLICE("\ncontact: "));
		buf_plain(b, contact, MOST_TEXT);
	}
}

static void write_message(const struct decision *d, struct buf *b)
{
	const struct rule *rule = d->verdict ? worst_rule(d->verdict) : NULL;
	struct slice scope = d->verdict ? verdict_scope(d->verdict) : SLICE("");

	buf_printf(b, "policy %.*s%s%.*s%s denies %s:", SLICE_ARG(policy_name(d->policy)),
		   scope.len > 0 ? ", scope " : "", SLICE_ARG(scope), scope.len > 0 ? "," : "",
		   op_name(d->intent.op));
	if (d->verdict) {
		write_violations(d, b);
		write_way_out(d, b);
	} else {
		buf_add(b, SLICE("\n  the call "));
		write_text(d->error, b);
	}
	write_end(d, rule, b);
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
		json_write_object(&b);
		json_write_key(&b, JSON_NAME("Allow"));
		json_write_bool(&b, false);
		json_write_key(&b, JSON_NAME("Msg"));
		json_write_string(&b, message);
		json_write_object_end(&b);
		if (buf_done(&b, &reply) == 0)
			return reply;
	}
	return SLICE(
		"{\"Allow\":false,\"Msg\":\"the request needs more memory than one request may "
		"take\"}");
}
