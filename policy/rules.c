#include "policy/rule.h"

#include <string.h>

#include "base/array.h"
#include "base/diag.h"
#include "base/number.h"

#define RULE(name) extern const struct rule rule_##name;
#include "policy/rules.def"
#undef RULE

static const struct rule *const rules[] = {
#define RULE(name) &rule_##name,
#include "policy/rules.def"
#undef RULE
};

enum { RULES = COUNT_OF(rules) };

size_t rules_count(void)
{
	return RULES;
}

const struct rule *rules_at(size_t i)
{
	return rules[i];
}

size_t rules_index(const struct rule *rule)
{
	size_t i = 0;

	while (i < RULES && rules[i] != rule)
		i++;
	return i;
}

size_t param_size(const struct param *p)
{
	switch (p->kind) {
	case PARAM_END:
		break;
	case PARAM_BOOL_:
		return sizeof(bool);
	case PARAM_COUNT_:
	case PARAM_SIZE_:
		return sizeof(uint64_t);
	case PARAM_WORDS_:
	case PARAM_PATHS_:
		return sizeof(struct words);
	case PARAM_ALLOWED_PATHS_:
		return sizeof(struct allowed_paths);
	case PARAM_DEVICES_:
		return sizeof(struct allowed_devices);
	case PARAM_WORD_:
		return sizeof(struct slice);
	case PARAM_PAIRS_:
		return sizeof(struct word_pairs);
	}
	return 0;
}

static const struct param *max_of(const struct rule *rule)
{
	for (const struct param *p = rule->params; p && p->kind != PARAM_END; p++) {
		if ((p->kind == PARAM_COUNT_ || p->kind == PARAM_SIZE_) &&
		    slice_eq(slice_str(p->name), SLICE("max")))
			return p;
	}
	return NULL;
}

bool rule_beyond_max(const struct rule *rule, const void *config, struct slice value, uint64_t *ret)
{
	const struct param *p = max_of(rule);
	uint64_t max;

	if (!p || !number_size(value, ret))
		return false;
	memcpy(&max, (const char *) config + p->offset, sizeof(max));
	return max > 0 && *ret > max;
}

const struct rule *rules_find(struct slice name)
{
	for (size_t i = 0; i < RULES; i++) {
		if (slice_eq(name, slice_str(rules[i]->id)))
			return rules[i];
	}
	return NULL;
}

const char *rules_nearest(struct slice name)
{
	const char *ids[RULES + 1];

	for (size_t i = 0; i < RULES; i++)
		ids[i] = rules[i]->id;
	ids[RULES] = NULL;
	return diag_nearest(name, ids);
}
