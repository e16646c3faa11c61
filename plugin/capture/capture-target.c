#include "capture/capture-target.h"

#include "base/arena.h"
#include "base/array.h"
#include "base/buf.h"
#include "base/place.h"
#include "policy/reading.h"

/* Those that need no escape where we write. */
static const struct slice url_letters = SLICE_INIT("-._~:/@,");

int capture_target(const struct reading *reading, struct arena *a, struct slice *ret)
{
	static const struct {
		struct slice place, target;
	} alike[] = {
		{ SLICE_INIT("the request's path"), SLICE_INIT("//") },
		{ SLICE_INIT("the request's API version"),
		  SLICE_INIT("/v99999999999999999999.0/x") },
		{ SLICE_INIT("the request's query"), SLICE_INIT("/?;") },
		{ SLICE_INIT("a parameter of the request's query"), SLICE_INIT("/?%") },
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
	for (size_t i = 0; c && c->at && i < COUNT_OF(alike); i++) {
		if (slice_eq(c->at->key, alike[i].place))
			*ret = alike[i].target;
	}
	return 0;
}
