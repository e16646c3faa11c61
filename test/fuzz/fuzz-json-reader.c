/*
 * fuzz-json-reader.c - the door of JSON.
 *
 * Whether a value is looked into or skipped must make no difference to what is accepted, or a
 * request could hide what is wrong with it in a field that nobody reads.
 */
#include <errno.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/utf8.h"
#include "fuzz.h"
#include "json/json-reader.h"

/* Bit n, over and over: whether the n-th token's value is skipped. */
static const uint64_t SKIP_NOTHING = 0, SKIP_ALL = ~(uint64_t) 0;

struct end {
	int result;
	size_t offset;
	const char *complaint;
	size_t used; /* bytes of the arena */
};

static bool begins_value(enum json_type type)
{
	return type != JSON_OBJECT_END && type != JSON_ARRAY_END && type != JSON_END;
}

static void check_token(const struct json_token *t)
{
	if (t->type == JSON_STRING || t->type == JSON_KEY)
		MUST(utf8_valid(t->text) && !slice_find(t->text, '\0'));
	if (t->type == JSON_NUMBER)
		MUST(t->text.len > 0);
}

static int walk(struct json_reader *r, size_t len, uint64_t skips)
{
	struct json_token t = { .type = JSON_NULL };
	unsigned depth = 0;

	for (unsigned n = 0; t.type != JSON_END; n++) {
		size_t before = json_offset(r);
		int error = json_next(r, &t);

		MUST(json_offset(r) >= before && json_offset(r) <= len);
		if (error)
			return error;
		check_token(&t);
		if (begins_value(t.type) && skips >> n % 64 & 1) {
			error = json_skip(r, &t);
			if (error)
				return error;
		} else if (t.type == JSON_OBJECT || t.type == JSON_ARRAY) {
			depth++;
		} else if (t.type == JSON_OBJECT_END || t.type == JSON_ARRAY_END) {
			MUST(depth > 0);
			depth--;
		}
		MUST(depth <= JSON_DEPTH);
	}
	MUST(depth == 0 && json_offset(r) == len);
	return 0;
}

static struct end read(struct slice input, size_t ceiling, uint64_t skips)
{
	OWN(arena) a = arena_new(ceiling);
	struct json_reader r;
	struct json_token t;
	int result;

	MUST(a);
	json_open(&r, input, a);
	result = walk(&r, input.len, skips);
	MUST(json_offset(&r) <= input.len);
	if (result == BAD_INPUT)
		MUST(json_complaint(&r)[0] != '\0' && json_next(&r, &t) == BAD_INPUT);
	return (struct end){ result, json_offset(&r), json_complaint(&r), arena_used(a) };
}

static void must_agree(struct end a, struct end b)
{
	MUST(a.result == b.result);
	MUST(a.offset == b.offset);
	MUST(slice_eq(slice_str(a.complaint), slice_str(b.complaint)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice input = fuzz_input(data, size);
	struct end whole = read(input, FUZZ_CEILING, SKIP_NOTHING), cramped;

	MUST(whole.result == 0 || whole.result == BAD_INPUT);
	must_agree(whole, read(input, FUZZ_CEILING, SKIP_ALL));
	must_agree(whole, read(input, FUZZ_CEILING, fuzz_hash(input)));
	if (whole.result == 0)
		MUST(fuzz_is_json(input));

	cramped = read(input, fuzz_too_little(input, whole.used), SKIP_NOTHING);
	MUST(cramped.result == -ENOMEM || cramped.result == whole.result);
	return 0;
}
