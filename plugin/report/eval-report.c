/*
 * eval-report.c - counts changes by rule, and tells them.
 *
 * Its memory does not grow with the number of calls: each rule has, for each kind of change, one
 * tally of users, one of images and one example.
 */
#include "report/eval-report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json-writer.h"
#include "capture/replay.h"
#include "policy/rule.h"
#include "redact/redact.h"
#include "report/tally.h"

enum change { DENIED, ALLOWED, WARNED, CHANGES_COUNT };

/* Names shown of each tally; bytes shown of a name, and of an example. */
enum { SHOWN = 5, SHOWN_NAME = 100, SHOWN_TARGET = 200, SHOWN_NEAR = 1000, CEILING = 64 << 20 };

struct changed {
	unsigned long long calls;
	struct tally users, images;
	struct slice example; /* operation, method and target, in the report's arena */
	struct slice near;    /* of the first that has one: the exception that nearly fits */
};

struct by_rule {
	struct changed *changed[CHANGES_COUNT];
	unsigned long long not_judged;
};

struct report {
	struct arena *arena; /* for the examples, and for printing */
	struct by_rule *rules;
	unsigned long long requests, records, lost, skipped;
	unsigned long long calls[CHANGES_COUNT], no_longer_warned, unchanged, not_judged;
};

static const char *const words[] = {
	[DENIED] = "newly denied",
	[ALLOWED] = "newly allowed",
	[WARNED] = "newly warned",
};
static const char *const keys[] = {
	[DENIED] = "newly_denied",
	[ALLOWED] = "newly_allowed",
	[WARNED] = "newly_warned",
};

struct report *report_new(void)
{
	struct report *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->arena = arena_new(CEILING);
	r->rules = calloc(rules_count(), sizeof(*r->rules));
	if (r->arena && r->rules)
		return r;
	report_free(r);
	return NULL;
}

static void free_changed(struct changed *c)
{
	if (!c)
		return;
	tally_clear(&c->users);
	tally_clear(&c->images);
	free(c);
}

void report_free(struct report *r)
{
	if (!r)
		return;
	for (size_t i = 0; r->rules && i < rules_count(); i++) {
		for (int k = 0; k < CHANGES_COUNT; k++)
			free_changed(r->rules[i].changed[k]);
	}
	free(r->rules);
	arena_free(r->arena);
	free(r);
}

static bool denies(enum outcome outcome)
{
	return outcome == OUTCOME_DENY || outcome == OUTCOME_ERROR;
}

/* False when nothing changed that is counted by rule. */
static bool find_change(struct report *r, const struct replay *replay, enum change *ret)
{
	if (denies(replay->before) != denies(replay->after)) {
		*ret = denies(replay->after) ? DENIED : ALLOWED;
		return true;
	}
	if (replay->before == OUTCOME_ALLOW && replay->after == OUTCOME_WARN) {
		*ret = WARNED;
		return true;
	}
	if (replay->before == OUTCOME_WARN && replay->after == OUTCOME_ALLOW)
		r->no_longer_warned++;
	else
		r->unchanged++;
	return false;
}

/* Whether the rule is a reason for the change. */
static bool is_reason(const struct replay_rule *rule, enum change change)
{
	switch (change) {
	case DENIED:
		return rule->after == ACTION_DENY;
	case ALLOWED:
		return rule->before == ACTION_DENY;
	case WARNED:
	case CHANGES_COUNT:
		break;
	}
	return rule->after != ACTION_OFF;
}

static int keep_example(struct report *r, const struct replay *replay, struct slice *ret)
{
	struct buf b = BUF(r->arena);
	struct slice target;

	/* A request that somebody else recorded is whole. */
	if (redact_target(replay->target, r->arena, &target))
		return -ENOMEM;
	buf_printf(&b, "%.*s ", SLICE_ARG(replay->operation));
	buf_plain(&b, replay->method, SHOWN_NAME);
	buf_char(&b, ' ');
	buf_plain(&b, target, SHOWN_TARGET);
	return buf_done(&b, ret);
}

static int keep_near(struct report *r, struct slice near, struct slice *ret)
{
	struct buf b = BUF(r->arena);

	if (redact_text(near, r->arena, &near))
		return -ENOMEM;
	buf_plain(&b, near, SHOWN_NEAR);
	return buf_done(&b, ret);
}

static int count(struct report *r, struct changed **at, const struct replay *replay,
		 struct slice near)
{
	struct changed *c = *at ? *at : calloc(1, sizeof(*c));

	if (!c)
		return -ENOMEM;
	*at = c;
	if (c->calls++ == 0 && keep_example(r, replay, &c->example))
		return -ENOMEM;
	if (c->near.len == 0 && near.len > 0 && keep_near(r, near, &c->near))
		return -ENOMEM;
	if (!tally_add(&c->users, replay->user))
		return -ENOMEM;
	return replay->image.len == 0 || tally_add(&c->images, replay->image) ? 0 : -ENOMEM;
}

int report_add(struct report *r, const struct replay *replay, bool of_record)
{
	enum change change;
	bool changed;
	int error = 0;

	*(of_record ? &r->records : &r->requests) += 1;
	if (replay->partial) {
		r->not_judged++;
		return 0;
	}
	changed = find_change(r, replay, &change);
	if (changed)
		r->calls[change]++;
	for (size_t i = 0; i < rules_count() && !error; i++) {
		r->rules[i].not_judged += replay->rules[i].not_judged;
		if (changed && is_reason(&replay->rules[i], change))
			error = count(r, &r->rules[i].changed[change], replay,
				      replay->rules[i].near);
	}
	return error;
}

void report_lost(struct report *r, unsigned long long lost)
{
	r->lost += lost;
}

void report_skipped(struct report *r)
{
	r->skipped++;
}

bool report_denies_more(const struct report *r)
{
	return r->calls[DENIED] > 0;
}

bool report_is_partial(const struct report *r)
{
	return r->not_judged > 0;
}

static void write_name(struct buf *b, struct slice name)
{
	if (name.len == 0)
		buf_add(b, SLICE("(no name)"));
	else
		buf_plain(b, name, SHOWN_NAME);
}

static void write_tally(struct buf *b, const char *what, struct tally *t)
{
	unsigned long long more = t->others;

	if (t->used == 0)
		return;
	tally_sort(t);
	buf_printf(b, "      %s ", what);
	for (size_t i = 0; i < t->used; i++) {
		if (i >= SHOWN) {
			more += t->names[i].count;
			continue;
		}
		buf_add(b, i ? SLICE(", ") : SLICE(""));
		write_name(b, t->names[i].name);
		buf_printf(b, " (%llu)", t->names[i].count);
	}
	if (t->used > SHOWN)
		buf_printf(b, ", and %s%zu more (%llu)", t->others > 0 ? "at least " : "",
			   t->used - SHOWN, more);
	buf_char(b, '\n');
	if (t->others > 0)
		buf_printf(b,
			   "      of these, the last %llu calls are of names beyond the first %d, "
			   "which are not told apart\n",
			   t->others, TALLY_NAMES);
}

static void write_changed(struct buf *b, const struct rule *rule, struct changed *c)
{
	buf_printf(b, "  %-5s %-22s %llu call%s\n", rule->number ? rule->number : "", rule->id,
		   c->calls, c->calls == 1 ? "" : "s");
	write_tally(b, "users: ", &c->users);
	write_tally(b, "images:", &c->images);
	buf_printf(b, "      such as %.*s\n", SLICE_ARG(c->example));
	if (c->near.len > 0)
		buf_printf(b, "      %.*s\n", SLICE_ARG(c->near));
}

static void write_change(struct report *r, enum change change, struct buf *b)
{
	if (r->calls[change] == 0)
		return;
	buf_printf(b, "\n%s, by rule (a call counts under each rule that speaks against it):\n",
		   words[change]);
	for (size_t i = 0; i < rules_count(); i++) {
		if (r->rules[i].changed[change])
			write_changed(b, rules_at(i), r->rules[i].changed[change]);
	}
}

static bool lacks_judgement(const struct report *r)
{
	for (size_t i = 0; i < rules_count(); i++) {
		if (r->rules[i].not_judged > 0)
			return true;
	}
	return false;
}

static void write_not_judged(struct report *r, struct buf *b)
{
	if (!lacks_judgement(r))
		return;
	buf_add(b,
		SLICE("\nnot judged: decision records hold no bodies, and these rules read them. "
		      "Under the policy of the records\nthey may have been off, or found nothing. "
		      "Record requests with serve --record FILE to know:\n"));
	for (size_t i = 0; i < rules_count(); i++) {
		const struct rule *rule = rules_at(i);
		unsigned long long calls = r->rules[i].not_judged;

		if (calls > 0)
			buf_printf(b, "  %-5s %-22s %llu call%s\n",
				   rule->number ? rule->number : "", rule->id, calls,
				   calls == 1 ? "" : "s");
	}
}

static void write_totals(const struct report *r, struct buf *b)
{
	buf_printf(b,
		   "%llu calls (%llu requests, %llu decision records): ", r->requests + r->records,
		   r->requests, r->records);
	for (int k = 0; k < CHANGES_COUNT; k++)
		buf_printf(b, "%llu %s, ", r->calls[k], words[k]);
	buf_printf(b, "%llu no longer warned, %llu unchanged", r->no_longer_warned, r->unchanged);
	if (r->not_judged > 0)
		buf_printf(
			b,
			", %llu not judged\n%llu decision records do not hold all that was found, "
			"or only the beginning of a text (`omitted`, `shortened`,\nor a value of "
			"1024 bytes), so nobody can tell what the new policy makes of these "
			"calls. Record requests with\nserve --record FILE to know",
			r->not_judged, r->not_judged);
	buf_char(b, '\n');
	if (r->lost > 0)
		buf_printf(b,
			   "%llu calls are missing: the log says that they could not be written\n",
			   r->lost);
	if (r->skipped > 0)
		buf_printf(b, "%llu lines of the process log were skipped\n", r->skipped);
}

static bool print(struct buf *b)
{
	struct slice text;

	if (buf_done(b, &text))
		return false;
	fwrite(text.ptr, 1, text.len, stdout);
	return true;
}

bool report_print_text(struct report *r)
{
	struct buf b = BUF(r->arena);

	write_totals(r, &b);
	for (int k = 0; k < CHANGES_COUNT; k++)
		write_change(r, (enum change) k, &b);
	write_not_judged(r, &b);
	return print(&b);
}

static void json_count(struct buf *b, struct json_name name, unsigned long long count)
{
	json_write_key(b, name);
	json_write_number(b, count);
}

static void json_tally(struct buf *b, struct json_name name, struct json_name others,
		       struct tally *t)
{
	tally_sort(t);
	json_write_key(b, name);
	json_write_array(b);
	for (size_t i = 0; i < t->used; i++) {
		json_write_object(b);
		json_write_key(b, JSON_NAME("name"));
		json_write_string(b, t->names[i].name);
		json_count(b, JSON_NAME("calls"), t->names[i].count);
		json_write_object_end(b);
	}
	json_write_array_end(b);
	json_count(b, others, t->others);
}

static void json_change(struct buf *b, enum change k, struct changed *c)
{
	json_write_any_key(b, slice_str(keys[k]));
	json_write_object(b);
	json_count(b, JSON_NAME("calls"), c->calls);
	json_tally(b, JSON_NAME("users"), JSON_NAME("users_not_told_apart"), &c->users);
	json_tally(b, JSON_NAME("images"), JSON_NAME("images_not_told_apart"), &c->images);
	json_write_key(b, JSON_NAME("example"));
	json_write_string(b, c->example);
	if (c->near.len > 0) {
		json_write_key(b, JSON_NAME("near"));
		json_write_string(b, c->near);
	}
	json_write_object_end(b);
}

static void json_rule(struct buf *b, size_t i, struct by_rule *rule)
{
	json_write_object(b);
	json_write_key(b, JSON_NAME("rule"));
	json_write_string(b, slice_str(rules_at(i)->id));
	if (rules_at(i)->number) {
		json_write_key(b, JSON_NAME("number"));
		json_write_string(b, slice_str(rules_at(i)->number));
	}
	for (int k = 0; k < CHANGES_COUNT; k++) {
		if (rule->changed[k])
			json_change(b, (enum change) k, rule->changed[k]);
	}
	json_count(b, JSON_NAME("not_judged"), rule->not_judged);
	json_write_object_end(b);
}

static bool has_news(const struct by_rule *rule)
{
	return rule->changed[DENIED] || rule->changed[ALLOWED] || rule->changed[WARNED] ||
	       rule->not_judged > 0;
}

bool report_print_json(struct report *r)
{
	struct buf b = BUF(r->arena);

	json_write_object(&b);
	json_count(&b, JSON_NAME("requests"), r->requests);
	json_count(&b, JSON_NAME("records"), r->records);
	for (int k = 0; k < CHANGES_COUNT; k++) {
		json_write_any_key(&b, slice_str(keys[k]));
		json_write_number(&b, r->calls[k]);
	}
	json_count(&b, JSON_NAME("no_longer_warned"), r->no_longer_warned);
	json_count(&b, JSON_NAME("unchanged"), r->unchanged);
	json_count(&b, JSON_NAME("not_judged"), r->not_judged);
	json_count(&b, JSON_NAME("lost"), r->lost);
	json_count(&b, JSON_NAME("skipped"), r->skipped);
	json_write_key(&b, JSON_NAME("rules"));
	json_write_array(&b);
	for (size_t i = 0; i < rules_count(); i++) {
		if (has_news(&r->rules[i]))
			json_rule(&b, i, &r->rules[i]);
	}
	json_write_array_end(&b);
	json_write_object_end(&b);
	buf_char(&b, '\n');
	return print(&b);
}
