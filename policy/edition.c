#include "policy/edition.h"

#include "policy/rule.h"

static const struct slice names[] = {
	[EDITION_1_11_0] = SLICE_INIT("cis-docker-1.11.0"),
	[EDITION_1_6_0] = SLICE_INIT("cis-docker-1.6.0"),
	[EDITION_1_7_0] = SLICE_INIT("cis-docker-1.7.0"),
	[EDITION_1_8_0] = SLICE_INIT("cis-docker-1.8.0"),
};

const char *benchmark_profile_name(enum benchmark_profile p)
{
	static const char *const words[] = {
		[PROFILE_DOCKER] = "Docker",
		[PROFILE_LINUX_HOST] = "Linux Host OS",
	};

	return words[p];
}

const char *edition_name(enum edition e)
{
	return names[e].ptr;
}

bool edition_find(struct slice name, enum edition *ret)
{
	for (enum edition e = 0; e < EDITIONS; e++) {
		if (slice_eq(name, names[e])) {
			*ret = e;
			return true;
		}
	}
	return false;
}

const char *edition_number(enum edition e, const struct rule *rule)
{
	if (e == EDITION_1_11_0)
		return rule->number;
	if (e == EDITION_1_8_0 && rule->number_1_8)
		return rule->number_1_8;
	return rule->number_1_6 ? rule->number_1_6 : rule->number;
}

const struct rule *edition_rule(enum edition e, struct slice number)
{
	for (size_t i = 0; i < rules_count(); i++) {
		const struct rule *rule = rules_at(i);
		const char *its = edition_number(e, rule);

		if (its && slice_eq(number, slice_str(its)))
			return rule;
	}
	return NULL;
}
