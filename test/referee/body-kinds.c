#include "body-kinds.h"

#include "base/array.h"
#include "docker/object/host-config.h"
#include "docker/object/plugin-body.h"
#include "docker/types.h"

#define PATH(text)                                \
	{                                         \
		"/" text "", sizeof("/" text) - 1 \
	}

static const struct body_kind kinds[] = {
	{ "create", OP_CONTAINER_CREATE, "POST", PATH("containers/create"),
	  &container_create_type },
	{ "update", OP_CONTAINER_UPDATE, "POST", PATH("containers/c/update"),
	  &container_update_type },
	{ "exec", OP_EXEC_CREATE, "POST", PATH("containers/c/exec"), &exec_create_type },
	{ "volume", OP_VOLUME_CREATE, "POST", PATH("volumes/create"), &volume_create_type },
	{ "service", OP_SERVICE_CREATE, "POST", PATH("services/create"), &service_spec_type },
	{ "service", OP_SERVICE_UPDATE, "POST", PATH("services/s/update"), &service_spec_type },
	{ "network", OP_NETWORK_CREATE, "POST", PATH("networks/create"), &network_create_type },
	{ "privileges", OP_PLUGIN_PULL, "POST", PATH("plugins/pull"), &plugin_privilege_type,
	  true },
	{ "privileges", OP_PLUGIN_UPGRADE, "POST", PATH("plugins/p/upgrade"),
	  &plugin_privilege_type, true },
	{ "commit", OP_CONTAINER_COMMIT, "POST", PATH("commit"), &container_config_type },
	{ NULL, OP_CHECKPOINT_CREATE, "POST", PATH("containers/c/checkpoints"),
	  &checkpoint_create_type },
	{ NULL, OP_EXEC_START, "POST", PATH("exec/e/start"), &exec_start_type },
	{ NULL, OP_VOLUME_UPDATE, "PUT", PATH("volumes/v"), &volume_update_type },
	{ NULL, OP_NETWORK_CONNECT, "POST", PATH("networks/n/connect"), &network_connect_type },
	{ NULL, OP_NETWORK_DISCONNECT, "POST", PATH("networks/n/disconnect"),
	  &network_connect_type },
	{ NULL, OP_SWARM_INIT, "POST", PATH("swarm/init"), &swarm_control_type },
	{ NULL, OP_SWARM_JOIN, "POST", PATH("swarm/join"), &swarm_control_type },
	{ NULL, OP_SWARM_UPDATE, "POST", PATH("swarm/update"), &swarm_control_type },
	{ NULL, OP_SWARM_UNLOCK, "POST", PATH("swarm/unlock"), &swarm_control_type },
	{ NULL, OP_NODE_UPDATE, "POST", PATH("nodes/n/update"), &swarm_control_type },
	{ NULL, OP_SECRET_CREATE, "POST", PATH("secrets/create"), &swarm_payload_type },
	{ NULL, OP_SECRET_UPDATE, "POST", PATH("secrets/s/update"), &swarm_payload_type },
	{ NULL, OP_CONFIG_CREATE, "POST", PATH("configs/create"), &swarm_payload_type },
	{ NULL, OP_CONFIG_UPDATE, "POST", PATH("configs/c/update"), &swarm_payload_type },
};

size_t body_kinds_count(void)
{
	return COUNT_OF(kinds);
}

const struct body_kind *body_kinds_at(size_t i)
{
	return &kinds[i];
}

const struct body_kind *body_kinds_find(enum op op)
{
	for (size_t i = 0; i < body_kinds_count(); i++) {
		if (kinds[i].op == op)
			return &kinds[i];
	}
	return NULL;
}
