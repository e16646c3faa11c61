/*
 * stanza.c - a value of one rule lets nothing of another rule's through: where two rules of the
 * exception could know a value and only one was about it, the value is that rule's alone.
 */
#include "report/stanza.h"

#include <errno.h>
#include <inttypes.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/utf8.h"
#include "capture/denial.h"
#include "policy/evaluate.h"
#include "policy/intent.h"
#include "policy/policy.h"
#include "policy/rule.h"
#include "report/flow.h"

enum { NAME_MOST = 40 };

struct stanza {
	struct buf b;
	const struct denial *denial;
	const struct rule_setting *settings; /* that judged, one for each rule */
	bool leads;
	bool bad; /* a text has bytes that a policy cannot hold */
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A glob for this text: nothing takes the meaning from a star, so one byte stands for it. */
static void glob(struct stanza *s, struct slice text, const char *special)
{
	bool plain = flow_is_plain(text);

	if (!utf8_valid(text))
		s->bad = true;
	if (!plain)
		buf_char(&s->b, '"');
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char) text.ptr[i];

		if (c < ' ' || c == 0x7f)
			s->bad = true;
		else if (slice_find(slice_str(special), text.ptr[i]))
			buf_char(&s->b, '?');
		else if (!plain && (c == '"' || c == '\\'))
			buf_printf(&s->b, "\\%c", c);
		else
			buf_char(&s->b, text.ptr[i]);
	}
	if (!plain)
		buf_char(&s->b, '"');
}

/* Whether the rule found values beyond its `max` alone: the largest of them. */
static bool largest(const struct stanza *s, const struct rule *rule, uint64_t *ret)
{
	const void *config = s->settings[rules_index(rule)].config;

	*ret = 0;
	for (const struct violation *v = s->denial->found; v; v = v->next) {
		uint64_t value;

		if (v->rule != rule)
			continue;
		if (!rule_beyond_max(rule, config, v->value, &value))
			return false;
		*ret = value > *ret ? value : *ret;
	}
	return *ret > 0;
}

/* What options let pass needs neither its rule listed nor its value. */
static bool has_options(const struct stanza *s, const struct violation *v)
{
	uint64_t unused;

	return largest(s, v->rule, &unused);
}

static bool same(const struct violation *v, const struct violation *w)
{
	return slice_eq(v->value, w->value) && slice_eq(v->leads, w->leads);
}

static bool is_plain_finding(const struct violation *v)
{
	return v->rule->sole_value && slice_eq(v->value, slice_str(v->rule->sole_value));
}

static bool is_path(const struct violation *v)
{
	return slice_starts(v->value, SLICE("/"));
}

/* Not one that judges mounts beside other things, such as devices. */
static bool is_of_mounts(const struct rule *rule)
{
	return rule->subjects & SUBJECT_MOUNTS && !(rule->subjects & SUBJECT_CONTAINER);
}

static bool rule_has(const struct denial *d, const struct rule *rule, const struct violation *v)
{
	for (const struct violation *w = d->found; w; w = w->next) {
		if (w->rule == rule && same(v, w))
			return true;
	}
	return false;
}

/*
 * Whether another rule of the exception would let the value through that never spoke of it. Rules
 * about mounts saw the same mounts: what one did not mind it will not mind again.
 */
static bool needs_rule(const struct stanza *s, const struct violation *v)
{
	const struct denial *d = s->denial;

	for (const struct violation *w = d->found; w; w = w->next) {
		if (w->rule == v->rule || has_options(s, w) || w->rule->sole_value ||
		    is_path(v) != is_path(w) || (is_of_mounts(v->rule) && is_of_mounts(w->rule)))
			continue;
		if (!rule_has(d, w->rule, v))
			return true;
	}
	return false;
}

static bool is_listed_before(const struct stanza *s, const struct violation *v)
{
	bool needs = needs_rule(s, v);

	for (const struct violation *w = s->denial->found; w != v; w = w->next) {
		if (same(v, w) && !is_plain_finding(w) && (v->read_only || !w->read_only) &&
		    needs == needs_rule(s, w) && (!needs || v->rule == w->rule))
			return true;
	}
	return false;
}

static void write_item(struct stanza *s, const struct violation *v, struct slice value)
{
	bool needs = needs_rule(s, v), map = needs || v->read_only;

	buf_add(&s->b, map ? SLICE("      - { value: ") : SLICE("      - "));
	glob(s, value, "*{");
	if (v->read_only)
		buf_add(&s->b, SLICE(", read_only: true"));
	if (needs)
		buf_printf(&s->b, ", rule: %s", v->rule->id);
	buf_add(&s->b, map ? SLICE(" }\n") : SLICE("\n"));
}

/* What a rule that knows one value only says is listed only where there is nothing else: without
 * any `values` the other values of these rules would pass too. */
static void write_values(struct stanza *s)
{
	const struct denial *d = s->denial;
	const struct violation *plain = NULL;
	bool all_plain = true;

	for (const struct violation *v = d->found; v; v = v->next) {
		if (has_options(s, v))
			continue;
		all_plain = all_plain && is_plain_finding(v);
		plain = plain ? plain : v;
	}
	if (!plain)
		return;
	buf_add(&s->b, SLICE("    values:\n"));
	if (all_plain) {
		write_item(s, plain, plain->value);
		return;
	}
	for (const struct violation *v = d->found; v; v = v->next) {
		if (has_options(s, v) || is_plain_finding(v) || is_listed_before(s, v))
			continue;
		write_item(s, v, v->value);
		if (s->leads && v->leads.len > 0)
			write_item(s, v, v->leads);
	}
}

/* The first finding of its rule. */
static bool is_first(const struct denial *d, const struct violation *v)
{
	const struct violation *w = d->found;

	while (w->rule != v->rule)
		w = w->next;
	return w == v;
}

static void write_rules(struct stanza *s)
{
	const char *between = "    rules: [";

	for (const struct violation *v = s->denial->found; v; v = v->next) {
		if (!is_first(s->denial, v) || has_options(s, v))
			continue;
		buf_printf(&s->b, "%s%s", between, v->rule->id);
		between = ", ";
	}
	if (between[0] == ',')
		buf_add(&s->b, SLICE("]\n"));
}

/* Sizes as people write them, where that is exact; a number of anything else as it is. */
static void write_number(struct stanza *s, const struct rule *rule, uint64_t number)
{
	const char *unit = "";
	unsigned shift = 0;

	if (rule->sizes && number % (UINT64_C(1) << 30) == 0) {
		shift = 30;
		unit = "g";
	} else if (rule->sizes && number % (UINT64_C(1) << 20) == 0) {
		shift = 20;
		unit = "m";
	}
	buf_printf(&s->b, "%" PRIu64 "%s", number >> shift, unit);
}

static void write_options(struct stanza *s)
{
	const char *before = "    options:\n";

	for (const struct violation *v = s->denial->found; v; v = v->next) {
		uint64_t most;

		if (!is_first(s->denial, v) || !largest(s, v->rule, &most))
			continue;
		buf_printf(&s->b, "%s      %s: { max: ", before, v->rule->id);
		write_number(s, v->rule, most);
		buf_add(&s->b, SLICE(" }\n"));
		before = "";
	}
}

static void write_images(struct stanza *s, const struct words *images)
{
	buf_add(&s->b, SLICE("      image: "));
	if (images->count > 1)
		buf_char(&s->b, '[');
	for (size_t i = 0; i < images->count; i++) {
		if (i > 0)
			buf_add(&s->b, SLICE(", "));
		glob(s, images->items[i], "*");
	}
	buf_add(&s->b, images->count > 1 ? SLICE("]\n") : SLICE("\n"));
}

/* A group begins with @. */
static void write_user(struct stanza *s, struct slice user)
{
	buf_add(&s->b, SLICE("      user: "));
	glob(s, user, slice_starts(user, SLICE("@")) ? "*@" : "*");
	buf_char(&s->b, '\n');
}

static void write_when(struct stanza *s, const struct names *names)
{
	const struct intent *in = s->denial->intent;

	buf_printf(&s->b, "    when:\n      operation: %s\n", op_name(in->op));
	write_user(s, in->caller.user);
	if (names->images_known)
		write_images(s, &names->images);
	if (names->container.len > 0) {
		buf_add(&s->b, SLICE("      container: "));
		glob(s, names->container, "*");
		buf_char(&s->b, '\n');
	}
}

static void write_text(struct stanza *s, const char *key, struct slice text)
{
	buf_printf(&s->b, "    %s: ", key);
	glob(s, text, "");
	buf_char(&s->b, '\n');
}

int stanza_write(const struct denial *d, const struct rule_setting *settings,
		 const struct stanza_words *words, bool leads, struct arena *a, struct slice *ret)
{
	struct stanza s = { .b = BUF(a), .denial = d, .settings = settings, .leads = leads };
	struct names names;
	int err = evaluate_names(d->intent, a, &names);

	if (err)
		return err;
	buf_add(&s.b, SLICE("  - name: "));
	glob(&s, words->name, "");
	buf_char(&s.b, '\n');
	write_rules(&s);
	write_options(&s);
	write_when(&s, &names);
	write_values(&s);
	write_text(&s, "reason", words->reason);
	write_text(&s, "owner", words->owner);
	buf_printf(&s.b, "    expires: %.*s\n", SLICE_ARG(words->expires));
	err = buf_done(&s.b, ret);
	return err ? err : s.bad ? BAD_INPUT : 0;
}

/* The last part of a repository: "node-exporter". */
static struct slice last_part(struct slice image)
{
	struct slice name, rest;

	slice_cut(image, '@', &name, &rest);
	while (slice_find(name, '/'))
		slice_cut(name, '/', &rest, &name);
	slice_cut(name, ':', &name, &rest);
	return name;
}

int stanza_name(const struct denial *d, struct arena *a, struct slice *ret)
{
	struct names names;
	struct slice from = slice_str(op_name(d->intent->op));
	struct buf b = BUF(a);
	int err = evaluate_names(d->intent, a, &names);

	if (err)
		return err;
	if (names.container.len > 0)
		from = names.container;
	else if (names.images_known)
		from = last_part(names.images.items[0]);
	for (size_t i = 0; i < from.len && i < NAME_MOST; i++) {
		bool fine = is_letter(from.ptr[i]) || is_digit(from.ptr[i]) ||
			    slice_find(SLICE("._-"), from.ptr[i]);

		buf_char(&b, fine ? from.ptr[i] : '-');
	}
	return buf_done(&b, ret);
}
