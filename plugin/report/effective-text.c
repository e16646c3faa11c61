/*
 * effective-text.c - the effective policy as YAML: values as a policy spells them, and beside each,
 * as a comment, where it comes from.
 */
#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "policy/asked.h"
#include "policy/exception.h"
#include "policy/policy.h"
#include "policy/rule.h"
#include "report/effective.h"
#include "report/wrap.h"

enum {
	REMARK = 40 /* the column of remarks */,
	RULE = 2,
	OPTION = 4,
	OWN = 6,
	BRIEF = 24,
	DIGEST = 64,
	SHOWN = 12
};

static size_t hex_run(struct slice s)
{
	size_t len = 0;

	while (len < s.len && slice_find(SLICE("0123456789abcdef"), s.ptr[len]))
		len++;
	return len;
}

/* Of a digest twelve digits, as docker prints it: a whole one is wider than a screen. */
static struct slice shorten(struct effective *e, struct slice text)
{
	struct buf b = BUF(e->arena);

	while (text.len > 0) {
		size_t run = hex_run(text);

		buf_add(&b, (struct slice){ text.ptr, run < DIGEST ? run : SHOWN });
		buf_add(&b, run < DIGEST ? SLICE("") : SLICE("..."));
		text = slice_from(text, run);
		if (text.len > 0)
			buf_char(&b, text.ptr[0]);
		text = slice_from(text, 1);
	}
	return effective_done(e, &b);
}

__attribute__((format(printf, 3, 4))) static void comment(struct effective *e, int indent,
							  const char *fmt, ...)
{
	struct slice text;
	va_list args;

	va_start(args, fmt);
	if (arena_vprintf(e->arena, &text, fmt, args) == 0)
		wrap_comment(stdout, indent, shorten(e, text));
	else
		e->failed = true;
	va_end(args);
}

static void add_mark(struct buf *b, struct mark at)
{
	if (at.line > 0)
		buf_printf(b, "%s:%u", at.file, at.line);
	else
		buf_add(b, SLICE("default"));
}

static struct slice mark_words(struct effective *e, struct mark at)
{
	struct buf b = BUF(e->arena);

	add_mark(&b, at);
	return effective_done(e, &b);
}

/* What stands behind a setting. */
struct remark {
	const char *number;   /* the rule's, where it does not stand above */
	struct mark at;       /* where the setting comes from */
	struct slice profile; /* what the profile has there; empty where that is the same */
};

/* The column behind "max: 8g". */
static int print_value(int indent, const char *name, struct slice value)
{
	int column = printf("%*s%s:", indent, "", name);

	if (value.len == 0)
		return column;
	putchar(' ');
	return wrap_words(stdout, column + 1, indent + 2, "", value);
}

/*
 * At its column, nearer where it is long, on a line of its own where it would be too long even so.
 * The column behind it.
 */
static int print_remark(int column, struct slice words)
{
	int most = WIDTH - (int) words.len - 3; /* where it may begin */
	int begin = most < REMARK ? most : REMARK;

	if (column > most) {
		putchar('\n');
		column = 0;
		begin = most < OWN ? 0 : OWN;
	}
	return column +
	       printf("%*s # %.*s", begin > column ? begin - column : 0, "", SLICE_ARG(words));
}

static void print_setting(struct effective *e, int indent, const char *name, struct slice value,
			  const struct remark *r)
{
	struct buf where = BUF(e->arena), profile = BUF(e->arena);
	struct slice words;
	int column;

	buf_printf(&where, "%s%s", r->number, r->number[0] ? ", " : "");
	add_mark(&where, r->at);
	buf_printf(&profile, "%s: %.*s", e->sources->profile, SLICE_ARG(r->profile));
	words = effective_done(e, &where);
	column = print_remark(print_value(indent, name, value), words);
	words = effective_done(e, &profile);
	if (r->profile.len > 0 && r->profile.len <= BRIEF) {
		bool fits = column + 2 + (int) words.len <= WIDTH;

		if (fits)
			printf("; %.*s", SLICE_ARG(words));
		else
			printf("\n%*s # %.*s", REMARK, "", SLICE_ARG(words));
	}
	putchar('\n');
}

static void print_action(struct effective *e, int indent, const char *name, size_t i,
			 const char *number)
{
	enum action action = effective_setting(e, i)->action;
	enum action before = policy_setting(e->profile, i)->action;
	struct slice profile = slice_str(action_name(before));

	print_setting(e, indent, name, slice_str(action_name(action)),
		      &(struct remark){ number, effective_source(e, i)->action,
					action == before ? SLICE("") : profile });
}

static void print_options(struct effective *e, size_t i)
{
	const struct rule_setting *setting = effective_setting(e, i);
	const struct rule_setting *before = policy_setting(e->profile, i);
	const struct rule_source *source = effective_source(e, i);
	const struct param *params = rules_at(i)->params;

	for (size_t k = 0; params && params[k].kind != PARAM_END; k++) {
		const struct param *p = &params[k];
		struct slice there = SLICE("");

		if (source->options[k].line == 0)
			continue;
		if (!effective_same(e, p, setting, before))
			there = effective_value(e, p, before);
		print_setting(e, OPTION, p->name, effective_value(e, p, setting),
			      &(struct remark){ "", source->options[k], there });
	}
}

static bool has_options(struct effective *e, size_t i)
{
	const struct rule_source *source = effective_source(e, i);
	const struct param *params = rules_at(i)->params;

	if (effective_setting(e, i)->action == ACTION_OFF)
		return false;
	for (size_t k = 0; params && params[k].kind != PARAM_END; k++) {
		if (source->options[k].line > 0)
			return true;
	}
	return source->final.line > 0;
}

/* "max: 4g (site.yaml:12)", behind others with a comma. */
static void add_with_mark(struct buf *b, const char *name, struct slice value, struct mark at)
{
	bool first = b->len >= 2 && b->ptr[b->len - 2] == ':';

	buf_printf(b, "%s%s%s%.*s (", first ? "" : ", ", name, name[0] ? ": " : "",
		   SLICE_ARG(value));
	add_mark(b, at);
	buf_char(b, ')');
}

/* "scope NAME (FILE:LINE), with WHAT IS NOT KNOWN: " and what it makes of the rule. */
static void print_scope(struct effective *e, size_t i, size_t scope)
{
	const struct scope_source *from = &e->sources->scopes[scope];
	const struct rule_setting *outside = effective_setting(e, i);
	const struct rule_setting *inside = policy_scope_setting(e->policy, scope, i);
	const struct param *params = rules_at(i)->params;
	struct buf b = BUF(e->arena);
	struct slice words;

	words = policy_scope_name(e->policy, scope);
	buf_printf(&b, "scope %.*s (", SLICE_ARG(words));
	add_mark(&b, from->at);
	words = effective_left(e, &from->when);
	buf_printf(&b, "), with %.*s: ", SLICE_ARG(words));
	if (inside->action != outside->action)
		add_with_mark(&b, "", slice_str(action_name(inside->action)),
			      from->rules[i].action);
	for (size_t k = 0; params && params[k].kind != PARAM_END; k++) {
		if (inside->action == ACTION_OFF || effective_same(e, &params[k], inside, outside))
			continue;
		add_with_mark(&b, params[k].name, effective_value(e, &params[k], inside),
			      from->rules[i].options[k]);
	}
	words = effective_done(e, &b);
	comment(e, OPTION, "%.*s", SLICE_ARG(words));
}

/* "exception NAME (FILE:LINE), until DAY, with WHAT IS NOT KNOWN, values VALUES", or its options. */
static void print_exception(struct effective *e, size_t rule, size_t exception)
{
	const struct exception *x = policy_exception_at(e->policy, exception);
	const struct exception_source *from = &e->sources->exceptions[exception];
	struct slice left = effective_left(e, &from->when);
	struct buf b = BUF(e->arena);
	struct slice words;

	buf_printf(&b, "exception %.*s (", SLICE_ARG(x->name));
	add_mark(&b, from->at);
	buf_char(&b, ')');
	if (x->expires != EXCEPTION_NEVER) {
		words = effective_last_day(e, exception);
		buf_printf(&b, ", %s %.*s", x->expires > e->now ? "until" : "ended on",
			   SLICE_ARG(words));
	}
	if (left.len > 0)
		buf_printf(&b, ", with %.*s", SLICE_ARG(left));
	if (!bit_set_has(&x->rules, rule))
		buf_printf(&b, ", options %.*s", SLICE_ARG(from->options));
	else if (from->values.len > 0)
		buf_printf(&b, ", values %.*s", SLICE_ARG(from->values));
	words = effective_done(e, &b);
	comment(e, OPTION, "%.*s", SLICE_ARG(words));
}

static void print_access(struct effective *e)
{
	const struct sources *s = e->sources;
	struct slice at;
	size_t rule;

	for (size_t k = 0; effective_next_access(e, &k, &rule);) {
		at = mark_words(e, s->access[rule].at);
		comment(e, OPTION, "access (%.*s): %.*s", SLICE_ARG(at),
			SLICE_ARG(s->access[rule].rule));
	}
	at = mark_words(e, s->access_default);
	if (s->access_default.line > 0)
		comment(e, OPTION, "access (%.*s): its default, where none of its rules decides",
			SLICE_ARG(at));
}

static void print_rule(struct effective *e, size_t i)
{
	const struct rule *rule = rules_at(i);
	const char *number = rule->number ? rule->number : "";
	size_t item;
	int column;

	if (has_options(e, i)) {
		column = print_value(RULE, rule->id, SLICE(""));
		if (number[0])
			print_remark(column, slice_str(number));
		putchar('\n');
		print_action(e, OPTION, "action", i, "");
		if (effective_source(e, i)->final.line > 0)
			print_setting(e, OPTION, "final", SLICE("true"),
				      &(struct remark){ "", effective_source(e, i)->final, { 0 } });
		print_options(e, i);
	} else {
		print_action(e, RULE, rule->id, i, number);
	}
	for (size_t k = 0; effective_next_scope(e, i, &k, &item);)
		print_scope(e, i, item);
	for (size_t k = 0; effective_next_exception(e, i, &k, &item);)
		print_exception(e, i, item);
	if (rules_index(rules_find(SLICE("trusted-users"))) == i)
		print_access(e);
}

static size_t count(struct effective *e, bool changed)
{
	size_t n = 0;

	for (size_t i = 0; i < rules_count(); i++)
		n += asked_judges(e->asked, i) && effective_changed(e, i) == changed;
	return n;
}

static void print_part(struct effective *e, bool changed, const char *heading)
{
	if (count(e, changed) == 0)
		return;
	putchar('\n');
	comment(e, RULE, "%s %s: %zu", heading, e->sources->profile, count(e, changed));
	for (size_t i = 0; i < rules_count(); i++) {
		if (asked_judges(e->asked, i) && effective_changed(e, i) == changed)
			print_rule(e, i);
	}
}

/* "of user kim with image nginx" */
static void print_question(struct effective *e)
{
	struct buf b = BUF(e->arena);
	struct slice words;

	if (e->operation)
		buf_printf(&b, " %s", e->operation);
	if (e->user)
		buf_printf(&b, "%s user %s", b.len > 0 ? " of" : " calls of",
			   e->user[0] ? e->user : "\"\" (no certificate)");
	if (e->image)
		buf_printf(&b, "%s image %s", b.len > 0 ? " with" : " calls with", e->image);
	words = effective_done(e, &b);
	if (words.len > 0)
		comment(e, 0, "What holds for%.*s", SLICE_ARG(words));
}

static void print_scope_taken(struct effective *e)
{
	struct slice name, at;

	if (!effective_in_scope(e))
		return;
	name = policy_scope_name(e->policy, e->scope);
	at = mark_words(e, e->sources->scopes[e->scope].at);
	comment(e, 0, "The scope %.*s (%.*s) is for them, and its settings stand here",
		SLICE_ARG(name), SLICE_ARG(at));
}

static void print_head(struct effective *e)
{
	struct slice name = policy_name(e->policy), profile = policy_profile(e->policy);
	size_t others = rules_count() - count(e, true) - count(e, false);

	comment(e, 0, "Policy %.*s on profile %.*s%s%s", SLICE_ARG(name), SLICE_ARG(profile),
		e->host ? ", as read by host " : "", e->host ? e->host : "");
	print_question(e);
	print_scope_taken(e);
	comment(e, 0,
		"Beside each setting stands the line that it comes from; %s is a profile of the "
		"program's own. Options that no file gives are left out; `cis-authz explain RULE` "
		"has them.",
		e->sources->profile);
	if (others > 0)
		comment(e, 0, "%zu rules are left out: they do not judge %s", others, e->operation);
	print_setting(e, 0, "mode", policy_enforces(e->policy) ? SLICE("enforce") : SLICE("warn"),
		      &(struct remark){ "", e->sources->mode, { 0 } });
	puts("rules:");
}

void effective_print(struct effective *e)
{
	print_head(e);
	print_part(e, true, "Other than in");
	print_part(e, false, "As in");
}
