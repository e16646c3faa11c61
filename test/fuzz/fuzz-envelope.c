/*
 * fuzz-envelope.c - the door of the daemon's question.
 *
 * What envelope_read takes is JSON to jansson too, with the same method, target, user and body.
 */
#include <errno.h>
#include <jansson.h>
#include <nettle/base64.h>
#include <string.h>

#include "authz/envelope.h"
#include "base/arena.h"
#include "base/diag.h"
#include "fuzz.h"

/* Keys in another letter case lead to the same fields; jansson does not find those. */
static void must_agree(const json_t *question, const char *key, struct slice value)
{
	const json_t *text = json_object_get(question, key);

	if (json_is_string(text))
		MUST(slice_eq(value,
			      (struct slice){ json_string_value(text), json_string_length(text) }));
}

static void must_agree_on_body(const json_t *question, struct slice body)
{
	size_t len = BASE64_ENCODE_RAW_LENGTH(body.len);
	char *text = malloc(len + 1);

	MUST(text);
	base64_encode_raw(text, body.len, (const uint8_t *) body.ptr);
	must_agree(question, "RequestBody", (struct slice){ text, len });
	free(text);
}

static void check_read(struct slice bytes, const struct envelope *e)
{
	json_t *question = json_loadb(bytes.ptr, bytes.len, 0, NULL);

	MUST(json_is_object(question));
	MUST(e->call.method.len > 0 && e->call.target.len > 0);
	must_agree(question, "RequestMethod", e->call.method);
	must_agree(question, "RequestUri", e->call.target);
	must_agree(question, "User", e->user);
	must_agree(question, "UserAuthNMethod", e->authn);
	must_agree_on_body(question, e->call.body);
	json_decref(question);
}

/* What reading came to, and the memory it took. */
static int read(struct slice bytes, size_t ceiling, size_t *used)
{
	OWN(arena) a = arena_new(ceiling);
	struct envelope envelope;
	struct reading reading;
	int r;

	MUST(a);
	reading_start(&reading, a);
	r = envelope_read(bytes, a, &envelope, &reading);
	if (r == 0)
		check_read(bytes, &envelope);
	MUST(r < 0 || (r == BAD_INPUT) == (reading.unread.count > 0));
	*used = arena_used(a);
	return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice input = fuzz_input(data, size);
	size_t used;
	int r = read(input, FUZZ_CEILING, &used), cramped;

	MUST(r == 0 || r == BAD_INPUT);
	cramped = read(input, fuzz_too_little(input, used), &used);
	MUST(cramped == r || cramped == -ENOMEM);
	return 0;
}
