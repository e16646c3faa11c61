#include "strictness.h"

#include <stddef.h>
#include <stdint.h>

#include "base/array.h"
#include "base/number.h"
#include "policy/policy.h"
#include "policy/rule.h"

enum direction { SAME, FEWER, MORE, LESS, GREATER };

static enum direction direction_of(const struct param *p)
{
	static const struct {
		const char *option;
		enum direction stricter;
	} known[] = {
		{ "accept", FEWER },       { "add", MORE },
		{ "allow", FEWER },        { "allow_addresses", FEWER },
		{ "allow_files", FEWER },  { "allow_levels", FEWER },
		{ "allow_sha256", FEWER }, { "allow_types", FEWER },
		{ "alone", MORE },         { "below", GREATER },
		{ "bridges", FEWER },      { "commands", MORE },
		{ "containers", MORE },    { "deny", MORE },
		{ "deny_root", LESS }, /* only root, instead of everybody */
		{ "globs", MORE },         { "interfaces", FEWER },
		{ "max", LESS },           { "max_retries", LESS },
		{ "min", GREATER },        { "own_network", FEWER },
		{ "paths", MORE },         { "plugins", MORE },
		{ "ports", MORE },         { "require_drop", MORE },
		{ "services", MORE },
	};

	for (size_t i = 0; i < COUNT_OF(known); i++) {
		if (slice_eq(slice_str(p->name), slice_str(known[i].option)))
			return known[i].stricter;
	}
	return SAME;
}

static size_t item_size(enum param_kind kind)
{
	if (kind == PARAM_ALLOWED_PATHS_)
		return sizeof(struct allowed_path);
	if (kind == PARAM_DEVICES_)
		return sizeof(struct allowed_device);
	return kind == PARAM_PAIRS_ ? sizeof(struct word_pair) : sizeof(struct slice);
}

static bool same_item(enum param_kind kind, const void *a, const void *b)
{
	if (kind == PARAM_ALLOWED_PATHS_) {
		const struct allowed_path *x = a, *y = b;

		return slice_eq(x->path, y->path) && x->read_only == y->read_only;
	}
	if (kind == PARAM_DEVICES_) {
		const struct allowed_device *x = a, *y = b;

		return slice_eq(x->path, y->path) && slice_eq(x->permissions, y->permissions);
	}
	if (kind == PARAM_PAIRS_) {
		const struct word_pair *x = a, *y = b;

		return slice_eq(x->name, y->name) && slice_eq(x->value, y->value);
	}
	return slice_eq(*(const struct slice *) a, *(const struct slice *) b);
}

/* All lists are a pointer and a count. */
static bool holds_all(enum param_kind kind, const struct words *list, const struct words *others)
{
	const char *items = (const void *) list->items, *wanted = (const void *) others->items;
	size_t size = item_size(kind);

	/* Most scopes give it no list of its own. */
	if (items == wanted && list->count == others->count)
		return true;
	for (size_t i = 0; i < others->count; i++) {
		size_t j = 0;

		while (j < list->count && !same_item(kind, items + j * size, wanted + i * size))
			j++;
		if (j == list->count)
			return false;
	}
	return true;
}

/* To these rules an empty list of what is allowed means that anything is. */
static bool empty_is_any(const struct rule *rule)
{
	return slice_eq(slice_str(rule->id), SLICE("apparmor-profile")) ||
	       slice_eq(slice_str(rule->id), SLICE("container-user"));
}

static bool list_no_laxer(const struct rule *rule, const struct param *p,
			  const struct words *inside, const struct words *outside)
{
	enum direction stricter = direction_of(p);
	bool fewer = holds_all(p->kind, outside, inside),
	     more = holds_all(p->kind, inside, outside);

	if (stricter == FEWER && empty_is_any(rule))
		return outside->count == 0 || (inside->count > 0 && fewer);
	if (stricter == FEWER)
		return fewer;
	return more && (fewer || stricter == MORE);
}

/* Numbers with dots between them, 1.9 before 1.40. */
static bool version_at_least(struct slice version, struct slice least)
{
	uint64_t have, wanted;
	struct slice part, other;

	while (least.len > 0) {
		have = wanted = 0;
		slice_cut(version, '.', &part, &version);
		slice_cut(least, '.', &other, &least);
		if ((part.len > 0 && !number_u64(part, &have)) || !number_u64(other, &wanted))
			return false;
		if (have != wanted)
			return have > wanted;
	}
	return true;
}

/* To this rule no upper bound is 0. */
static bool zero_is_any(const struct rule *rule)
{
	return slice_eq(slice_str(rule->id), SLICE("memory-limit"));
}

static bool number_no_laxer(const struct rule *rule, const struct param *p, uint64_t inside,
			    uint64_t outside)
{
	enum direction stricter = direction_of(p);

	if (stricter == LESS && zero_is_any(rule) && inside != outside) {
		if (inside == 0 || outside == 0)
			return outside == 0;
	}
	return inside == outside || (stricter == LESS && inside < outside) ||
	       (stricter == GREATER && inside > outside);
}

static bool word_no_laxer(const struct param *p, struct slice inside, struct slice outside)
{
	/* A choice of what becomes of something is one between allow and deny. */
	return slice_eq(inside, outside) ||
	       (direction_of(p) == GREATER && version_at_least(inside, outside)) ||
	       (p->word && slice_eq(inside, SLICE("deny")) && slice_eq(outside, SLICE("allow")));
}

static bool no_laxer(const struct rule *rule, const struct param *p, const void *inside,
		     const void *outside)
{
	if (p->kind == PARAM_BOOL_)
		return direction_of(p) == LESS ? *(const bool *) inside <= *(const bool *) outside
					       : *(const bool *) inside >= *(const bool *) outside;
	if (p->kind == PARAM_COUNT_ || p->kind == PARAM_SIZE_)
		return number_no_laxer(rule, p, *(const uint64_t *) inside,
				       *(const uint64_t *) outside);
	if (p->kind == PARAM_WORD_)
		return word_no_laxer(p, *(const struct slice *) inside,
				     *(const struct slice *) outside);
	return list_no_laxer(rule, p, inside, outside);
}

bool setting_laxer(const struct rule *rule, const struct rule_setting *inside,
		   const struct rule_setting *outside, const struct param **ret)
{
	*ret = NULL;
	if (inside->action < outside->action)
		return true;
	/* What was off asked for nothing. */
	if (outside->action == ACTION_OFF)
		return false;
	for (const struct param *p = rule->params; p && p->kind != PARAM_END; p++) {
		*ret = p;
		if (!no_laxer(rule, p, (const char *) inside->config + p->offset,
			      (const char *) outside->config + p->offset))
			return true;
	}
	*ret = NULL;
	return false;
}
