/* container.c - container create, update and start (moby daemon/server/router/container) to intent.
 */
#include <errno.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/place.h"
#include "docker/bodies.h"
#include "docker/body.h"
#include "docker/call.h"
#include "docker/object/host-config.h"
#include "docker/params.h"
#include "docker/spelling/image-ref.h"
#include "docker/spelling/mounts.h"
#include "docker/spelling/security-opt.h"
#include "docker/types.h"
#include "policy/intent.h"
#include "json/gojson.h"

static int build_mounts(const struct container_body *body, struct intent *in)
{
	int error = 0;

	for (size_t i = 0; !error && i < body->binds.count; i++)
		error = mounts_add_bind(in, &body->binds.items[i]);
	for (size_t i = 0; !error && i < body->mounts.count; i++)
		error = mounts_add_spec(in, (const struct mount_spec *) body->mounts.items + i);
	return error;
}

static int build_devices(const struct container_body *body, struct intent *in)
{
	const struct device_spec *specs = body->devices.items;
	struct device *devices = arena_alloc(in->arena, body->devices.count, sizeof(*devices));

	if (!devices)
		return -ENOMEM;
	for (size_t i = 0; i < body->devices.count; i++) {
		int error = mounts_find_device(in, specs[i].path.value, &devices[i]);

		if (error)
			return error;
		devices[i].permissions = specs[i].permissions.value;
		devices[i].at = specs[i].at;
	}
	in->container.devices = (struct devices){ devices, body->devices.count };
	return 0;
}

static int build_device_requests(const struct container_body *body, struct intent *in)
{
	const struct device_request_spec *specs = body->device_requests.items;
	struct device_request *requests =
		arena_alloc(in->arena, body->device_requests.count, sizeof(*requests));

	if (!requests)
		return -ENOMEM;
	for (size_t i = 0; i < body->device_requests.count; i++)
		requests[i] = (struct device_request){
			.driver = specs[i].driver.value,
			.capabilities = specs[i].capabilities,
			.ids = specs[i].ids,
			.at = specs[i].at,
		};
	in->container.device_requests =
		(struct device_requests){ requests, body->device_requests.count };
	return 0;
}

static int build_ulimits(const struct container_body *body, struct intent *in)
{
	const struct ulimit_spec *specs = body->ulimits.items;
	struct ulimit *ulimits = arena_alloc(in->arena, body->ulimits.count, sizeof(*ulimits));

	if (!ulimits)
		return -ENOMEM;
	for (size_t i = 0; i < body->ulimits.count; i++)
		ulimits[i] = (struct ulimit){
			.name = specs[i].name.value,
			.soft = specs[i].soft.value,
			.hard = specs[i].hard.value,
			.at = specs[i].at,
		};
	in->container.ulimits = (struct ulimits){ ulimits, body->ulimits.count };
	return 0;
}

static int add_port(struct intent *in, struct slice container_port, const struct port_spec *spec,
		    const struct place *at)
{
	struct published_ports *ports = &in->container.ports;
	struct published_port port = {
		.container_port = container_port,
		.host_ip = spec->host_ip.value,
		.host_port = spec->host_port.value,
		.at = at,
	};

	return ARENA_APPEND(in->arena, ports->items, ports->count, port);
}

static int build_ports(const struct container_body *body, struct intent *in)
{
	const struct gojson_list *bindings = body->ports.items;
	const struct port_spec anywhere = { 0 };
	int error = 0;

	for (size_t i = 0; !error && i < body->ports.count; i++) {
		const struct gojson_items *list = &bindings[i].list;
		const struct port_spec *specs = list->items;

		/* Where nothing is said, recent engines publish on any free port of any address. */
		if (list->count == 0)
			error = add_port(in, bindings[i].key, &anywhere,
					 list->at ? list->at : body->ports.at);
		for (size_t k = 0; !error && k < list->count; k++)
			error = add_port(in, bindings[i].key, &specs[k], specs[k].at);
	}
	return error;
}

/*
 * An endpoint's NetworkID is no mere output: where the key is a name of the user's own, the engine
 * goes by it instead (moby daemon/container_operations.go getNetworkID), and takes a name there
 * too.
 */
static int build_networks(const struct container_body *body, struct intent *in)
{
	const struct endpoint_spec *specs = body->endpoints.items;
	struct text *names = arena_alloc(in->arena, 2 * body->endpoints.count, sizeof(*names));
	size_t count = 0;

	if (!names)
		return -ENOMEM;
	for (size_t i = 0; i < body->endpoints.count; i++) {
		names[count++] = (struct text){ specs[i].name, specs[i].at };
		if (specs[i].network_id.value.len > 0)
			names[count++] =
				(struct text){ specs[i].network_id.value, specs[i].network_id.at };
	}
	in->container.networks = (struct field_texts){
		.state = body->endpoints.state,
		.items = names,
		.count = count,
		.at = body->endpoints.at,
	};
	return 0;
}

static int build_exposed_ports(const struct container_body *body, struct intent *in)
{
	const struct exposed_port_spec *specs = body->exposed_ports.items;
	struct text *ports = arena_alloc(in->arena, body->exposed_ports.count, sizeof(*ports));

	if (!ports)
		return -ENOMEM;
	for (size_t i = 0; i < body->exposed_ports.count; i++)
		ports[i] = (struct text){ specs[i].port, body->exposed_ports.at };
	in->container.exposed_ports = (struct field_texts){
		.state = body->exposed_ports.state,
		.items = ports,
		.count = body->exposed_ports.count,
		.at = body->exposed_ports.at,
	};
	return 0;
}

static int build_image(const struct container_body *body, struct intent *in)
{
	const struct field_text *image = &body->container.image;

	return image_ref_add(in, image->value, IMAGE_RUN, image->at);
}

/* A mount of type image is an image like any other, pulled by a service if need be. */
static int build_mounted_images(const struct container_body *body, struct intent *in)
{
	const struct mount_spec *specs = body->mounts.items;
	int error = 0;

	for (size_t i = 0; !error && i < body->mounts.count; i++) {
		const struct field_text *source = &specs[i].source;

		if (slice_eq(specs[i].type.value, SLICE("image")))
			error = image_ref_add(in, source->value, IMAGE_RUN,
					      source->at ? source->at : specs[i].at);
	}
	return error;
}

static int build_security(const struct container_body *body, struct intent *in)
{
	(void) body;
	return security_opt_read(&in->container, in->arena);
}

int container_build(const struct container_body *body, struct intent *in)
{
	static int (*const steps[])(const struct container_body *, struct intent *) = {
		build_mounts,         build_devices,  build_device_requests, build_ulimits,
		build_ports,          build_networks, build_exposed_ports,   build_image,
		build_mounted_images, build_security,
	};

	in->container = body->container;
	for (size_t i = 0; i < COUNT_OF(steps); i++) {
		int error = steps[i](body, in);

		if (error)
			return error;
	}
	return 0;
}

static int read_container(const struct call *call, struct intent *in)
{
	struct container_body body = { 0 };
	int error = gojson_decode(call->body, &container_create_type, &body, &in->reading);

	if (!error)
		error = container_build(&body, in);
	if (!error)
		in->subjects |= SUBJECT_CONTAINER | SUBJECT_NAMESPACES | SUBJECT_MOUNTS |
				SUBJECT_LIMITS | SUBJECT_VOLUME | SUBJECT_IMAGE;
	return error;
}

int read_container_create(const struct call *call, struct intent *in)
{
	int error = read_container(call, in);
	struct slice name;

	if (!error)
		error = params_text(call, SLICE("platform"), in->arena, &in->container.platform);

	if (!error && uri_param(&call->uri, SLICE("name"), &name)) {
		const struct place *at = place_query(in->arena, SLICE("name"));

		if (!at)
			return -ENOMEM;
		in->container.name = (struct field_text){ FIELD_SET, name, at };
	}
	return error;
}

/* What is done to a container that is there: the path names it, and no more need be read. */
int read_container_change(const struct call *call, struct intent *in)
{
	(void) call;
	in->changes = OBJECT_CONTAINER;
	in->subjects |= SUBJECT_OBJECT;
	return 0;
}

/* With `link` a name is taken away that a link gave, and the container behind it stays as it is. */
int read_container_delete(const struct call *call, struct intent *in)
{
	return params_flag(call, SLICE("link")) ? 0 : read_container_change(call, in);
}

/* Of experimental engines: the checkpoint's files go to, or come from, a directory of the host. */
static const struct gojson_field checkpoint_fields[] = {
	{ "CheckpointDir", GO_STRING, 0 },
	{ "CheckpointID", GO_IGNORED, 0, NULL, "a name within the directory" },
	{ "Exit", GO_IGNORED, 0, NULL, "whether the container goes on" },
};
const struct gojson_type checkpoint_create_type = { GOJSON_TYPE(checkpoint_fields,
								struct field_text) };

int read_checkpoint_create(const struct call *call, struct intent *in)
{
	struct field_text directory = { 0 };
	int error = gojson_decode(call->body, &checkpoint_create_type, &directory, &in->reading);

	if (!error && directory.value.len > 0)
		error = mounts_add_host_path(in, directory.value, directory.at);
	if (error)
		return error;
	in->subjects |= SUBJECT_MOUNTS;
	return read_container_change(call, in);
}

static int read_directory(const struct call *call, struct slice name, struct intent *in)
{
	struct field_text directory;
	int error = params_text(call, name, in->arena, &directory);

	if (error || directory.value.len == 0)
		return error;
	in->subjects |= SUBJECT_MOUNTS;
	return mounts_add_host_path(in, directory.value, directory.at);
}

/* To delete a checkpoint is to remove a directory of that name below the one given. */
int read_checkpoint_directory(const struct call *call, struct intent *in)
{
	return read_directory(call, SLICE("dir"), in);
}

/* No client of today sends settings at start; some libraries send an empty object, which later
 * engines ignore. Go reads null as nothing, which replaces none. */
int read_container_start(const struct call *call, struct intent *in)
{
	bool legacy = body_replaces_settings(&in->api);
	int error = read_directory(call, SLICE("checkpoint-dir"), in);

	if (error || call->body.len == 0 || slice_eq(slice_trim(call->body), SLICE("null")) ||
	    (!legacy && slice_eq(slice_trim(call->body), SLICE("{}"))))
		return error;
	error = reading_unread(
		&in->reading, PLACE_WORDS("the body"),
		"would replace the container's settings at start. Send none; give the settings "
		"when the container is created.");
	return error < 0 ? error : read_container(call, in);
}

static void unchanged_when_zero(struct field_int *field)
{
	if (field->state == FIELD_DEFAULT || field->value == 0)
		*field = (struct field_int){ .state = FIELD_UNCHANGED };
}

/*
 * What an update does not name stays as it was set before, and to engines a zero names nothing
 * (moby container.UpdateContainer). The number of processes is a pointer there: its zero takes the
 * limit away. A restart policy is replaced as a whole, count included, once it has a name.
 */
static void leave_unchanged(struct container *c)
{
	struct field_int *const ints[] = {
		&c->memory,    &c->memory_swap, &c->cpu_shares,
		&c->nano_cpus, &c->cpu_quota,   &c->cpu_period,
	};

	for (size_t i = 0; i < COUNT_OF(ints); i++)
		unchanged_when_zero(ints[i]);
	if (c->pids_limit.state == FIELD_DEFAULT)
		c->pids_limit.state = FIELD_UNCHANGED;
	if (c->restart_policy.value.len == 0)
		c->restart_policy = (struct field_text){ .state = FIELD_UNCHANGED };
}

int read_container_update(const struct call *call, struct intent *in)
{
	struct container_body body = { 0 };
	int error = gojson_decode(call->body, &container_update_type, &body, &in->reading);

	if (!error)
		error = container_build(&body, in);
	if (error)
		return error;
	leave_unchanged(&in->container);
	in->subjects |= SUBJECT_LIMITS;
	return read_container_change(call, in);
}
