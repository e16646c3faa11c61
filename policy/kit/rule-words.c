#include "kit/rule-words.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/arena.h"
#include "policy/intent.h"

bool for_service(const struct intent *in)
{
	return in->op == OP_SERVICE_CREATE || in->op == OP_SERVICE_UPDATE;
}

bool api_before(const struct intent *in, unsigned minor)
{
	return in->api.given &&
	       (in->api.major < 1 || (in->api.major == 1 && in->api.minor < minor));
}

bool service_drops(const struct intent *in, unsigned minor)
{
	return for_service(in) && api_before(in, minor);
}

struct size_words size_words(uint64_t bytes)
{
	static const char units[] = { 'b', 'k', 'm', 'g', 't' };
	struct size_words words;
	size_t unit = 0;

	while (bytes > 0 && bytes % 1024 == 0 && unit + 1 < sizeof(units)) {
		bytes /= 1024;
		unit++;
	}
	snprintf(words.text, sizeof(words.text), "%" PRIu64 "%c", bytes, units[unit]);
	return words;
}

int number_words(const struct intent *in, int64_t number, struct slice *ret)
{
	return arena_printf(in->arena, ret, "%" PRId64, number);
}
