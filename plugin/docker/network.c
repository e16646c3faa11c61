/* network.c - network create and connect (moby daemon/server/router/network) to intent. */
#include <errno.h>

#include "base/arena.h"
#include "base/place.h"
#include "docker/bodies.h"
#include "docker/call.h"
#include "docker/gojson.h"
#include "docker/types.h"
#include "policy/intent.h"

#define IGNORED(reason) GO_IGNORED, 0, NULL, reason
#define INTO(member)    offsetof(struct network, member)

static const struct gojson_field create_fields[] = {
	{ "Attachable", IGNORED("who may join an overlay network") },
	{ "CheckDuplicate", IGNORED("whether a second network of that name is refused") },
	{ "ConfigFrom", IGNORED("another network's settings, which were judged") },
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

static const struct gojson_field connect_fields[] = {
	{ "Container", IGNORED("any container's joining is judged") },
	{ "EndpointConfig", IGNORED("an address and names on the network that is judged") },
	{ "Force", IGNORED("takes a network away") },
};
const struct gojson_type network_connect_type = { GOJSON_TYPE(connect_fields, struct network) };

int read_network_create(const struct call *call, struct intent *in)
{
	int error = gojson_decode(call->body, &network_create_type, &in->network, &in->reading);

	if (!error)
		in->subjects |= SUBJECT_NETWORK;
	return error;
}

/* The path names the network that the container joins. */
int read_network_connect(const struct call *call, struct intent *in)
{
	struct text *name = arena_alloc(in->arena, 1, sizeof(*name));
	struct network ignored = { 0 };
	int error;

	if (!name)
		return -ENOMEM;
	error = gojson_decode(call->body, &network_connect_type, &ignored, &in->reading);
	if (error)
		return error;
	*name = (struct text){ in->object, PLACE_WORDS("the network in the path") };
	in->container.networks = (struct field_texts){ FIELD_SET, name, 1, name->at };
	in->subjects |= SUBJECT_NAMESPACES;
	return 0;
}

int read_network_disconnect(const struct call *call, struct intent *in)
{
	struct network ignored = { 0 };

	return gojson_decode(call->body, &network_connect_type, &ignored, &in->reading);
}
