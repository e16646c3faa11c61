/*
 * rules-json.c - the machine's copy of everything that the rules' and recommendations' records say.
 *
 * Documents and the JSON Schema are written from it by scripts/generate, so that the process that
 * answers Docker holds no manual.
 */
#include "report/rules-json.h"

#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/diag.h"
#include "policy/capability.h"
#include "policy/edition.h"
#include "policy/op.h"
#include "policy/policy-load.h"
#include "policy/policy.h"
#include "policy/profiles.h"
#include "policy/recommendation.h"
#include "policy/rule.h"

enum { PROFILES_MOST = 8, PROFILE_TEXT = 64 };

/* What the embedded profiles make of the rules. */
struct ladder {
	const struct policy *policies[PROFILES_MOST];
};

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

static json_t *text(struct slice s)
{
	return json_stringn(s.len > 0 ? s.ptr : "", s.len);
}

/* Takes `value`; `ok` becomes false where there is none, for want of memory. */
static void put(json_t *object, const char *key, json_t *value, bool *ok)
{
	if (json_object_set_new(object, key, value) != 0)
		*ok = false;
}

static void put_text(json_t *object, const char *key, const char *value, bool *ok)
{
	put(object, key, value ? json_string(value) : json_null(), ok);
}

static json_t *words_json(const struct words *words, bool *ok)
{
	json_t *list = json_array();

	for (size_t i = 0; i < words->count; i++) {
		if (json_array_append_new(list, text(words->items[i])) != 0)
			*ok = false;
	}
	return list;
}

static json_t *paths_json(const struct allowed_paths *paths, bool *ok)
{
	json_t *list = json_array();

	for (size_t i = 0; i < paths->count; i++) {
		json_t *item = json_object();

		put(item, "path", text(paths->items[i].path), ok);
		put(item, "read_only", json_boolean(paths->items[i].read_only), ok);
		if (json_array_append_new(list, item) != 0)
			*ok = false;
	}
	return list;
}

static json_t *devices_json(const struct allowed_devices *devices, bool *ok)
{
	json_t *list = json_array();

	for (size_t i = 0; i < devices->count; i++) {
		json_t *item = json_object();

		put(item, "path", text(devices->items[i].path), ok);
		put(item, "permissions", text(devices->items[i].permissions), ok);
		if (json_array_append_new(list, item) != 0)
			*ok = false;
	}
	return list;
}

static json_t *pairs_json(const struct word_pairs *pairs, bool *ok)
{
	json_t *object = json_object();

	for (size_t i = 0; i < pairs->count; i++) {
		if (json_object_setn_new(object, pairs->items[i].name.ptr, pairs->items[i].name.len,
					 text(pairs->items[i].value)) != 0)
			*ok = false;
	}
	return object;
}

/* What stands in `config` for the option, as a policy would write it; a size in bytes. */
static json_t *value_json(const struct param *p, const void *config, bool *ok)
{
	const void *value = (const char *) config + p->offset;

	switch (p->kind) {
	case PARAM_BOOL_:
		return json_boolean(*(const bool *) value);
	case PARAM_COUNT_:
	case PARAM_SIZE_:
		return json_integer((json_int_t) * (const uint64_t *) value);
	case PARAM_WORDS_:
	case PARAM_PATHS_:
		return words_json(value, ok);
	case PARAM_WORD_:
		return text(*(const struct slice *) value);
	case PARAM_ALLOWED_PATHS_:
		return paths_json(value, ok);
	case PARAM_DEVICES_:
		return devices_json(value, ok);
	case PARAM_PAIRS_:
		return pairs_json(value, ok);
	case PARAM_END:
		break;
	}
	return json_null();
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

static json_t *option_json(const struct param *p, const void *defaults, const void *config,
			   bool *ok)
{
	json_t *option = json_object();

	put_text(option, "name", p->name, ok);
	put_text(option, "kind", kinds[p->kind], ok);
	put_text(option, "about", p->about, ok);
	if (p->kind == PARAM_COUNT_ || p->kind == PARAM_SIZE_) {
		put(option, "least", json_integer((json_int_t) p->least), ok);
		put(option, "most", json_integer((json_int_t) p->most), ok);
	}
	/* Which words there are, where they are a list of their own. */
	if (p->word == capability_word)
		put_text(option, "words", "capability", ok);
	put_text(option, "pattern", p->pattern, ok);
	put(option, "default", value_json(p, defaults, ok), ok);
	put(option, "value", value_json(p, config, ok), ok);
	return option;
}

static json_t *options_json(const struct rule *rule, const void *config, bool *ok)
{
	json_t *list = json_array();

	for (const struct param *p = rule->params; p && p->kind != PARAM_END; p++) {
		if (json_array_append_new(list, option_json(p, rule->defaults, config, ok)) != 0)
			*ok = false;
	}
	return list;
}

static json_t *numbers_json(const struct rule *rule, bool *ok)
{
	json_t *numbers = json_object();

	for (enum edition e = 0; e < EDITIONS; e++)
		put_text(numbers, edition_name(e), edition_number(e, rule), ok);
	return numbers;
}

static json_t *actions_json(const struct ladder *l, size_t rule_index, bool *ok)
{
	json_t *actions = json_object();

	for (size_t i = 0; profiles[i].name; i++)
		put_text(actions, profiles[i].name,
			 action_name(policy_setting(l->policies[i], rule_index)->action), ok);
	return actions;
}

static json_t *rule_json(const struct policy *p, const struct ladder *l, size_t i, bool *ok)
{
	const struct rule *rule = rules_at(i);
	const struct rule_setting *setting = policy_setting(p, i);
	json_t *object = json_object();

	put_text(object, "rule", rule->id, ok);
	put_text(object, "number", rule->number, ok);
	put(object, "numbers", numbers_json(rule, ok), ok);
	put_text(object, "action", action_name(setting->action), ok);
	put_text(object, "title", rule->title, ok);
	put_text(object, "benchmark_title", rule->benchmark_title, ok);
	put_text(object, "benchmark_profile",
		 rule->number ? benchmark_profile_name(rule->profile) : NULL, ok);
	put(object, "level", rule->level ? json_integer(rule->level) : json_null(), ok);
	put(object, "scored", rule->number ? json_boolean(rule->scored) : json_null(), ok);
	put_text(object, "nist", rule->nist, ok);
	put(object, "always", json_boolean(rule->always), ok);
	put_text(object, "why", rule->why, ok);
	put_text(object, "reads", rule->fields, ok);
	put_text(object, "broken_by", rule->broken_by, ok);
	put_text(object, "comply", rule->comply, ok);
	put_text(object, "example_value", rule->example_value, ok);
	put(object, "profiles", actions_json(l, i, ok), ok);
	put(object, "options", options_json(rule, setting->config, ok), ok);
	return object;
}

static json_t *recommendation_json(const struct recommendation *r, bool *ok)
{
	static const char *const covers[] = {
		[POSTURE] = "posture",
		[GUARDED] = "guarded",
		[NAMED] = "procedure",
	};
	json_t *object = json_object();

	put_text(object, "number", r->number, ok);
	/* Policies name rules only, so its numbers in later editions are of no use. */
	put(object, "numbers", json_pack("{s:s}", edition_name(EDITION_1_11_0), r->number), ok);
	put_text(object, "name", r->name, ok);
	put_text(object, "title", r->title, ok);
	put_text(object, "benchmark_title", r->title, ok);
	put_text(object, "benchmark_profile", benchmark_profile_name(r->profile), ok);
	put(object, "level", json_integer(r->level), ok);
	put(object, "scored", json_boolean(r->scored), ok);
	put_text(object, "covered", covers[r->cover], ok);
	put_text(object, "help", r->help, ok);
	return object;
}

static json_t *whole(const struct policy *p, const struct ladder *l, bool *ok)
{
	json_t *rules = json_array(), *others = json_array(), *root = json_object();

	for (size_t i = 0; i < rules_count(); i++) {
		if (json_array_append_new(rules, rule_json(p, l, i, ok)) != 0)
			*ok = false;
	}
	for (size_t i = 0; i < recommendations_count(); i++) {
		if (json_array_append_new(others, recommendation_json(recommendations_at(i), ok)) !=
		    0)
			*ok = false;
	}
	put(root, "policy", text(policy_name(p)), ok);
	put_text(root, "benchmark", edition_name(EDITION_1_11_0), ok);
	put_text(root, "api", API_KNOWN, ok);
	put(root, "rules", rules, ok);
	put(root, "recommendations", others, ok);
	return root;
}

int rules_json(const struct policy *p)
{
	struct ladder ladder = { 0 };
	bool ok = true;
	json_t *root;
	int error = load_ladder(&ladder);

	if (!error) {
		root = whole(p, &ladder, &ok);
		if (!root || !ok)
			error = -ENOMEM;
		else if (json_dumpf(root, stdout, JSON_INDENT(2)) != 0 || putchar('\n') == EOF)
			error = -EIO;
		json_decref(root);
	}
	drop_ladder(&ladder);
	return error;
}
