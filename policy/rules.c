#include "policy/rule.h"

#include "base/array.h"
#include "base/diag.h"

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
