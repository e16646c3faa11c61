#include "docker/changes.h"

#include <errno.h>

#include "base/arena.h"
#include "docker/call.h"
#include "docker/params.h"
#include "policy/intent.h"

static int add_port(struct intent *in, struct slice port, const struct place *at)
{
	struct field_texts *ports = &in->container.exposed_ports;
	void *items = (void *) ports->items;
	struct text *text = arena_grow(in->arena, &items, ports->count, sizeof(*text));

	if (!text)
		return -ENOMEM;
	*text = (struct text){ port, at };
	*ports = (struct field_texts){ FIELD_SET, items, ports->count + 1, at };
	return 0;
}

static int expose(struct intent *in, struct slice words, const struct place *at)
{
	for (bool more = true; more;) {
		struct slice port;
		int error = 0;

		more = slice_cut(words, ' ', &port, &words);
		if (port.len > 0)
			error = add_port(in, port, at);
		if (error)
			return error;
	}
	return 0;
}

static int set_health(struct intent *in, struct slice words, const struct place *at)
{
	struct text *test = arena_alloc(in->arena, 1, sizeof(*test));

	if (!test)
		return -ENOMEM;
	/* Docker takes NONE in any letter case here, and the engine's own form is upper case. */
	*test = (struct text){ slice_eq_nocase(words, SLICE("none")) ? SLICE("NONE") : words, at };
	in->container.health_test = (struct field_texts){ FIELD_SET, test, 1, at };
	return 0;
}

/* One instruction; the last USER wins, as in a Dockerfile. */
static int read_line(struct intent *in, struct slice line, const struct place *at)
{
	struct slice word, rest;

	slice_cut(slice_trim(line), ' ', &word, &rest);
	rest = slice_trim(rest);
	if (slice_eq_nocase(word, SLICE("user")))
		in->container.user = (struct field_text){ FIELD_SET, rest, at };
	else if (slice_eq_nocase(word, SLICE("workdir")))
		in->container.working_dir = (struct field_text){ FIELD_SET, rest, at };
	else if (slice_eq_nocase(word, SLICE("expose")))
		return expose(in, rest, at);
	else if (slice_eq_nocase(word, SLICE("healthcheck")))
		return set_health(in, rest, at);
	return 0;
}

int changes_read(const struct call *call, struct intent *in)
{
	struct field_texts changes;
	int error = params_texts(call, SLICE("changes"), in->arena, &changes);

	for (size_t i = 0; !error && i < changes.count; i++) {
		struct slice line, rest = changes.items[i].value;

		for (bool more = true; !error && more;) {
			more = slice_cut(rest, '\n', &line, &rest);
			error = read_line(in, line, changes.items[i].at);
		}
	}
	if (!error)
		in->subjects |= SUBJECT_IMAGE_CONFIG;
	return error;
}
