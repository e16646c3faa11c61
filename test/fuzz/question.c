#include "question.h"

#include <jansson.h>
#include <nettle/base64.h>
#include <stdint.h>
#include <stdlib.h>

#include "fuzz.h"

static bool set_text(json_t *object, struct slice key, struct slice value)
{
	json_t *text = json_stringn(value.ptr, value.len);

	return text && json_object_setn_new(object, key.ptr, key.len, text) == 0;
}

/* Up to the empty line. The last of two headers of one name wins, as in the daemon's map. */
static bool set_headers(json_t *question, struct slice *rest)
{
	json_t *headers = json_object();
	struct slice line, name, value;
	bool fine = true;

	while (slice_cut(*rest, '\n', &line, rest) && line.len > 0) {
		slice_cut(line, ':', &name, &value);
		fine = set_text(headers, name, slice_trim(value)) && fine;
	}
	return json_object_set_new(question, "RequestHeaders", headers) == 0 && fine;
}

static bool set_body(json_t *question, struct slice body)
{
	size_t len = BASE64_ENCODE_RAW_LENGTH(body.len);
	char *text;
	bool fine;

	if (body.len == 0)
		return true;
	text = malloc(len);
	MUST(text);
	base64_encode_raw(text, body.len, (const uint8_t *) body.ptr);
	fine = set_text(question, SLICE("RequestBody"), (struct slice){ text, len });
	free(text);
	return fine;
}

/* In memory of its exact size, so that AddressSanitizer sees a read behind the end. */
static struct slice dump(const json_t *question)
{
	size_t len = json_dumpb(question, NULL, 0, JSON_COMPACT);
	char *text = malloc(len);

	MUST(text && json_dumpb(question, text, len, JSON_COMPACT) == len);
	return (struct slice){ text, len };
}

bool question_make(struct slice request, struct slice *ret)
{
	json_t *question = json_object();
	struct slice line, method, target, rest;
	bool fine;

	slice_cut(request, '\n', &line, &rest);
	slice_cut(line, ' ', &method, &target);
	fine = set_text(question, SLICE("RequestMethod"), method) &&
	       set_text(question, SLICE("RequestUri"), target) && set_headers(question, &rest) &&
	       set_body(question, rest);
	if (fine)
		*ret = dump(question);
	json_decref(question);
	return fine;
}

void question_free(struct slice question)
{
	free((char *) (uintptr_t) question.ptr);
}
