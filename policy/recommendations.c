#include "policy/recommendation.h"

static const struct recommendation recommendations[] = {
#define RECOMMENDATION(number, profile, level, scored, cover, name, title, help) \
	{ number, PROFILE_##profile, level, scored, cover, name, title, help },
#include "base/array.h"
#include "recommendations.def"
#undef RECOMMENDATION
};

size_t recommendations_count(void)
{
	return COUNT_OF(recommendations);
}

const struct recommendation *recommendations_at(size_t i)
{
	return &recommendations[i];
}

const struct recommendation *recommendations_find(struct slice name_or_number)
{
	for (size_t i = 0; i < recommendations_count(); i++) {
		if (slice_eq(name_or_number, slice_str(recommendations[i].number)) ||
		    slice_eq(name_or_number, slice_str(recommendations[i].name)))
			return &recommendations[i];
	}
	return NULL;
}
