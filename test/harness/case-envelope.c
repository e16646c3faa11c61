/* case-envelope.c - the call that the daemon would make for a case. */
#include <errno.h>
#include <jansson.h>
#include <nettle/base64.h>
#include <stdlib.h>

#include "base/arena.h"
#include "case-file.h"

static int decode_body(struct slice text, struct arena *a, struct slice *ret)
{
	struct base64_decode_ctx ctx;
	size_t len = BASE64_DECODE_LENGTH(text.len);
	char *bytes = arena_bytes(a, len);

	if (!bytes)
		return -ENOMEM;
	base64_decode_init(&ctx);
	if (!base64_decode_update(&ctx, &len, (uint8_t *) bytes, text.len, text.ptr) ||
	    !base64_decode_final(&ctx))
		return -EINVAL;

	*ret = (struct slice){ bytes, len };
	return 0;
}

static void set_text(json_t *object, const char *key, struct slice value)
{
	if (value.ptr)
		json_object_set_new(object, key, json_stringn(value.ptr, value.len));
}

static int set_body(json_t *envelope, struct slice body, struct arena *a)
{
	size_t len = BASE64_ENCODE_RAW_LENGTH(body.len);
	char *text = arena_bytes(a, len);

	if (!text)
		return -ENOMEM;
	base64_encode_raw(text, body.len, (const uint8_t *) body.ptr);
	set_text(envelope, "RequestBody", (struct slice){ text, len });
	return 0;
}

/* The headers of the docker command line, below those that the case gives. */
static int set_headers(json_t *envelope, const struct case_file *c, struct slice body,
		       struct arena *a)
{
	json_t *headers = json_object();
	struct slice text;

	if (body.ptr) {
		if (arena_printf(a, &text, "%zu", body.len) < 0) {
			json_decref(headers);
			return -ENOMEM;
		}
		set_text(headers, "Content-Type", SLICE("application/json"));
		set_text(headers, "Content-Length", text);
	}
	for (size_t i = 0; i < c->headers.count; i++) {
		struct case_pair pair = c->headers.items[i];

		json_object_setn_new(headers, pair.name.ptr, pair.name.len,
				     json_stringn(pair.value.ptr, pair.value.len));
	}
	json_object_set_new(envelope, "RequestHeaders", headers);
	return 0;
}

static int fill(json_t *envelope, const struct case_file *c, struct arena *a)
{
	struct slice body = c->body;
	int r = 0;

	if (c->body_base64.ptr)
		r = decode_body(c->body_base64, a, &body);
	if (r == 0)
		r = set_headers(envelope, c, body, a);
	if (r == 0 && body.ptr)
		r = set_body(envelope, body, a);
	if (r != 0)
		return r;

	set_text(envelope, "User", c->user);
	if (c->user.len)
		set_text(envelope, "UserAuthNMethod", SLICE("TLS"));
	set_text(envelope, "RequestMethod", c->method);
	set_text(envelope, "RequestUri", c->uri);
	return 0;
}

int case_file_envelope(const struct case_file *c, struct arena *a, struct slice *ret)
{
	struct slice bytes;
	json_t *envelope;
	char *text;
	int r;

	if (c->envelope.ptr) {
		*ret = c->envelope;
		return 0;
	}
	envelope = json_object();
	r = fill(envelope, c, a);
	text = r == 0 ? json_dumps(envelope, JSON_COMPACT) : NULL;
	json_decref(envelope);
	if (r != 0)
		return r;
	r = text ? arena_copy(a, slice_str(text), &bytes) : -ENOMEM;
	free(text);
	if (r < 0)
		return r;

	*ret = bytes;
	return 0;
}
