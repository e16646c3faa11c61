#include "capture/made-call.h"

#include <stddef.h>

#include "base/buf.h"
#include "base/json-writer.h"
#include "docker/route.h"
#include "json/base64.h"

const struct route *made_call_route(enum op op)
{
	if (!slice_ends(slice_str(op_name(op)), SLICE(".create")))
		return NULL;
	for (size_t i = 0; i < route_count(); i++) {
		const struct route *route = route_at(i);

		if (route->op == op && route->body == BODY_JSON &&
		    !slice_find(slice_str(route->pattern), '{'))
			return route;
	}
	return NULL;
}

int made_call_write(const struct route *route, struct slice body, struct arena *a,
		    struct slice *ret)
{
	struct buf b = BUF(a);
	struct slice encoded;
	int err = base64_write(a, body, &encoded);

	if (err)
		return err;
	json_write_object(&b);
	json_write_text(&b, JSON_NAME("RequestMethod"), route->method);
	json_write_text(&b, JSON_NAME("RequestUri"), route->pattern);
	json_write_key(&b, JSON_NAME("RequestHeaders"));
	json_write_object(&b);
	json_write_text(&b, JSON_NAME("Content-Type"), "application/json");
	json_write_object_end(&b);
	json_write_key(&b, JSON_NAME("RequestBody"));
	json_write_plain(&b, encoded);
	json_write_object_end(&b);
	return buf_done(&b, ret);
}
