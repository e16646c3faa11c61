/* docker-socket.c - a container that reaches the engine's socket is root on the host. */
#include "base/array.h"
#include "base/host-path.h"
#include "kit/host-paths.h"
#include "policy/rule.h"
#include "when/value.h"

struct config {
	struct words paths, add, globs;
};

static const struct param params[] = {
	PARAM_PATHS(struct config, paths,
		    "sockets of container engines, and directories that hold them"),
	PARAM_PATHS(
		struct config, add,
		"more of them, on top of `paths`: where this host's engine was told to listen and "
		"to keep its state, by --host, --exec-root and containerd's settings"),
	PARAM_WORDS(struct config, globs, host_path_glob,
		    "sockets of engines that users run, as globs; each `*` stands within one name",
		    .pattern = HOST_PATH_GLOB_PATTERN),
	{ 0 },
};

static const struct slice sockets[] = {
	SLICE_INIT("/run/docker.sock"),
	SLICE_INIT("/var/run/docker.sock"),
	SLICE_INIT("/run/docker"),
	SLICE_INIT("/var/run/docker"),
	SLICE_INIT("/run/containerd"),
	SLICE_INIT("/var/run/containerd"),
	SLICE_INIT("/run/podman/podman.sock"),
	SLICE_INIT("/var/run/podman/podman.sock"),
	SLICE_INIT("/run/crio"),
	SLICE_INIT("/var/run/crio"),
};

static const struct config defaults = { .paths = { sockets, COUNT_OF(sockets) } };

static struct host_path_match find(const struct config *c, const struct mount *m)
{
	struct host_path_match found = host_paths_match(&c->paths, m, true);

	if (found.relation == HOST_PATH_APART)
		found = host_paths_match(&c->add, m, true);
	if (found.relation == HOST_PATH_APART)
		found = host_paths_match_as(&c->globs, HOST_PATH_GLOB, m, true);
	return found;
}

static int check_mount(const struct intent *in, const struct mount *m, const struct config *c,
		       struct verdict *v)
{
	struct host_path_match found;

	if (m->kind != MOUNT_HOST_PATH)
		return 0;
	/* Read-only is no help: a socket on a read-only mount still takes connections. */
	found = find(c, m);
	if (found.relation != HOST_PATH_APART)
		verdict_object(
			v, m->at, m->clean,
			"lets the container reach %.*s, and with it the engine and the host; "
			"read-only does not help.",
			SLICE_ARG(found.listed));
	else if (m->unresolved)
		verdict_object(
			v, m->at, m->clean,
			"may lead to the engine's socket: where it leads could not be found out "
			"(%s). Its real path may do.",
			host_path_why(m->unresolved));
	else
		return 0;
	mount_leads(m, v);
	return mount_settle(in, m, false, v);
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	for (size_t i = 0; i < in->mounts.count; i++) {
		int r = check_mount(in, &in->mounts.items[i], config, v);

		if (r)
			return r;
	}
	return 0;
}

static const char *conflict(const void *config)
{
	const struct config *c = config;

	if (c->paths.count == 0 && c->add.count == 0 && c->globs.count == 0)
		return "refuse nothing, as `paths`, `add` and `globs` are empty; list sockets, or "
		       "switch the rule off";
	return NULL;
}

const struct rule rule_docker_socket = {
	.id = "docker-socket",
	.number_1_6 = "5.32",
	.title = "The engine's socket is not mounted",
	.why = "Who can talk to the Docker or containerd socket can start a container with the "
	       "host's root directory in it, past every limit of the container he is in.",
	.fields = "HostConfig.Binds, HostConfig.Mounts, volumes with a host device",
	.broken_by = "docker run -v /var/run/docker.sock:/var/run/docker.sock; compose: volumes: "
		     "[/var/run/docker.sock:/var/run/docker.sock]",
	.comply = "Remove the mount. Programs that watch containers can be given a proxy that "
		  "answers only the calls they need.",
	.example_value = "/var/run/docker.sock",
	.value = value_path,
	.nist = "4.5.1",
	.subjects = SUBJECT_MOUNTS,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.conflict = conflict,
	.check = check,
};
