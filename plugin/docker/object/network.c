/* network.c - network create and connect (moby daemon/server/router/network) to intent. */
#include <errno.h>

#include "base/arena.h"
#include "base/place.h"
#include "docker/bodies.h"
#include "docker/call.h"
#include "docker/object/host-config.h"
#include "docker/types.h"
#include "policy/intent.h"
#include "json/gojson.h"

#define IGNORED(reason) GO_IGNORED, 0, NULL, reason
#define INTO(member)    offsetof(struct network, member)

static const struct gojson_field config_from_fields[] = {
	{ "Network", GO_STRING, INTO(config_from) },
};
static const struct gojson_type config_from_type = { GOJSON_TYPE(config_from_fields,
								 struct network) };

static const struct gojson_field create_fields[] = {
	{ "Attachable", IGNORED("who may join an overlay network") },
	{ "CheckDuplicate", IGNORED("whether a second network of that name is refused") },
	{ "ConfigFrom", GO_STRUCT, 0, &config_from_type },
	{ "ConfigOnly", IGNORED("settings for a later network") },
	{ "Driver", GO_STRING, INTO(driver) },
	{ "EnableIPv4", IGNORED("an address family") },
	{ "EnableIPv6", IGNORED("an address family") },
	{ "Ingress", IGNORED("the swarm's own network") },
	{ "Internal", IGNORED("takes a way out away") },
	{ "IPAM", IGNORED("which addresses the network uses") },
	{ "Labels", IGNORED("words of the caller's own that the daemon does not act on") },
	{ "Name", IGNORED("a name says nothing about the network") },
	{ "Options", GO_STRING_MAP, INTO(options), NULL, NULL, HIDES_OPTIONS },
	{ "Scope", IGNORED("this host or the swarm") },
};
const struct gojson_type network_create_type = { GOJSON_TYPE(create_fields, struct network) };

struct connect {
	struct endpoint_spec endpoint;
	struct field_text container;
};

static const struct gojson_field connect_fields[] = {
	{ "Container", GO_STRING, offsetof(struct connect, container) },
	{ "EndpointConfig", GO_STRUCT, offsetof(struct connect, endpoint),
	  &container_endpoint_type },
	{ "Force", IGNORED("takes a network away") },
};
const struct gojson_type network_connect_type = { GOJSON_TYPE(connect_fields, struct connect) };

int read_network_create(const struct call *call, struct intent *in)
{
	int error = gojson_decode(call->body, &network_create_type, &in->network, &in->reading);

	if (!error)
		in->subjects |= SUBJECT_NETWORK;
	return error;
}

static int read_connected(const struct call *call, struct connect *ret, struct intent *in)
{
	int error = gojson_decode(call->body, &network_connect_type, ret, &in->reading);

	if (error)
		return error;
	in->network.container = ret->container;
	in->subjects |= SUBJECT_OBJECT;
	return 0;
}

/* The path names the network that the container joins, unless the endpoint does. */
int read_network_connect(const struct call *call, struct intent *in)
{
	const struct place *path = PLACE_WORDS("the network in the path");
	struct text *names = arena_alloc(in->arena, 2, sizeof(*names));
	struct connect connect = { 0 };
	const struct field_text *id = &connect.endpoint.network_id;
	size_t count = 0;
	int error;

	if (!names)
		return -ENOMEM;
	error = read_connected(call, &connect, in);
	if (error)
		return error;
	names[count++] = (struct text){ in->object, path };
	if (id->value.len > 0)
		names[count++] = (struct text){ id->value, id->at };
	in->container.networks = (struct field_texts){ FIELD_SET, names, count, path };
	in->subjects |= SUBJECT_NAMESPACES;
	return 0;
}

int read_network_disconnect(const struct call *call, struct intent *in)
{
	struct connect connect = { 0 };

	return read_connected(call, &connect, in);
}
