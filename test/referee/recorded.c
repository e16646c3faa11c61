#include "recorded.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "body-kinds.h"
#include "docker/route.h"
#include "docker/uri.h"

enum { MOST_BYTES = 4 << 20, MOST_CALLS = 8192 };

static const struct body_kind *find_kind(const struct recorded_call *call, struct arena *a)
{
	const struct body_kind *kind;
	struct reading reading;
	struct slice object;
	struct uri uri;

	arena_reset(a);
	reading_start(&reading, a);
	if (call->body.len == 0 || uri_read(call->target, a, &uri, &reading) != 0)
		return NULL;
	kind = body_kinds_find(route_find(call->method, uri.path, &object)->op);
	return kind && kind->name ? kind : NULL;
}

static void split(struct slice rest, struct arena *a, struct recorded *r)
{
	struct slice line;

	slice_cut(rest, '\n', &line, &rest); /* the columns' names */
	while (rest.len > 0 && r->count < MOST_CALLS) {
		struct recorded_call *call = &r->calls[r->count];

		slice_cut(rest, '\n', &line, &rest);
		slice_cut(line, '\t', &call->method, &line);
		slice_cut(line, '\t', &call->target, &call->body);
		call->kind = find_kind(call, a);
		if (call->kind)
			r->bodies[r->bodies_count++] = r->count;
		r->count++;
	}
}

bool recorded_load(const char *path, struct recorded *ret)
{
	FILE *f = fopen(path, "re");
	OWN(arena) a = arena_new(1 << 20);
	size_t len;

	*ret = (struct recorded){
		.text = malloc(MOST_BYTES),
		.calls = calloc(MOST_CALLS, sizeof(*ret->calls)),
		.bodies = calloc(MOST_CALLS, sizeof(*ret->bodies)),
	};
	if (!f || !a || !ret->text || !ret->calls || !ret->bodies) {
		perror(path);
		if (f)
			fclose(f);
		recorded_unload(ret);
		return false;
	}
	len = fread(ret->text, 1, MOST_BYTES, f);
	fclose(f);
	split((struct slice){ ret->text, len }, a, ret);
	if (ret->bodies_count == 0) {
		fprintf(stderr, "%s: no calls\n", path);
		recorded_unload(ret);
		return false;
	}
	return true;
}

void recorded_unload(struct recorded *r)
{
	free(r->text);
	free(r->calls);
	free(r->bodies);
}
