/*
 * exception-load.c - `exceptions:` from YAML.
 *
 * An exception is a hole that somebody answers for, so it must say whose it is and why, and one
 * that could never match is refused: its writer believes in a hole that is not there, or means
 * another.
 */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/number.h"
#include "load/draft.h"
#include "load/exception/exception-check.h"
#include "load/exception/exception-options.h"
#include "load/param.h"
#include "policy-internal.h"
#include "policy/key.h"
#include "when/exception.h"
#include "yaml/yaml-doc.h"

enum { DAY = 24 * 60 * 60, REASON_MOST = 500 };

static int complain(const struct layer *l, const struct yaml_node *n, const char *what)
{
	return diag_add(l->draft->diags, n->mark, "%s, not %s", what,
			yaml_words(n, l->draft->scratch));
}

static int read_name(const struct layer *l, const struct yaml_node *n, struct exception_draft *e)
{
	e->name = n;
	if (n->kind != YAML_SCALAR || !policy_is_name(n->text))
		return complain(l, n,
				"`name` of an exception must be 1 to 64 letters, digits, `-`, `_` "
				"and `.`, such as node-exporter");
	if (arena_printf(l->draft->policy->arena, &e->exception.at, "%s:%u", n->mark.file,
			 n->mark.line))
		return -ENOMEM;
	return arena_copy(l->draft->policy->arena, n->text, &e->exception.name);
}

static int read_rule(const struct layer *l, const struct yaml_node *n, struct exception_draft *e)
{
	const struct rule *rule = draft_rule(l, n);
	const struct final_rule *final;

	if (!rule)
		return BAD_INPUT;
	if (rule->always)
		return diag_add(l->draft->diags, n->mark,
				"`%s` has no exceptions: what cannot be read cannot be known to be "
				"what the exception is for",
				rule->id);
	final = draft_final(l->draft, l, rule);
	if (final) {
		diag_add(l->draft->diags, n->mark,
			 "`%s` has no exceptions here: the profile has it final; put the exception "
			 "into the profile",
			 rule->id);
		diag_note(l->draft->diags, final->key->mark, "final here");
		return BAD_INPUT;
	}
	if (bit_set_has(&e->exception.rules, rules_index(rule)))
		return diag_add(l->draft->diags, n->mark,
				"`%s` stands twice in `rules` of this exception; keep one of them",
				rule->id);
	bit_set_add(&e->exception.rules, rules_index(rule));
	return 0;
}

static int read_rules(const struct layer *l, const struct yaml_node *n, struct exception_draft *e)
{
	int bad = 0;

	e->rules = n;
	if (n->kind != YAML_LIST || n->count == 0)
		return complain(
			l, n,
			"`rules` of an exception must be a list of one or more rules, such as "
			"[host-pid, sensitive-mounts]");
	for (const struct yaml_node *word = n->first; word; word = word->next)
		bad |= read_rule(l, word, e);
	return bad;
}

static int read_when(const struct layer *l, const struct yaml_node *n, struct exception_draft *e)
{
	int err = draft_read_when(l, n, &e->when);

	e->exception.when = e->when.when;
	return err;
}

/* An item of `values` while it is read, and whose it is. */
struct value_draft {
	struct exception_draft *exception;
	struct exception_value *value;
};

/* The rule that a value is for; those of the exception have been read. */
static int read_value_rule(const struct layer *l, const struct yaml_node *n, struct value_draft *v)
{
	v->value->rule = draft_rule(l, n);
	if (!v->value->rule)
		return BAD_INPUT;
	if (bit_set_has(&v->exception->exception.rules, rules_index(v->value->rule)))
		return 0;
	return diag_add(l->draft->diags, n->mark,
			"`%s` is none of the `rules` of this exception, so the value can never "
			"match; add it there, or leave `rule` out",
			v->value->rule->id);
}

static int read_glob(const struct layer *l, const struct yaml_node *n, struct value_draft *v)
{
	struct draft *d = l->draft;

	if (n->kind != YAML_SCALAR || (n->plain && n->text.len == 0))
		return diag_add(d->diags, n->mark,
				"`values` must list words, or mappings such as { value: /proc, "
				"read_only: true }, not %s",
				yaml_words(n, d->scratch));
	if (draft_refuse_bang(l, n, "values") || check_user_glob(n->text, n, d->diags))
		return BAD_INPUT;
	return arena_copy(d->policy->arena, n->text, &v->value->glob);
}

static int read_read_only(const struct layer *l, const struct yaml_node *n, struct value_draft *v)
{
	struct draft *d = l->draft;

	v->value->read_only = yaml_plain(n) && slice_eq(n->text, SLICE("true"));
	if (v->value->read_only)
		v->exception->read_only = n;
	else if (!yaml_plain(n) || !slice_eq(n->text, SLICE("false")))
		return diag_add(d->diags, n->mark,
				"`read_only` must be true or false, without quotes, not %s",
				yaml_words(n, d->scratch));
	return 0;
}

static int read_value_key(const struct layer *l, unsigned key, const struct yaml_node *n, void *ret)
{
	switch ((enum key_of_VALUE_ITEM) key) {
	case KEY_VALUE_ITEM_value:
		return read_glob(l, n, ret);
	case KEY_VALUE_ITEM_read_only:
		return read_read_only(l, n, ret);
	case KEY_VALUE_ITEM_rule:
		return read_value_rule(l, n, ret);
	}
	return 0;
}

static const char *need_in_value(unsigned key)
{
	return key == KEY_VALUE_ITEM_value ? "an item of `values` needs a `value`" : NULL;
}

/* A value, or a mapping of it, `read_only` and `rule`. */
static int read_value(const struct layer *l, const struct yaml_node *n, struct value_draft *v)
{
	static const struct key_reader reader = { KEYS_VALUE_ITEM, "an item of `values`",
						  read_value_key, need_in_value };

	return n->kind == YAML_MAP ? draft_read_keys(l, n, &reader, v) : read_glob(l, n, v);
}

static int read_values(const struct layer *l, const struct yaml_node *n, struct exception_draft *e)
{
	struct exception_value *items;
	size_t count = 0;
	int bad = 0;

	e->values = n;
	if (n->kind != YAML_LIST || n->count == 0)
		return complain(
			l, n,
			"`values` must be a list of one or more values as denials quote them, "
			"such as [/proc, /sys]");
	items = arena_alloc(l->draft->policy->arena, n->count, sizeof(*items));
	if (!items)
		return -ENOMEM;
	for (const struct yaml_node *item = n->first; item; item = item->next) {
		struct value_draft v = { e, &items[count++] };
		int err = read_value(l, item, &v);

		if (err < 0)
			return err;
		bad |= err;
	}
	e->exception.values = (struct exception_values){ items, count };
	return bad;
}

static int read_text(const struct layer *l, const struct yaml_node *n, const char *what,
		     struct slice *ret)
{
	if (n->kind != YAML_SCALAR || slice_trim(n->text).len == 0 || n->text.len > REASON_MOST)
		return complain(l, n, what);
	return arena_copy(l->draft->policy->arena, n->text, ret);
}

static int read_reason(const struct layer *l, const struct yaml_node *n, struct exception_draft *e)
{
	return read_text(l, n,
			 "`reason` must be a text of at most 500 characters, such as SEC-142, host "
			 "metrics",
			 &e->exception.reason);
}

static int read_owner(const struct layer *l, const struct yaml_node *n, struct exception_draft *e)
{
	return read_text(l, n,
			 "`owner` must say who answers for it, in at most 500 characters, such as "
			 "monitoring@example.com",
			 &e->exception.owner);
}

/* YYYY-MM-DD, of a day that the calendar has. */
static bool read_day(struct slice text, int64_t *ret)
{
	struct tm day = { 0 }, same;
	struct slice part[3];
	uint64_t number[3];
	time_t at;

	if (text.len != 10 || !slice_cut(text, '-', &part[0], &text) ||
	    !slice_cut(text, '-', &part[1], &part[2]) || part[0].len != 4 || part[1].len != 2)
		return false;
	for (size_t i = 0; i < 3; i++) {
		if (!number_u64(part[i], &number[i]))
			return false;
	}
	if (number[0] < 1970)
		return false;
	day.tm_year = (int) number[0] - 1900;
	day.tm_mon = (int) number[1] - 1;
	day.tm_mday = (int) number[2];
	same = day;
	at = timegm(&same);
	*ret = at;
	return same.tm_mon == day.tm_mon && same.tm_mday == day.tm_mday;
}

/* 30, 30d, 4 weeks, P30D, +90d */
static bool is_duration(struct slice text)
{
	static const char *const units[] = {
		"",  "d",  "day",   "days",   "w",  "week", "weeks",
		"m", "y",  "month", "months", "h",  "hour", "hours",
		"s", "yr", "year",  "years",  "mo", "min",  "minutes"
	};
	size_t digits = 0;

	if (slice_starts(text, SLICE("P")) || slice_starts(text, SLICE("+")))
		text = slice_from(text, 1);
	while (digits < text.len && text.ptr[digits] >= '0' && text.ptr[digits] <= '9')
		digits++;
	text = slice_trim(slice_from(text, digits));
	for (size_t i = 0; digits > 0 && digits < 6 && i < COUNT_OF(units); i++) {
		if (slice_eq_nocase(text, slice_str(units[i])))
			return true;
	}
	return false;
}

static int read_expires(const struct layer *l, const struct yaml_node *n, struct exception_draft *e)
{
	int64_t day;

	e->expires = n;
	if (n->kind == YAML_SCALAR && slice_eq(n->text, SLICE("never")))
		return 0;
	if (n->kind == YAML_SCALAR && is_duration(n->text))
		return diag_add(
			l->draft->diags, n->mark,
			"`expires` must be a day of the calendar, not a number of days: "
			"nothing says when they began; `date -d '+30 days' +%%F` prints the "
			"day in 30 days");
	if (n->kind != YAML_SCALAR || !read_day(n->text, &day))
		return complain(
			l, n,
			"`expires` must be a day of the calendar, such as 2027-03-31, or never");
	e->exception.expires = day + DAY;
	return 0;
}

static int keep(struct draft *d, const struct exception_draft *e)
{
	return ARENA_APPEND(d->scratch, d->exceptions, d->exception_count, *e);
}

static int read_key(const struct layer *l, unsigned key, const struct yaml_node *n, void *ret)
{
	struct exception_draft *e = ret;

	switch ((enum key_of_EXCEPTION) key) {
	case KEY_EXCEPTION_name:
		return read_name(l, n, e);
	case KEY_EXCEPTION_rules:
		return read_rules(l, n, e);
	case KEY_EXCEPTION_options:
		return exception_read_options(l, n, e);
	case KEY_EXCEPTION_when:
		return read_when(l, n, e);
	case KEY_EXCEPTION_values:
		return read_values(l, n, e);
	case KEY_EXCEPTION_reason:
		return read_reason(l, n, e);
	case KEY_EXCEPTION_owner:
		return read_owner(l, n, e);
	case KEY_EXCEPTION_expires:
		return read_expires(l, n, e);
	}
	return 0;
}

static const char *need(unsigned key)
{
	switch ((enum key_of_EXCEPTION) key) {
	case KEY_EXCEPTION_name:
		return "an exception needs a `name`, which decision records tell it by";
	case KEY_EXCEPTION_when:
		return "an exception needs `when`, the requests that it is for, by user, image, "
		       "container, operation or host";
	case KEY_EXCEPTION_reason:
		return "an exception needs a `reason`, such as a ticket";
	case KEY_EXCEPTION_owner:
		return "an exception needs an `owner` who answers for it";
	case KEY_EXCEPTION_rules:
	case KEY_EXCEPTION_options:
	case KEY_EXCEPTION_values:
	case KEY_EXCEPTION_expires:
		break;
	}
	return NULL;
}

/* Its keys may each be missing, and it is none without the one or the other. */
static int check_given(const struct layer *l, const struct yaml_node *n,
		       const struct exception_draft *e)
{
	if (!e->rules && !e->options)
		return diag_add(l->draft->diags, n->mark,
				"an exception needs `rules`, the ones that it is a way past, or "
				"`options`, by which they judge in place of their own");
	if (!e->rules && e->values)
		return diag_add(l->draft->diags, e->values->key->mark,
				"`values` has no effect: it is for what `rules` of the exception "
				"find, and this one has none; leave it out, or name a rule there");
	return 0;
}

static int read_exception(const struct layer *l, const struct yaml_node *n)
{
	static const struct key_reader reader = { KEYS_EXCEPTION, "an exception", read_key, need };
	struct exception_draft e = { .exception.expires = EXCEPTION_NEVER, .layer = l };
	int bad;

	if (n->kind != YAML_MAP)
		return complain(
			l, n,
			"an exception must be a mapping of name, rules, when, reason and owner");
	bad = draft_read_keys(l, n, &reader, &e);
	if (bad >= 0)
		bad |= check_given(l, n, &e);
	if (bad == 0)
		bad = exception_check_reach(l->draft, &e) | exception_check_read_only(l->draft, &e);
	if (bad == 0)
		bad = exception_check_values(l->draft, &e);
	return bad ? bad : keep(l->draft, &e);
}

int draft_read_exceptions(struct layer *l, const struct yaml_node *n)
{
	if (n->kind != YAML_LIST)
		return complain(
			l, n,
			"`exceptions` must be a list of mappings, each begun by `- name: ...`");
	for (const struct yaml_node *item = n->first; item; item = item->next) {
		int err = read_exception(l, item);

		if (err < 0)
			return err;
	}
	return 0;
}

int draft_finish_exceptions(struct draft *d)
{
	struct exceptions *e = &d->policy->exceptions;
	struct exception *items = arena_alloc(d->policy->arena, d->exception_count, sizeof(*items));
	int err = exception_check_names(d);

	if (!items)
		return -ENOMEM;
	if (err)
		return err;
	for (size_t i = 0; i < d->exception_count; i++) {
		err = exception_check_options(d, &d->exceptions[i]);
		if (err == 0)
			err = exception_check_sense(d, &d->exceptions[i]);
		if (err)
			return err;
		if (!d->exceptions[i].when.elsewhere)
			items[e->count++] = d->exceptions[i].exception;
	}
	for (size_t i = 0; i < d->exception_count; i++) {
		if (d->exceptions[i].when.elsewhere)
			items[e->count + e->elsewhere++] = d->exceptions[i].exception;
	}
	e->items = items;
	return exceptions_index(e, d->policy->arena);
}
