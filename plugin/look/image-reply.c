/*
 * image-reply.c - the daemon's answer, by the reader and the tables that requests are read with.
 *
 * A field that the tables do not name is passed over: engines say more in every version. One that
 * is not as it should be makes the whole answer worthless, since half of it would let through what
 * all of it denies.
 */
#include "look/image-reply.h"

#include <errno.h>

#include "base/arena.h"
#include "json/gojson.h"

struct port_reply { /* Config.ExposedPorts.* */
	struct slice port;
};

struct config_reply {
	struct field_text user;
	struct image_health health;
	struct field_texts entrypoint, command;
	struct gojson_items ports;
};

struct reply {
	struct field_text id;
	struct field_texts repo_digests;
	struct config_reply config;
};

static const struct gojson_type port_type = { .size = sizeof(struct port_reply) };

static const struct gojson_field health_fields[] = {
	{ "Test", GO_STRINGS, offsetof(struct image_health, test) },
};
static const struct gojson_type health_type = { GOJSON_TYPE(health_fields, struct image_health) };

#define INTO(member) offsetof(struct config_reply, member)

static const struct gojson_field config_fields[] = {
	{ "Cmd", GO_WORDS, INTO(command) },
	{ "Entrypoint", GO_WORDS, INTO(entrypoint) },
	{ "ExposedPorts", GO_STRUCT_MAP, INTO(ports), &port_type },
	{ "Healthcheck", GO_STRUCT, INTO(health), &health_type },
	{ "User", GO_STRING, INTO(user) },
};
static const struct gojson_type config_type = { GOJSON_TYPE(config_fields, struct config_reply) };

static const struct gojson_field image_fields[] = {
	{ "Config", GO_STRUCT, offsetof(struct reply, config), &config_type },
	{ "Id", GO_STRING, offsetof(struct reply, id) },
	{ "RepoDigests", GO_STRINGS, offsetof(struct reply, repo_digests) },
};
static const struct gojson_type image_type = { GOJSON_TYPE(image_fields, struct reply) };

static int port_texts(const struct gojson_items *ports, struct arena *a, struct field_texts *ret)
{
	const struct port_reply *from = ports->items;
	struct text *to = arena_alloc(a, ports->count + 1, sizeof(*to));

	if (!to)
		return -ENOMEM;
	for (size_t i = 0; i < ports->count; i++)
		to[i] = (struct text){ from[i].port, ports->at };
	*ret = (struct field_texts){ ports->state, to, ports->count, ports->at };
	return 0;
}

int image_reply_read(struct slice json, struct arena *a, struct image_reply *ret)
{
	struct reply reply = { 0 };
	struct reading reading;
	int r;

	reading_start(&reading, a);
	r = gojson_decode(json, &image_type, &reply, &reading);
	if (r == 0 && (reading.unread.count > 0 || reply.id.value.len == 0))
		r = BAD_INPUT;
	if (r != 0)
		return r;
	*ret = (struct image_reply){
		.id = reply.id,
		.repo_digests = reply.repo_digests,
		.user = reply.config.user,
		.health = reply.config.health,
		.entrypoint = reply.config.entrypoint,
		.command = reply.config.command,
	};
	return port_texts(&reply.config.ports, a, &ret->ports);
}
