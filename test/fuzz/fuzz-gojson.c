/*
 * fuzz-gojson.c - the door of bodies: the field tables of a container and of a service.
 *
 * The input is the body. What is read to its end is JSON to jansson too.
 */
#include <errno.h>

#include "base/arena.h"
#include "base/diag.h"
#include "docker/bodies.h"
#include "docker/call.h"
#include "docker/object/host-config.h"
#include "fuzz.h"
#include "policy/intent.h"
#include "json/gojson.h"

typedef int (*read_fn)(struct slice body, struct intent *in);

static int read_create(struct slice body, struct intent *in)
{
	struct container_body container = { 0 };
	int r = gojson_decode(body, &container_create_type, &container, &in->reading);

	return r ? r : container_build(&container, in);
}

static int read_spec(struct slice body, struct intent *in)
{
	return read_service_create(&(struct call){ .body = body }, in);
}

static int read(read_fn reader, struct slice body, size_t ceiling, size_t *used)
{
	OWN(arena) a = arena_new(ceiling);
	struct intent in = { .arena = a };
	int r;

	MUST(a);
	reading_start(&in.reading, a);
	r = reader(body, &in);
	if (r == 0)
		MUST(fuzz_is_json(body));
	if (r == BAD_INPUT)
		MUST(in.reading.unread.count > 0);
	*used = arena_used(a);
	return r;
}

static void check(read_fn reader, struct slice body)
{
	size_t used;
	int r = read(reader, body, FUZZ_CEILING, &used), cramped;

	MUST(r == 0 || r == BAD_INPUT);
	cramped = read(reader, body, fuzz_too_little(body, used), &used);
	MUST(cramped == r || cramped == -ENOMEM);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice body = fuzz_input(data, size);

	check(read_create, body);
	check(read_spec, body);
	return 0;
}
