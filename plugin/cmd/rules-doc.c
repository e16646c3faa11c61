/* rules-doc.c - what stands in the document of the rules, in which order. */
#include "cmd/rules-doc.h"

#include <errno.h>
#include <inttypes.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "policy/policy-load.h"
#include "policy/policy.h"
#include "policy/rule.h"
#include "profiles.h"
#include "recommendation.h"

enum {
	MEMORY_MOST = 4 << 20,
	SECTIONS = 6, /* of the benchmark */
	SECTION_MOST = 30,
	PROFILES_MOST = 8,
};

struct document {
	const struct doc_style *style;
	struct arena *arena;
	const struct policy *profiles[PROFILES_MOST]; /* as the embedded ones stand */
};

static int load_profile(struct document *d, size_t i)
{
	OWN(diags) diags = diags_new();
	struct slice text;

	if (!diags ||
	    arena_printf(d->arena, &text, "version: 1\nprofile: %s\n", profiles[i].name) != 0)
		return -ENOMEM;
	return policy_parse(text, profiles[i].name, &d->profiles[i], diags);
}

static struct slice level_words(unsigned level, bool scored)
{
	if (level == 0)
		return SLICE("");
	if (level == 1)
		return scored ? SLICE("1, scored") : SLICE("1, not scored");
	return scored ? SLICE("2, scored") : SLICE("2, not scored");
}

static void write_rule_row(const struct document *d, const struct rule *rule)
{
	d->style->row(&(struct doc_row){
		.number = slice_str(rule->number),
		/* Where the editions agree, the record gives one number. */
		.later = slice_str(rule->later ? rule->later : rule->number),
		.name = slice_str(rule->id),
		.level = level_words(rule->level, rule->scored),
		.covered = SLICE("judged on request"),
		.title = slice_str(rule->title),
	});
}

static void write_recommendation_row(const struct document *d, const struct recommendation *r)
{
	static const char *const covers[] = {
		[POSTURE] = "fact about the host",
		[GUARDED] = "guarded by sensitive-mounts",
		[NAMED] = "procedure",
	};

	d->style->row(&(struct doc_row){
		.number = slice_str(r->number),
		.name = slice_str(r->name),
		.level = level_words(r->level, r->scored),
		.covered = slice_str(covers[r->cover]),
		.title = slice_str(r->title),
	});
}

/* Rules and recommendations in the order of the benchmark. */
static int write_numbered_rows(const struct document *d)
{
	for (unsigned section = 1; section <= SECTIONS; section++) {
		for (unsigned i = 1; i <= SECTION_MOST; i++) {
			struct slice number;
			const struct rule *rule;
			const struct recommendation *r;

			if (arena_printf(d->arena, &number, "%u.%u", section, i) != 0)
				return -ENOMEM;
			rule = edition_rule(EDITION_1_11_0, number);
			r = recommendations_find(number);
			if (rule)
				write_rule_row(d, rule);
			else if (r)
				write_recommendation_row(d, r);
		}
	}
	return 0;
}

static int write_table(const struct document *d)
{
	int err;

	d->style->heading(SLICE("Recommendations and rules"));
	d->style->table_begin();
	err = write_numbered_rows(d);
	for (size_t i = 0; i < rules_count(); i++) {
		if (!rules_at(i)->number)
			write_rule_row(d, rules_at(i));
	}
	return err;
}

static void write_words(struct buf *b, const struct words *words)
{
	for (size_t i = 0; i < words->count; i++)
		buf_printf(b, "%s`%.*s`", i > 0 ? ", " : "", SLICE_ARG(words->items[i]));
	if (words->count == 0)
		buf_add(b, SLICE("none"));
}

static void write_default(struct buf *b, const struct param *p, const void *config)
{
	const void *value = (const char *) config + p->offset;

	switch (p->kind) {
	case PARAM_BOOL_:
		buf_add(b, *(const bool *) value ? SLICE("`true`") : SLICE("`false`"));
		break;
	case PARAM_COUNT_:
	case PARAM_SIZE_:
		buf_printf(b, "`%" PRIu64 "`", *(const uint64_t *) value);
		break;
	case PARAM_WORDS_:
	case PARAM_PATHS_:
		write_words(b, value);
		break;
	case PARAM_WORD_:
		if (((const struct slice *) value)->len > 0)
			buf_printf(b, "`%.*s`", SLICE_ARG(*(const struct slice *) value));
		else
			buf_add(b, SLICE("none"));
		break;
	case PARAM_ALLOWED_PATHS_:
	case PARAM_DEVICES_:
	case PARAM_PAIRS_:
	case PARAM_END:
		buf_add(b, SLICE("none")); /* no rule comes with some of these */
		break;
	}
}

static void write_kind(struct buf *b, const struct param *p)
{
	static const char *const kinds[] = {
		[PARAM_BOOL_] = "`true` or `false`",
		[PARAM_COUNT_] = "a number",
		[PARAM_WORDS_] = "a list of words",
		[PARAM_PATHS_] = "a list of absolute paths",
		[PARAM_ALLOWED_PATHS_] =
			"a list of paths, which may be globs, or `{ path: PATH, read_only: true }`",
		[PARAM_DEVICES_] =
			"a list of devices, which may be globs, or `{ path: PATH, permissions: rw }`",
		[PARAM_SIZE_] = "a size such as `64m` or `4g`",
		[PARAM_WORD_] = "a word",
		[PARAM_PAIRS_] = "a mapping of names to values",
	};

	buf_add(b, slice_str(kinds[p->kind]));
	if (p->kind == PARAM_COUNT_ || p->kind == PARAM_SIZE_)
		buf_printf(b, " from %" PRIu64 " to %" PRIu64, p->least, p->most);
}

static int write_setting(const struct document *d, const struct rule *rule, const struct param *p)
{
	struct buf b = BUF(d->arena);
	struct slice label, text;

	buf_printf(&b, "%s; ", p->about);
	write_kind(&b, p);
	buf_add(&b, SLICE("; by default "));
	write_default(&b, p, rule->defaults);
	if (buf_done(&b, &text) != 0 || arena_printf(d->arena, &label, "setting %s", p->name) != 0)
		return -ENOMEM;
	d->style->item(label, text);
	return 0;
}

static int write_settings(const struct document *d, const struct rule *rule)
{
	int err = 0;

	for (const struct param *p = rule->params; p && p->kind != PARAM_END && err == 0; p++)
		err = write_setting(d, rule, p);
	return err;
}

static int write_actions(const struct document *d, size_t rule_index)
{
	struct buf b = BUF(d->arena);
	struct slice text;

	for (size_t i = 0; profiles[i].name; i++)
		buf_printf(&b, "%s%s %s", i > 0 ? ", " : "", profiles[i].name,
			   action_name(policy_setting(d->profiles[i], rule_index)->action));
	if (buf_done(&b, &text) != 0)
		return -ENOMEM;
	d->style->item(SLICE("profiles"), text);
	return 0;
}

static int write_summary(const struct document *d, const struct rule *rule)
{
	struct buf b = BUF(d->arena);
	struct slice text;

	buf_printf(&b, "%s.", rule->title);
	if (rule->number)
		buf_printf(&b, " CIS Docker 1.11.0 recommendation %s, level %u, %sscored.",
			   rule->number, rule->level, rule->scored ? "" : "not ");
	if (rule->later)
		buf_printf(&b, " CIS Docker 1.6.0 recommendation %s.", rule->later);
	if (rule->nist)
		buf_printf(&b, " NIST SP 800-190 section %s.", rule->nist);
	if (buf_done(&b, &text) != 0)
		return -ENOMEM;
	d->style->paragraph(text);
	return 0;
}

/* What an exception would name; `cis-authz explain` prints one whole. */
static int write_excuse(const struct document *d, const struct rule *rule)
{
	struct slice text = SLICE("none can be made");

	if (!rule->always && !rule->excuse)
		text = SLICE("for the rule as a whole; it has no value to name");
	else if (!rule->always &&
		 arena_printf(d->arena, &text, "may name values, such as `values: [\"%s\"]`",
			      rule->excuse) != 0)
		return -ENOMEM;
	d->style->item(SLICE("an exception"), text);
	return 0;
}

static int write_rule(const struct document *d, size_t rule_index)
{
	const struct rule *rule = rules_at(rule_index);
	int err;

	d->style->rule(slice_str(rule->id));
	err = write_summary(d, rule);
	if (err)
		return err;
	d->style->paragraph(slice_str(rule->why));
	d->style->item(SLICE("reads"), slice_str(rule->fields));
	if (rule->breaks)
		d->style->item(SLICE("broken by"), slice_str(rule->breaks));
	d->style->item(SLICE("to comply"), slice_str(rule->comply));
	err = write_actions(d, rule_index);
	if (err == 0)
		err = write_settings(d, rule);
	return err ? err : write_excuse(d, rule);
}

static int write_document(struct document *d)
{
	int err = 0;

	d->style->begin(
		SLICE("the rules of cis-authz, one by one"),
		SLICE("Every recommendation of the CIS Docker 1.11.0 Benchmark and every rule "
		      "beyond it. A policy names a rule by its name, or by its number in that "
		      "edition; the numbers of the 1.6.0 edition are for looking it up. "
		      "`cis-authz explain NAME` prints what stands here of one."));
	for (size_t i = 0; profiles[i].name && err == 0; i++)
		err = load_profile(d, i);
	if (err == 0)
		err = write_table(d);
	d->style->heading(SLICE("Rules"));
	for (size_t i = 0; i < rules_count() && err == 0; i++)
		err = write_rule(d, i);
	return err;
}

int rules_document(const struct doc_style *style)
{
	OWN(arena) arena = arena_new(MEMORY_MOST);
	struct document d = { .style = style, .arena = arena };
	int err = arena ? write_document(&d) : -ENOMEM;

	for (size_t i = 0; i < PROFILES_MOST; i++)
		policy_unref(d.profiles[i]);
	return err;
}
