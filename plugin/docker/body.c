/*
 * body.c - the body rules of moby's pkg/authorization and of Go's ParseForm.
 *
 * Two ways of hiding matter. A JSON body that the daemon reads but does not forward, and a form
 * body, whose values Go puts before those of the query that we judge. The headers we see hold the
 * last of a repeated one while the daemon goes by the first, so they can only ever add a denial:
 * a call has no body when nothing that we are shown speaks of one. Where the handler reads none,
 * or nothing of it that matters, a hidden one is no harm, and clients that name a type for nothing
 * are let through.
 */
#include "docker/body.h"

#include "base/fold.h"
#include "base/place.h"
#include "base/utf8.h"
#include "docker/call.h"
#include "docker/route.h"
#include "policy/op.h"
#include "policy/reading.h"

/* Go's mime.ParseMediaType takes strings.TrimSpace of the type, but not of the whole header. */
static struct slice media_type(const struct call *call)
{
	struct slice type, parameters;

	slice_cut(call->content_type, ';', &type, &parameters);
	return utf8_trim(type);
}

/* Go's mime.ParseMediaType takes the type through strings.ToLower. */
static bool is_form(struct slice type)
{
	struct slice head, rest;

	slice_cut(type, '/', &head, &rest);
	return fold_lower_eq(type, SLICE("application/x-www-form-urlencoded")) ||
	       fold_lower_eq(head, SLICE("multipart"));
}

static bool is_said_empty(const struct call *call)
{
	return slice_eq(slice_trim(call->content_length), SLICE("0"));
}

/*
 * The daemon takes Content-Length away from a chunked body, so "0" means none. Of a Content-Type
 * that stands twice it goes by the first and shows us the last, which may be empty: only where
 * there is no such key at all did nobody say what a body would be.
 */
static bool hides_body(const struct call *call)
{
	if (call->body.len > 0)
		return false;
	return call->has_content_length ? !is_said_empty(call) : call->has_content_type;
}

#define SEND_NONE "without a body, send no Content-Type, or a Content-Length of 0."

static int refuse_hidden(struct reading *reading, const char *advice)
{
	return reading_unread(reading, PLACE_WORDS("the body"), "was not shown to this plugin%s",
			      advice);
}

static const char needed[] = ". Send it as application/json, with a Content-Length below 1 MiB.";
static const char optional[] =
	". Send it as application/json, with a Content-Length below 1 MiB; " SEND_NONE;
static const char in_query[] =
	", and a form would override the query. Send the values in the query alone; " SEND_NONE;

static int check_json(const struct call *call, struct reading *reading)
{
	if (call->body.len > 0 && !slice_eq_nocase(media_type(call), SLICE("application/json")))
		return reading_unread(
			reading, PLACE_WORDS("the Content-Type"),
			"is not application/json. Send the body as application/json.");
	return 0;
}

int body_check_query(const struct call *call, struct reading *reading)
{
	return hides_body(call) ? refuse_hidden(reading, in_query) : 0;
}

bool body_replaces_settings(const struct api_version *api)
{
	return api->given && (api->major < 1 || (api->major == 1 && api->minor < 24));
}

/* A form of no bytes has no values; shells send it for a POST without data. */
static bool is_form_shown(const struct call *call)
{
	return is_form(media_type(call)) && (call->body.len > 0 || !is_said_empty(call));
}

int body_check(const struct route *route, const struct call *call, struct reading *reading)
{
	if (is_form_shown(call))
		return reading_unread(
			reading, PLACE_WORDS("the Content-Type"),
			"is that of a form, whose values would override the query. Send the "
			"values in the query alone.");
	switch (route->body) {
	case BODY_JSON:
		return call->body.len > 0 ? check_json(call, reading)
					  : refuse_hidden(reading, needed);
	case BODY_JSON_OPTIONAL:
		return hides_body(call) ? refuse_hidden(reading, optional)
					: check_json(call, reading);
	case BODY_QUERY:
		return body_check_query(call, reading);
	case BODY_START:
		return body_replaces_settings(&call->uri.api) && hides_body(call)
			       ? refuse_hidden(reading, optional)
			       : 0;
	case BODY_NONE:
	case BODY_TRIFLES:
	case BODY_STREAM:
		break;
	}
	return 0;
}
