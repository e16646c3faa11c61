/*
 * fuzz-target.c - the door of the request's target: "METHOD TARGET".
 *
 * A target that is taken has one meaning: a clean path without odd bytes, and the same route when
 * the same path is spelled in escapes throughout.
 */
#include <errno.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/path.h"
#include "base/utf8.h"
#include "docker/route.h"
#include "docker/uri.h"
#include "fuzz.h"

static void check_path(struct slice path, struct arena *a)
{
	struct slice clean;

	MUST(slice_starts(path, SLICE("/")));
	for (size_t i = 0; i < path.len; i++)
		MUST(path.ptr[i] >= 0x20 && path.ptr[i] < 0x7f);
	MUST(path_clean(a, path, &clean) == 0);
	if (!slice_ends(path, SLICE("/")))
		MUST(slice_eq(path, clean));
}

static void check_params(const struct uri *uri)
{
	struct slice first;

	for (size_t i = 0; i < uri->count; i++) {
		const struct uri_param *p = &uri->params[i];

		MUST(utf8_valid(p->name) && utf8_valid(p->value));
		MUST(!slice_find(p->name, '\0') && !slice_find(p->value, '\0'));
		MUST(uri_param(uri, p->name, &first));
	}
}

static struct slice spell_in_escapes(const struct uri *uri, struct arena *a)
{
	struct buf b = BUF(a);
	struct slice target;

	if (uri->api.given)
		buf_printf(&b, "/v%u.%u", uri->api.major, uri->api.minor);
	buf_char(&b, '/');
	for (size_t i = 1; i < uri->path.len; i++)
		buf_printf(&b, "%%%02x", (unsigned) uri->path.ptr[i]);
	MUST(buf_done(&b, &target) == 0);
	return target;
}

static void check_route(struct slice method, const struct uri *uri, struct reading *reading)
{
	struct slice object, again_object;
	const struct route *route = route_find(method, uri->path, &object);
	struct uri again;

	MUST(route);
	MUST(object.len == 0 || (object.ptr >= uri->path.ptr &&
				 object.ptr + object.len <= uri->path.ptr + uri->path.len));
	MUST(uri_read(spell_in_escapes(uri, reading->arena), reading->arena, &again, reading) == 0);
	MUST(slice_eq(again.path, uri->path));
	MUST(again.api.given == uri->api.given && again.api.major == uri->api.major &&
	     again.api.minor == uri->api.minor);
	MUST(route_find(method, again.path, &again_object) == route);
	MUST(slice_eq(object, again_object));
}

static int read(struct slice input, size_t ceiling, size_t *used)
{
	OWN(arena) a = arena_new(ceiling);
	OWN(arena) roomy = arena_new(FUZZ_CEILING);
	struct slice method, target;
	struct reading reading;
	struct uri uri;
	int r;

	MUST(a && roomy);
	reading_start(&reading, a);
	slice_cut(input, ' ', &method, &target);
	r = uri_read(target, a, &uri, &reading);
	*used = arena_used(a);
	if (r == 0) {
		reading_start(&reading, roomy);
		check_path(uri.path, roomy);
		check_params(&uri);
		check_route(method, &uri, &reading);
	}
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
