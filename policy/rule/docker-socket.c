/* docker-socket.c - a container that reaches the engine's socket is root on the host. */
#include "../host-paths.h"
#include "policy/rule.h"

struct config {
	struct words paths;
};

static const struct param params[] = {
	PARAM_PATHS(struct config, paths,
		    "sockets of container engines, and directories that hold them"),
	{ 0 },
};

static const struct slice sockets[] = {
	{ "/run/docker.sock", 16 },
	{ "/var/run/docker.sock", 20 },
	{ "/run/containerd", 15 },
	{ "/var/run/containerd", 19 },
};

static const struct config defaults = { .paths = { sockets,
						   sizeof(sockets) / sizeof(sockets[0]) } };

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct config *c = config;

	for (size_t i = 0; i < in->mounts.count; i++) {
		const struct mount *m = &in->mounts.items[i];
		struct host_path_match found;
		int r;

		if (m->kind != MOUNT_HOST_PATH)
			continue;
		/* Read-only is no help: a socket on a read-only mount still takes connections. */
		found = host_paths_match(&c->paths, m, true);
		if (found.relation == HOST_PATH_APART)
			continue;
		r = verdict_object(
			v, m->at, m->clean,
			"lets the container reach %.*s, and with it the engine and the host. "
			"Remove the mount; read-only does not help.",
			SLICE_ARG(found.listed));
		if (r)
			return r;
	}
	return 0;
}

const struct rule rule_docker_socket = {
	.id = "docker-socket",
	.later = "5.31",
	.title = "The engine's socket is not mounted",
	.why = "Who can talk to the Docker or containerd socket can start a container with the "
	       "host's root directory in it, past every limit of the container he is in.",
	.fields = "HostConfig.Binds, HostConfig.Mounts, volumes with a host device",
	.comply = "Remove the mount. Programs that watch containers can be given a proxy that "
		  "answers only the calls they need.",
	.subjects = SUBJECT_MOUNTS,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.check = check,
};
