/*
 * rules-json.c - the machine's copy of everything that the rules' and recommendations' records say.
 *
 * Documents and the JSON Schema are written from it by scripts/generate, so that the process that
 * answers Docker holds no manual.
 */
#include "report/rules-json.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/json-writer.h"
#include "policy/asked.h"
#include "policy/capability.h"
#include "policy/edition.h"
#include "policy/exception.h"
#include "policy/key.h"
#include "policy/op.h"
#include "policy/policy-load.h"
#include "policy/policy.h"
#include "policy/profiles.h"
#include "policy/recommendation.h"
#include "policy/rule.h"
#include "report/effective.h"

enum { PROFILES_MOST = 8, PROFILE_TEXT = 64, MEMORY_MOST = 256 << 20 };

/* What the embedded profiles make of the rules. */
struct ladder {
	const struct policy *policies[PROFILES_MOST];
};

static void write_mark(struct buf *b, struct json_name name, struct mark at)
{
	json_write_key(b, name);
	if (at.line == 0) {
		json_write_null(b);
		return;
	}
	json_write_object(b);
	json_write_text(b, JSON_NAME("file"), at.file);
	json_write_count(b, JSON_NAME("line"), at.line);
	json_write_object_end(b);
}

static void write_slice(struct buf *b, struct json_name name, struct slice value)
{
	json_write_key(b, name);
	json_write_string(b, value);
}

/* As it is written; what it does not ask for is not there. */
static void write_when(struct buf *b, const struct when_words *when)
{
	const struct slice words[] = { when->user,      when->image, when->container,
				       when->operation, when->host,  when->is_not };
	const char *const *names = key_names(KEYS_WHEN);

	json_write_key(b, JSON_NAME("when"));
	json_write_object(b);
	for (size_t i = 0; names[i]; i++) {
		if (words[i].len == 0)
			continue;
		json_write_any_key(b, slice_str(names[i]));
		json_write_string(b, words[i]);
	}
	json_write_object_end(b);
}

static int load_ladder(struct ladder *l)
{
	for (size_t i = 0; profiles[i].name && i < PROFILES_MOST; i++) {
		OWN(diags) diags = diags_new();
		char text[PROFILE_TEXT];
		int len =
			snprintf(text, sizeof(text), "version: 1\nprofile: %s\n", profiles[i].name);
		int error;

		if (!diags)
			return -ENOMEM;
		error = policy_parse((struct slice){ text, (size_t) len }, profiles[i].name,
				     &l->policies[i], diags);
		if (error)
			return error < 0 ? error : -EINVAL;
	}
	return 0;
}

static void drop_ladder(struct ladder *l)
{
	for (size_t i = 0; i < PROFILES_MOST; i++)
		policy_unref(l->policies[i]);
}

static void write_words(struct buf *b, const struct words *words)
{
	json_write_array(b);
	for (size_t i = 0; i < words->count; i++)
		json_write_string(b, words->items[i]);
	json_write_array_end(b);
}

static void write_paths(struct buf *b, const struct allowed_paths *paths)
{
	json_write_array(b);
	for (size_t i = 0; i < paths->count; i++) {
		json_write_object(b);
		json_write_key(b, JSON_NAME("path"));
		json_write_string(b, paths->items[i].path);
		json_write_flag(b, JSON_NAME("read_only"), paths->items[i].read_only);
		json_write_object_end(b);
	}
	json_write_array_end(b);
}

static void write_devices(struct buf *b, const struct allowed_devices *devices)
{
	json_write_array(b);
	for (size_t i = 0; i < devices->count; i++) {
		json_write_object(b);
		json_write_key(b, JSON_NAME("path"));
		json_write_string(b, devices->items[i].path);
		json_write_key(b, JSON_NAME("permissions"));
		json_write_string(b, devices->items[i].permissions);
		json_write_object_end(b);
	}
	json_write_array_end(b);
}

static void write_pairs(struct buf *b, const struct word_pairs *pairs)
{
	json_write_object(b);
	for (size_t i = 0; i < pairs->count; i++) {
		json_write_any_key(b, pairs->items[i].name);
		json_write_string(b, pairs->items[i].value);
	}
	json_write_object_end(b);
}

/* What stands in `config` for the option, as a policy would write it; a size in bytes. */
static void write_value(struct buf *b, const struct param *p, const void *config)
{
	const void *value = (const char *) config + p->offset;

	switch (p->kind) {
	case PARAM_BOOL_:
		json_write_bool(b, *(const bool *) value);
		break;
	case PARAM_COUNT_:
	case PARAM_SIZE_:
		json_write_number(b, *(const uint64_t *) value);
		break;
	case PARAM_WORDS_:
	case PARAM_PATHS_:
		write_words(b, value);
		break;
	case PARAM_WORD_:
		json_write_string(b, *(const struct slice *) value);
		break;
	case PARAM_ALLOWED_PATHS_:
		write_paths(b, value);
		break;
	case PARAM_DEVICES_:
		write_devices(b, value);
		break;
	case PARAM_PAIRS_:
		write_pairs(b, value);
		break;
	case PARAM_END:
		break;
	}
}

static const char *const kinds[] = {
	[PARAM_BOOL_] = "bool",
	[PARAM_COUNT_] = "count",
	[PARAM_WORDS_] = "words",
	[PARAM_PATHS_] = "paths",
	[PARAM_ALLOWED_PATHS_] = "allowed-paths",
	[PARAM_DEVICES_] = "allowed-devices",
	[PARAM_SIZE_] = "size",
	[PARAM_WORD_] = "word",
	[PARAM_PAIRS_] = "pairs",
};

static void write_option(struct buf *b, const struct param *p, const void *defaults,
			 const void *config, struct mark from)
{
	json_write_object(b);
	json_write_text(b, JSON_NAME("name"), p->name);
	json_write_text(b, JSON_NAME("kind"), kinds[p->kind]);
	json_write_text(b, JSON_NAME("about"), p->about);
	if (p->kind == PARAM_COUNT_ || p->kind == PARAM_SIZE_) {
		json_write_count(b, JSON_NAME("least"), p->least);
		json_write_count(b, JSON_NAME("most"), p->most);
	}
	/* Which words there are, where they are a list of their own. */
	if (p->word == capability_word)
		json_write_text(b, JSON_NAME("words"), "capability");
	json_write_text(b, JSON_NAME("pattern"), p->pattern);
	json_write_key(b, JSON_NAME("default"));
	write_value(b, p, defaults);
	json_write_key(b, JSON_NAME("value"));
	write_value(b, p, config);
	write_mark(b, JSON_NAME("from"), from);
	json_write_object_end(b);
}

static void write_options(struct buf *b, const struct rule *rule, const void *config,
			  const struct mark *from)
{
	json_write_key(b, JSON_NAME("options"));
	json_write_array(b);
	for (const struct param *p = rule->params; p && p->kind != PARAM_END; p++)
		write_option(b, p, rule->defaults, config, *from++);
	json_write_array_end(b);
}

/* A key that is known at run time alone. */
static void write_any_text(struct buf *b, const char *key, const char *value)
{
	json_write_any_key(b, slice_str(key));
	if (value)
		json_write_string(b, slice_str(value));
	else
		json_write_null(b);
}

static void write_numbers(struct buf *b, const struct rule *rule)
{
	json_write_key(b, JSON_NAME("numbers"));
	json_write_object(b);
	for (enum edition e = 0; e < EDITIONS; e++)
		write_any_text(b, edition_name(e), edition_number(e, rule));
	json_write_object_end(b);
}

static void write_actions(struct buf *b, const struct ladder *l, size_t rule_index)
{
	json_write_key(b, JSON_NAME("profiles"));
	json_write_object(b);
	for (size_t i = 0; profiles[i].name; i++)
		write_any_text(b, profiles[i].name,
			       action_name(policy_setting(l->policies[i], rule_index)->action));
	json_write_object_end(b);
}

/* What the benchmark has to say; a rule of ours has neither number nor level. */
static void write_benchmark(struct buf *b, const struct rule *rule)
{
	json_write_text(b, JSON_NAME("benchmark_title"), rule->benchmark_title);
	json_write_text(b, JSON_NAME("benchmark_profile"),
			rule->number ? benchmark_profile_name(rule->profile) : NULL);
	json_write_key(b, JSON_NAME("level"));
	if (rule->level)
		json_write_number(b, rule->level);
	else
		json_write_null(b);
	json_write_key(b, JSON_NAME("scored"));
	if (rule->number)
		json_write_bool(b, rule->scored);
	else
		json_write_null(b);
}

/* The scopes that some of the requests are in, with their own settings of the rule. */
static void write_scopes(struct buf *b, struct effective *e, size_t i)
{
	const struct rule *rule = rules_at(i);
	size_t scope;

	json_write_key(b, JSON_NAME("scopes"));
	json_write_array(b);
	for (size_t k = 0; effective_next_scope(e, i, &k, &scope);) {
		const struct scope_source *from = &e->sources->scopes[scope];
		const struct rule_setting *s = policy_scope_setting(e->policy, scope, i);
		const struct mark *option = from->rules[i].options;

		json_write_object(b);
		write_slice(b, JSON_NAME("name"), policy_scope_name(e->policy, scope));
		write_mark(b, JSON_NAME("at"), from->at);
		write_when(b, &from->when);
		json_write_text(b, JSON_NAME("action"), action_name(s->action));
		write_mark(b, JSON_NAME("from"), from->rules[i].action);
		json_write_key(b, JSON_NAME("options"));
		json_write_array(b);
		for (const struct param *p = rule->params; p && p->kind != PARAM_END; p++) {
			json_write_object(b);
			json_write_text(b, JSON_NAME("name"), p->name);
			json_write_key(b, JSON_NAME("value"));
			write_value(b, p, s->config);
			write_mark(b, JSON_NAME("from"), *option++);
			json_write_object_end(b);
		}
		json_write_array_end(b);
		json_write_object_end(b);
	}
	json_write_array_end(b);
}

static void write_exceptions(struct buf *b, struct effective *e, size_t i)
{
	size_t at;

	json_write_key(b, JSON_NAME("exceptions"));
	json_write_array(b);
	for (size_t k = 0; effective_next_exception(e, i, &k, &at);) {
		const struct exception *x = policy_exception_at(e->policy, at);
		const struct exception_source *from = &e->sources->exceptions[at];
		struct slice day = effective_last_day(e, at);

		json_write_object(b);
		write_slice(b, JSON_NAME("name"), x->name);
		write_mark(b, JSON_NAME("at"), from->at);
		write_when(b, &from->when);
		write_slice(b, JSON_NAME("values"), from->values);
		write_slice(b, JSON_NAME("options"), from->options);
		write_slice(b, JSON_NAME("reason"), x->reason);
		write_slice(b, JSON_NAME("owner"), x->owner);
		write_slice(b, JSON_NAME("expires"), day.len > 0 ? day : SLICE("never"));
		json_write_object_end(b);
	}
	json_write_array_end(b);
}

/* What the policy makes of the rule for the requests that are asked about. */
static void write_effect(struct buf *b, struct effective *e, size_t i)
{
	const struct rule_source *source = effective_source(e, i);

	json_write_flag(b, JSON_NAME("judges"), asked_judges(e->asked, i));
	json_write_flag(b, JSON_NAME("changed"), effective_changed(e, i));
	write_mark(b, JSON_NAME("from"), source->action);
	write_mark(b, JSON_NAME("final"), source->final);
	write_scopes(b, e, i);
	write_exceptions(b, e, i);
}

static void write_rule(struct buf *b, struct effective *e, const struct ladder *l, size_t i)
{
	const struct rule *rule = rules_at(i);
	const struct rule_setting *setting = effective_setting(e, i);

	json_write_object(b);
	json_write_text(b, JSON_NAME("rule"), rule->id);
	json_write_text(b, JSON_NAME("number"), rule->number);
	write_numbers(b, rule);
	json_write_text(b, JSON_NAME("action"), action_name(setting->action));
	json_write_text(b, JSON_NAME("title"), rule->title);
	write_benchmark(b, rule);
	json_write_text(b, JSON_NAME("nist"), rule->nist);
	json_write_flag(b, JSON_NAME("always"), rule->always);
	json_write_text(b, JSON_NAME("why"), rule->why);
	json_write_text(b, JSON_NAME("reads"), rule->fields);
	json_write_text(b, JSON_NAME("broken_by"), rule->broken_by);
	json_write_text(b, JSON_NAME("comply"), rule->comply);
	json_write_text(b, JSON_NAME("example_value"), rule->example_value);
	write_actions(b, l, i);
	write_options(b, rule, setting->config, effective_source(e, i)->options);
	write_effect(b, e, i);
	json_write_object_end(b);
}

static void write_recommendation(struct buf *b, const struct recommendation *r)
{
	static const char *const covers[] = {
		[POSTURE] = "posture",
		[GUARDED] = "guarded",
		[NAMED] = "procedure",
	};

	json_write_object(b);
	json_write_text(b, JSON_NAME("number"), r->number);
	/* Policies name rules only, so its numbers in later editions are of no use. */
	json_write_key(b, JSON_NAME("numbers"));
	json_write_object(b);
	write_any_text(b, edition_name(EDITION_1_11_0), r->number);
	json_write_object_end(b);
	json_write_text(b, JSON_NAME("name"), r->name);
	json_write_text(b, JSON_NAME("title"), r->title);
	json_write_text(b, JSON_NAME("benchmark_title"), r->title);
	json_write_text(b, JSON_NAME("benchmark_profile"), benchmark_profile_name(r->profile));
	json_write_count(b, JSON_NAME("level"), r->level);
	json_write_flag(b, JSON_NAME("scored"), r->scored);
	json_write_text(b, JSON_NAME("covered"), covers[r->cover]);
	json_write_text(b, JSON_NAME("help"), r->help);
	json_write_object_end(b);
}

static void write_access(struct buf *b, struct effective *e)
{
	size_t at;

	json_write_key(b, JSON_NAME("access"));
	json_write_array(b);
	for (size_t k = 0; effective_next_access(e, &k, &at);) {
		json_write_object(b);
		write_mark(b, JSON_NAME("at"), e->sources->access[at].at);
		write_slice(b, JSON_NAME("rule"), e->sources->access[at].rule);
		json_write_object_end(b);
	}
	json_write_array_end(b);
	write_mark(b, JSON_NAME("access_default"), e->sources->access_default);
}

/* Which policy it is, and what was asked. */
static void write_head(struct buf *b, struct effective *e)
{
	write_slice(b, JSON_NAME("policy"), policy_name(e->policy));
	write_slice(b, JSON_NAME("profile"), policy_profile(e->policy));
	json_write_text(b, JSON_NAME("built_in_profile"), e->sources->profile);
	json_write_text(b, JSON_NAME("mode"), policy_enforces(e->policy) ? "enforce" : "warn");
	json_write_text(b, JSON_NAME("host"), e->host);
	json_write_text(b, JSON_NAME("user"), e->user);
	json_write_text(b, JSON_NAME("image"), e->image);
	json_write_text(b, JSON_NAME("operation"), e->operation);
	json_write_key(b, JSON_NAME("scope"));
	if (effective_in_scope(e))
		json_write_string(b, policy_scope_name(e->policy, e->scope));
	else
		json_write_null(b);
	json_write_text(b, JSON_NAME("benchmark"), edition_name(EDITION_1_11_0));
	json_write_text(b, JSON_NAME("api"), API_KNOWN);
}

static void write_whole(struct buf *b, struct effective *e, const struct ladder *l)
{
	json_write_object(b);
	write_head(b, e);
	write_access(b, e);
	json_write_key(b, JSON_NAME("rules"));
	json_write_array(b);
	for (size_t i = 0; i < rules_count(); i++)
		write_rule(b, e, l, i);
	json_write_array_end(b);
	json_write_key(b, JSON_NAME("recommendations"));
	json_write_array(b);
	for (size_t i = 0; i < recommendations_count(); i++)
		write_recommendation(b, recommendations_at(i));
	json_write_array_end(b);
	json_write_object_end(b);
}

int rules_json(struct effective *e)
{
	OWN(arena) a = arena_new(MEMORY_MOST);
	struct buf b = BUF(a);
	struct ladder ladder = { 0 };
	int error = a ? load_ladder(&ladder) : -ENOMEM;

	if (!error) {
		write_whole(&b, e, &ladder);
		error = e->failed ? -ENOMEM : json_print(&b, stdout);
	}
	drop_ladder(&ladder);
	return error;
}
