/*
 * host-config.h - the field tables of a container's create body: Config, HostConfig and Resources
 * as moby api/types/container declares them, decoded straight into the intent's container.
 */
#pragma once

#include "policy/field.h"
#include "policy/intent.h"
#include "json/gojson.h"

struct device_spec { /* HostConfig.Devices[] */
	struct field_text path, permissions;
	const struct place *at;
};

struct device_request_spec { /* HostConfig.DeviceRequests[] */
	struct field_text driver;
	struct field_texts capabilities, ids;
	const struct place *at;
};

struct ulimit_spec { /* HostConfig.Ulimits[] */
	struct field_text name;
	struct field_int soft, hard;
	const struct place *at;
};

struct port_spec { /* HostConfig.PortBindings.*[] */
	struct field_text host_ip, host_port;
	const struct place *at;
};

struct endpoint_spec { /* NetworkingConfig.EndpointsConfig.* */
	struct slice name;
	struct field_text network_id;
	const struct place *at;
};

struct exposed_port_spec { /* Config.ExposedPorts.* */
	struct slice port;
};

/* What a create or update body decodes into; container_build makes an intent of it. */
struct container_body {
	struct container container;
	struct gojson_items devices, device_requests, ulimits, ports, exposed_ports, endpoints;
	struct field_texts binds;
	struct gojson_items mounts; /* struct mount_spec */
};

extern const struct gojson_type container_create_type; /* both levels of HostConfig */
extern const struct gojson_type container_update_type;

/* Shared with services: health checks and ulimits have one form everywhere. */
extern const struct gojson_type container_health_type; /* into struct container_body */
extern const struct gojson_type container_ulimit_type;

/* Into struct endpoint_spec, also when a network is joined later. */
extern const struct gojson_type container_endpoint_type;

/* The Config half alone, as POST /commit takes it. */
extern const struct gojson_type container_config_type;

/* What the body says, in the intent's own form. 0 or -ENOMEM. */
int container_build(const struct container_body *body, struct intent *in);
