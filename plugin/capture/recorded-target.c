#include "capture/recorded-target.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/place.h"
#include "policy/reading.h"

/* Those that need no escape where we write. */
static const struct slice url_letters = { "-._~:/@,", 8 };

int recorded_unread_target(const struct reading *reading, struct arena *a, struct slice *ret)
{
	static const struct {
		struct slice place, target;
	} alike[] = {
		{ { "the request's path", 18 }, { "//", 2 } },
		{ { "the request's API version", 25 }, { "/v99999999999999999999.0/x", 26 } },
		{ { "the request's query", 19 }, { "/?;", 3 } },
		{ { "a parameter of the request's query", 34 }, { "/?%", 3 } },
	};
	const struct complaint *c = reading->unread.first;
	struct buf b = BUF(a);

	if (c && c->at && c->at->kind == PLACE_QUERY) {
		buf_add(&b, SLICE("/?"));
		buf_percent(&b, c->at->key, url_letters);
		buf_add(&b, SLICE("=%"));
		return buf_done(&b, ret);
	}
	*ret = SLICE("/#");
	for (size_t i = 0; c && c->at && i < sizeof(alike) / sizeof(alike[0]); i++) {
		if (slice_eq(c->at->key, alike[i].place))
			*ret = alike[i].target;
	}
	return 0;
}
