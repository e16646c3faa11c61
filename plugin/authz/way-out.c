#include "authz/way-out.h"

#include "authz/decide.h"
#include "authz/typing.h"
#include "base/arena.h"
#include "base/buf.h"
#include "policy/rule.h"

static bool can_be_typed(const struct violation *v, enum tongue tongue)
{
	bool any = false;

	for (const struct remedy *r = v->remedies; r; r = r->next) {
		/* What stands in a service already, the new value replaces. */
		if (tongue == TONGUE_UPDATE && !r->give && r->next && r->next->give)
			continue;
		if (!typing_can(r, tongue))
			return false;
		any = true;
	}
	return any;
}

/* The objection's own remedies that give, or that take away: "--read-only --tmpfs /tmp". */
static bool write_side(const struct violation *v, bool give, enum tongue tongue, const char *lead,
		       struct buf *b)
{
	const char *between = give && tongue < TONGUE_COMPOSE ? " " : " and ";
	bool any = false;

	for (const struct remedy *r = v->remedies; r; r = r->next) {
		if (r->give != give)
			continue;
		buf_add(b, slice_str(any ? between : lead));
		typing_write(&r, 1, tongue, b);
		any = true;
	}
	return any;
}

/* One option with another value: "Make it --memory 256m". */
static bool is_new_value(const struct violation *v)
{
	const struct remedy *first = v->remedies, *second = first->next;

	return second && !second->next && !first->give && second->give &&
	       first->setting == second->setting && first->value.len == 0;
}

static void write_sentence(const struct violation *v, enum tongue tongue, struct buf *b)
{
	bool gives = false, takes = false;

	for (const struct remedy *r = v->remedies; r; r = r->next)
		*(r->give ? &gives : &takes) = true;
	if (is_new_value(v)) {
		write_side(v, true, tongue, " Make it ", b);
	} else {
		if (takes)
			write_side(v, false, tongue, gives ? " Replace " : " Remove ", b);
		if (gives)
			write_side(v, true, tongue, takes ? " by " : " Add ", b);
	}
	buf_char(b, '.');
}

static void write_no_words(enum tongue tongue, struct buf *b)
{
	switch (tongue) {
	case TONGUE_SERVICE:
	case TONGUE_RUN:
		buf_add(b, SLICE(" The docker command has no option for it."));
		break;
	case TONGUE_UPDATE:
		buf_add(b, SLICE(" Leave it out, or make the service anew without it."));
		break;
	case TONGUE_COMPOSE:
	case TONGUE_STACK:
		buf_add(b, SLICE(" The file has no key for it."));
		break;
	}
}

void way_out_of(const struct violation *v, enum tongue tongue, struct buf *b)
{
	if (v->remedies && can_be_typed(v, tongue))
		write_sentence(v, tongue, b);
	else if (v->remedies)
		write_no_words(tongue, b);
	if (v->hint) {
		buf_char(b, ' ');
		buf_add(b, slice_str(v->hint));
	}
	if (v->opens) {
		buf_add(b, SLICE(" (policy: "));
		buf_add(b, slice_str(v->rule->id));
		buf_char(b, ' ');
		buf_add(b, slice_str(v->opens->name));
		buf_char(b, ')');
	}
}

/* Four for each violation that a verdict keeps, and no rule gives more. */
enum { REMEDIES_MOST = 256 };

/* All that is to be typed, on one side. */
struct side {
	const struct remedy *items[REMEDIES_MOST];
	size_t count;
};

static bool same(const struct remedy *a, const struct remedy *b)
{
	return a->setting == b->setting && slice_eq(a->value, b->value) &&
	       slice_eq(a->second, b->second);
}

/* Two rules may want the same: a mount of /run is one of the socket too. */
static void keep(const struct remedy *r, struct side *s)
{
	for (size_t i = 0; i < s->count; i++) {
		if (same(s->items[i], r))
			return;
	}
	if (s->count < REMEDIES_MOST)
		s->items[s->count++] = r;
}

static bool takes(const struct violation *v, const struct remedy *what)
{
	for (const struct remedy *r = v->remedies; r; r = r->next) {
		if (!r->give && same(r, what))
			return true;
	}
	return false;
}

static bool gives(const struct violation *v)
{
	const struct remedy *r = v->remedies;

	while (r && !r->give)
		r = r->next;
	return r != NULL;
}

/*
 * `v` would replace what another objection wants gone altogether, or what a later one replaces too:
 * what it gives must not come back.
 */
static bool is_overruled(const struct verdict *verdict, const struct violation *v)
{
	bool behind = false;

	for (const struct violation *w = verdict_violations(verdict); w; w = w->next) {
		if (w == v) {
			behind = true;
			continue;
		}
		if (!violation_denies(w) || (!behind && gives(w)))
			continue;
		for (const struct remedy *r = v->remedies; r; r = r->next) {
			if (!r->give && takes(w, r))
				return true;
		}
	}
	return false;
}

/* An image ends the options, as it does on a command line. */
static void put_image_last(struct side *s)
{
	for (size_t i = 0; i + 1 < s->count; i++) {
		const struct remedy *r = s->items[i];

		if (r->setting != SETTING_IMAGE)
			continue;
		s->items[i] = s->items[i + 1];
		s->items[i + 1] = r;
	}
}

static void collect(const struct decision *d, struct side *out, struct side *in)
{
	enum tongue tongue = d->asker.tongue;

	for (const struct violation *v = verdict_violations(d->verdict); v; v = v->next) {
		bool overruled;

		if (!violation_denies(v) || !can_be_typed(v, tongue))
			continue;
		overruled = is_overruled(d->verdict, v);
		for (const struct remedy *r = v->remedies; r; r = r->next) {
			if (r->give && !overruled)
				keep(r, in);
			else if (!r->give && typing_can(r, tongue))
				keep(r, out);
		}
	}
	put_image_last(in);
}

/* Whether an earlier one has been written together with it. */
static bool is_joined(const struct side *s, size_t i, enum tongue tongue)
{
	for (size_t j = 0; j < i; j++) {
		if (typing_joins(s->items[j], s->items[i], tongue))
			return true;
	}
	return false;
}

/* Items of one list are written where the first of them stands. */
static void write_all(const struct side *s, enum tongue tongue, const char *lead,
		      const char *between, struct buf *b)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct remedy *joined[REMEDIES_MOST];
		size_t count = 0;

		if (is_joined(s, i, tongue))
			continue;
		joined[count++] = s->items[i];
		for (size_t j = i + 1; j < s->count; j++) {
			if (typing_joins(s->items[i], s->items[j], tongue))
				joined[count++] = s->items[j];
		}
		buf_add(b, slice_str(lead));
		typing_write(joined, count, tongue, b);
		lead = between;
	}
}

/* The rules that nothing typed settles, each once. */
static bool write_unsettled(const struct decision *d, struct buf *b)
{
	const struct rule *last = NULL;
	bool file = d->asker.tongue == TONGUE_COMPOSE || d->asker.tongue == TONGUE_STACK;

	for (const struct violation *v = verdict_violations(d->verdict); v; v = v->next) {
		if (!violation_denies(v) || can_be_typed(v, d->asker.tongue) || v->rule == last)
			continue;
		if (!last)
			buf_add(b, file ? SLICE("no key settles ") : SLICE("no option settles "));
		else
			buf_add(b, SLICE(", "));
		buf_add(b, slice_str(v->rule->id));
		last = v->rule;
	}
	return last != NULL;
}

void way_out_of_all(const struct decision *d, struct buf *b)
{
	const char *into = typing_into(d->intent.op, d->asker.tongue);
	struct side out, in;
	unsigned kept = 0;

	for (const struct violation *v = verdict_violations(d->verdict); v; v = v->next)
		kept++;
	/* What was not kept may need more. */
	if (!into || kept < verdict_count(d->verdict))
		return;
	out.count = in.count = 0;
	collect(d, &out, &in);
	if (out.count == 0 && in.count == 0)
		return;
	if (write_unsettled(d, b))
		buf_printf(b, "; for the others: %s", into);
	else
		buf_printf(b, "try: %s", into);
	write_all(&out, d->asker.tongue, " without ", ", ", b);
	write_all(&in, d->asker.tongue, out.count > 0 ? "; with " : " with ",
		  d->asker.tongue < TONGUE_COMPOSE ? " " : ", ", b);
}
