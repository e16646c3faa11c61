#include "authz/asker.h"

#include <errno.h>
#include <string.h>

#include "json/gojson.h"

/*
 * Labels that clients write. They are looked for in the body of a denied call alone, so that no
 * other call pays for them, and no other label is told.
 */
#define COMPOSE         "com.docker.compose."
#define COMPOSE_SERVICE COMPOSE "service"
#define STACK           "com.docker.stack.namespace"

/* Bytes of a body that is looked through; nobody writes so much by hand. */
enum { MOST_BODY = 32 << 10 };

struct labelled {
	struct field_pairs labels;
};

static const struct gojson_field fields[] = {
	{ "Labels", GO_STRING_MAP, offsetof(struct labelled, labels) },
};
static const struct gojson_type labelled_type = { GOJSON_TYPE(fields, struct labelled) };

/* What could not be read is no matter here: it is among the reasons of the denial. */
static int read_labels(struct slice body, struct arena *a, struct field_pairs *ret)
{
	const struct slice clients = SLICE("com.docker.");
	struct labelled l = { 0 };
	struct reading reading;
	int error;

	if (body.len > MOST_BODY || !memmem(body.ptr, body.len, clients.ptr, clients.len))
		return 0;
	reading_start(&reading, a);
	error = gojson_decode(body, &labelled_type, &l, &reading);
	*ret = l.labels;
	return error == -ENOMEM ? error : 0;
}

static struct slice value_of(const struct field_pairs *labels, struct slice key)
{
	for (size_t i = 0; i < labels->count; i++) {
		if (slice_eq(labels->items[i].key, key))
			return labels->items[i].value;
	}
	return SLICE("");
}

/* What is written in a compose file; the rest compose has options for, as docker has. */
static bool stands_in_file(enum op op)
{
	return op == OP_CONTAINER_CREATE || op == OP_IMAGE_BUILD || op == OP_VOLUME_CREATE ||
	       op == OP_NETWORK_CREATE;
}

/* "docker-compose/1.29.2 docker-py/5.0.3 ...", "compose/v2.40.3"; some of 2 have the labels alone. */
static bool is_compose(struct slice agent, const struct field_pairs *labels)
{
	for (size_t i = 0; i < labels->count; i++) {
		if (slice_starts(labels->items[i].key, SLICE(COMPOSE)))
			return true;
	}
	return slice_starts(agent, SLICE("docker-compose/")) ||
	       slice_starts(agent, SLICE("compose/"));
}

static enum tongue tongue_of(struct slice agent, enum op op, const struct field_pairs *labels)
{
	if (op == OP_SERVICE_CREATE || op == OP_SERVICE_UPDATE) {
		if (value_of(labels, SLICE(STACK)).len > 0)
			return TONGUE_STACK;
		return op == OP_SERVICE_CREATE ? TONGUE_SERVICE : TONGUE_UPDATE;
	}
	return stands_in_file(op) && is_compose(agent, labels) ? TONGUE_COMPOSE : TONGUE_RUN;
}

/* What the path names, where that is a container or a service, else what is to be made. */
static struct slice own_name(const struct intent *in)
{
	if (in->container.name.value.len > 0)
		return in->container.name.value;
	return in->changes != OBJECT_NONE ? in->object : SLICE("");
}

int asker_read(struct slice agent, struct slice body, const struct intent *in, struct asker *ret)
{
	struct field_pairs labels = { 0 };
	int error = read_labels(body, in->arena, &labels);
	struct slice service = value_of(&labels, SLICE(COMPOSE_SERVICE));

	*ret = (struct asker){
		.tongue = tongue_of(agent, in->op, &labels),
		.name = service.len > 0 ? service : own_name(in),
	};
	return error;
}
