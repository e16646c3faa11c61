/*
 * body.c - the body rules of moby's pkg/authorization and of Go's ParseForm.
 *
 * Two ways of hiding matter. A JSON body that the daemon reads but does not forward, and a form
 * body, whose values Go puts before those of the query that we judge. The headers we see hold the
 * last of a repeated one while the daemon goes by the first, so they can only ever add a denial.
 */
#include "docker/body.h"

#include "base/fold.h"
#include "base/place.h"
#include "docker/call.h"
#include "docker/route.h"
#include "policy/op.h"
#include "policy/reading.h"

static struct slice media_type(const struct call *call)
{
	struct slice type, parameters;

	slice_cut(call->content_type, ';', &type, &parameters);
	return slice_trim(type);
}

/* Go's mime.ParseMediaType takes the type through strings.ToLower. */
static bool is_form(struct slice type)
{
	struct slice head, rest;

	slice_cut(type, '/', &head, &rest);
	return fold_lower_eq(type, SLICE("application/x-www-form-urlencoded")) ||
	       fold_lower_eq(head, SLICE("multipart"));
}

static bool reads_form(const struct call *call)
{
	return slice_eq(call->method, SLICE("POST")) || slice_eq(call->method, SLICE("PUT")) ||
	       slice_eq(call->method, SLICE("PATCH"));
}

/*
 * Clients that send no body say "Content-Length: 0" or, as curl does, name no type either. A type
 * without a length is a chunked body, which we were not shown.
 */
static bool hides_body(const struct call *call)
{
	if (call->body.len > 0)
		return false;
	if (call->has_content_length)
		return !slice_eq(slice_trim(call->content_length), SLICE("0"));
	return call->content_type.len > 0;
}

static int refuse_hidden(struct reading *reading)
{
	return reading_unread(reading, PLACE_WORDS("the body"),
			      "was not shown to this plugin. Send it as application/json, with a "
			      "Content-Length below 1 MiB.");
}

static int check_json(const struct call *call, bool optional, struct reading *reading)
{
	if (call->body.len == 0 && !optional)
		return refuse_hidden(reading);
	if (hides_body(call))
		return refuse_hidden(reading);
	if (call->body.len > 0 && !slice_eq_nocase(media_type(call), SLICE("application/json")))
		return reading_unread(
			reading, PLACE_WORDS("the Content-Type"),
			"is not application/json. Send the body as application/json.");
	return 0;
}

int body_check_none(const struct call *call, struct reading *reading)
{
	return reads_form(call) && hides_body(call) ? refuse_hidden(reading) : 0;
}

int body_check(const struct route *route, const struct call *call, struct reading *reading)
{
	if (is_form(media_type(call)))
		return reading_unread(
			reading, PLACE_WORDS("the Content-Type"),
			"is that of a form, whose values would override the query. Send the "
			"values in the query alone.");
	switch (route->body) {
	case BODY_JSON:
		return check_json(call, false, reading);
	case BODY_JSON_OPTIONAL:
		return check_json(call, true, reading);
	case BODY_NONE:
	case BODY_EMPTY:
		return body_check_none(call, reading);
	case BODY_STREAM:
		break;
	}
	return 0;
}
