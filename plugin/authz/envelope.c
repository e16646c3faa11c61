#include "authz/envelope.h"

#include <errno.h>

#include "base/arena.h"
#include "base/place.h"
#include "look/wire.h"
#include "json/base64.h"
#include "json/gojson.h"

struct question {
	struct field_text user, authn, method, uri, body;
	struct field_pairs headers;
};

#define INTO(member)    offsetof(struct question, member)
#define IGNORED(reason) GO_IGNORED, 0, NULL, reason

static const struct gojson_field fields[] = {
	{ "CisAuthzRecording", IGNORED("what serve --record tells of the line it wrote") },
	{ "RequestBody", GO_STRING, INTO(body) },
	{ "RequestHeaders", GO_STRING_MAP, INTO(headers) },
	{ "RequestMethod", GO_STRING, INTO(method) },
	{ "RequestPeerCertificates",
	  IGNORED("the daemon verified them and tells the common name") },
	{ "RequestUri", GO_STRING, INTO(uri) },
	{ "ResponseBody", IGNORED("what is done cannot be denied") },
	{ "ResponseHeaders", IGNORED("what is done cannot be denied") },
	{ "ResponseStatusCode", IGNORED("what is done cannot be denied") },
	{ "User", GO_STRING, INTO(user) },
	{ "UserAuthNMethod", GO_STRING, INTO(authn) },
};
static const struct gojson_type question_type = { GOJSON_TYPE(fields, struct question) };

static int decode_body(const struct field_text *text, struct arena *a, struct slice *ret,
		       struct reading *reading)
{
	int error = base64_read(a, text->value, ret);

	return error > 0 ? reading_unread(reading, text->at, "is not base64.") : error;
}

static void read_headers(const struct field_pairs *headers, struct call *call)
{
	for (size_t i = 0; i < headers->count; i++) {
		const struct pair *h = &headers->items[i];

		if (slice_eq_nocase(h->key, SLICE("Content-Type"))) {
			call->content_type = h->value;
			call->has_content_type = true;
		} else if (slice_eq_nocase(h->key, SLICE("Content-Length"))) {
			call->content_length = h->value;
			call->has_content_length = true;
		} else if (slice_eq_nocase(h->key, SLICE("Upgrade"))) {
			call->upgrades = true;
		} else if (slice_eq(h->key, SLICE("User-Agent"))) {
			/* As Go spells it; it is for words alone, so no other spelling is looked
			 * for. */
			call->user_agent = h->value;
		} else if (slice_eq_nocase(h->key, SLICE(LOOK_HEADER))) {
			call->look_headers++;
			call->look = h->value;
		}
	}
}

int envelope_read(struct slice bytes, struct arena *a, struct envelope *ret,
		  struct reading *reading)
{
	struct question q = { 0 };
	struct envelope e = { 0 };
	int error = gojson_decode(bytes, &question_type, &q, reading);

	if (error)
		return error;
	if (reading->unread.count > 0)
		return BAD_INPUT;
	if (q.method.value.len == 0 || q.uri.value.len == 0)
		return reading_unread(
			reading, PLACE_WORDS("the call"),
			"has no method or no target. It may be the retry of one that was lost; "
			"run the command again.");
	error = decode_body(&q.body, a, &e.call.body, reading);
	if (error)
		return error;

	e.user = q.user.value;
	e.authn = q.authn.value;
	e.call.method = q.method.value;
	e.call.target = q.uri.value;
	read_headers(&q.headers, &e.call);
	*ret = e;
	return 0;
}
