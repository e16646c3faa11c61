/*
 * reply.c - a denial is read by a person at two in the morning: what was denied, by which policy,
 * every field that is wrong and what to type instead.
 */
#include "authz/reply.h"

#include <inttypes.h>

#include "authz/decide.h"
#include "authz/way-out.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/json-writer.h"
#include "base/place.h"
#include "base/wrap.h"
#include "policy/op.h"
#include "policy/policy.h"
#include "policy/rule.h"
#include "redact/redact.h"

/* A value or a reason is quoted up to here; a command line of a megabyte helps nobody. */
enum { MOST_TEXT = 600, MOST_NAME = 64 };

/* Where the text of an objection begins, and where its further lines do. */
enum { ID_WIDTH = 18, TEXT_COLUMN = 27, TEXT_INDENT = 8, TRY_COLUMN = 2, TRY_INDENT = 7 };

static void write_text_most(struct slice text, size_t most, struct buf *b)
{
	if (redact_text(text, b->arena, &text))
		b->failed = true;
	else
		buf_plain(b, text, most);
}

static void write_text(struct slice text, struct buf *b)
{
	write_text_most(text, MOST_TEXT, b);
}

static void next_line(size_t indent, struct buf *b)
{
	buf_char(b, '\n');
	while (indent-- > 0)
		buf_char(b, ' ');
}

/* Without blanks that nobody sees. */
static void end_line(struct buf *b)
{
	while (b->len > 0 && b->ptr[b->len - 1] == ' ')
		b->len--;
}

/* What was written into `from`, in lines of whole words. */
static void fill(struct buf *from, size_t column, size_t indent, struct buf *b)
{
	struct slice text;

	if (buf_done(from, &text)) {
		b->failed = true;
		return;
	}
	if (wrap_fits(text, WRAP_WIDTH - column))
		buf_add(b, wrap_line(&text, WRAP_WIDTH - column));
	else /* the first word is too long, and begins the next line */
		end_line(b);
	while (text.len > 0) {
		next_line(indent, b);
		buf_add(b, wrap_line(&text, WRAP_WIDTH - indent));
	}
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

static void write_violation(const struct violation *v, const struct decision *d, struct buf *b)
{
	const char *number = edition_number(policy_edition(d->policy), v->rule);
	size_t id = slice_str(v->rule->id).len;
	struct buf text = BUF(b->arena);

	buf_add(b, SLICE("\n  "));
	column(b, number ? number : "-", 5);
	column(b, v->rule->id, ID_WIDTH);
	write_place(v->at, &text);
	buf_char(&text, ' ');
	write_text(v->text, &text);
	way_out_of(v, d->asker.tongue, &text);
	fill(&text, TEXT_COLUMN + (id > ID_WIDTH ? id - ID_WIDTH : 0), TEXT_INDENT, b);
	if (v->near.len > 0) {
		struct buf near = BUF(b->arena);

		write_text(v->near, &near);
		next_line(TEXT_INDENT, b);
		fill(&near, TEXT_INDENT, TEXT_INDENT, b);
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
			write_violation(v, d, b);
	}
	if (verdict_count(d->verdict) > kept)
		buf_printf(b, "\n  and %u more", verdict_count(d->verdict) - kept);
}

static void write_way_out(const struct decision *d, struct buf *b)
{
	struct buf text = BUF(b->arena);

	way_out_of_all(d, &text);
	if (text.len == 0 && !text.failed)
		return;
	next_line(TRY_COLUMN, b);
	fill(&text, TRY_COLUMN, TRY_INDENT, b);
}

/*
 * The caller's own word for what is denied: tools that show one line alone show this. A quote in it
 * would end it, and what follows would be taken for ours.
 */
static void write_name(struct slice name, struct buf *b)
{
	struct buf text = BUF(b->arena);
	struct slice part;

	if (name.len == 0)
		return;
	buf_add(b, SLICE(" of \""));
	write_text_most(name, MOST_NAME, &text);
	if (buf_done(&text, &name))
		b->failed = true;
	while (slice_cut(name, '"', &part, &name)) {
		buf_add(b, part);
		buf_add(b, SLICE("\\x22"));
	}
	buf_add(b, part);
	buf_char(b, '"');
}

static void write_heading(const struct decision *d, struct buf *b)
{
	struct slice scope = d->verdict ? verdict_scope(d->verdict) : SLICE("");

	buf_printf(b, "policy %.*s", SLICE_ARG(policy_name(d->policy)));
	if (scope.len > 0)
		buf_printf(b, ", scope %.*s,", SLICE_ARG(scope));
	buf_printf(b, " denies %s", op_name(d->intent.op));
	write_name(d->asker.name, b);
	buf_char(b, ':');
}

static void write_error(struct slice error, struct buf *b)
{
	struct buf text = BUF(b->arena);

	buf_add(&text, SLICE("the call "));
	write_text(error, &text);
	next_line(TRY_COLUMN, b);
	fill(&text, TRY_COLUMN, TRY_COLUMN, b);
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

	write_heading(d, b);
	if (d->verdict) {
		write_violations(d, b);
		write_way_out(d, b);
	} else {
		write_error(d->error, b);
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
