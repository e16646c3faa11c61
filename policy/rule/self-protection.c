/*
 * self-protection.c - no request may take this plugin out of the way.
 *
 * It may be a plugin of the engine, a container or a service. To stop it makes the daemon refuse
 * every call; to enter it, or to be where its processes and mounts are, is to decide in its stead.
 */
#include "base/array.h"
#include "base/host-path.h"
#include "kit/host-paths.h"
#include "kit/words.h"
#include "policy/object-id.h"
#include "policy/rule.h"

struct config {
	struct words paths, add, plugins, containers, services;
};

static const struct param params[] = {
	PARAM_PATHS(struct config, paths,
		    "where this plugin and its place in the engine are kept; no mount may bring "
		    "them in, nor what is below or above them. What cis-authz serve was really "
		    "started with is watched besides"),
	PARAM_PATHS(struct config, add, "more of them, on top of `paths`"),
	PARAM_WORDS(struct config, plugins, NULL,
		    "names of this plugin in the engine, without registry and tag; globs"),
	PARAM_WORDS(
		struct config, containers, NULL,
		"names of the container that this plugin runs in, if it does; globs. By its ID it "
		"is known besides, where the plugin can find that out"),
	PARAM_WORDS(struct config, services, NULL,
		    "names of the service whose tasks this plugin is, if it is one; globs"),
	{ 0 },
};

static const struct slice own_places[] = {
	SLICE_INIT("/etc/cis-authz"),
	SLICE_INIT("/var/log/cis-authz"),
	SLICE_INIT("/usr/bin/cis-authz"),
	SLICE_INIT("/usr/local/bin/cis-authz"),
	SLICE_INIT("/usr/libexec/cis-authz"),
	SLICE_INIT("/run/docker/plugins"),
	SLICE_INIT("/var/run/docker/plugins"),
	SLICE_INIT("/etc/docker"),
	SLICE_INIT("/usr/lib/docker/plugins"),
	SLICE_INIT("/var/lib/docker/plugins"),
	SLICE_INIT("/etc/systemd"),
	SLICE_INIT("/lib/systemd"),
	SLICE_INIT("/usr/lib/systemd"),
	SLICE_INIT("/run/systemd"),
	SLICE_INIT("/var/run/systemd"),
};
/* The first is what docs/install.md calls it, the second a task of the service of that name. */
static const struct slice own_names[] = { SLICE_INIT("cis-authz"), SLICE_INIT("cis-authz.*") };

static const struct config defaults = {
	.paths = { own_places, COUNT_OF(own_places) },
	.plugins = { own_names, 1 },
	.containers = { own_names, 2 },
	.services = { own_names, 1 },
};

/*
 * What no harm comes from while it can only be read: what was decided, and the names that the
 * host's resolver asks, which lie among the sockets of systemd. All else stays: a socket on a
 * read-only mount takes connections, and a policy that is read is half walked around.
 */
static const struct slice readable[] = {
	SLICE_INIT("/var/log/cis-authz"),
	SLICE_INIT("/run/systemd/resolve/resolv.conf"),
	SLICE_INIT("/run/systemd/resolve/stub-resolv.conf"),
};

static bool is_readable(struct slice path, const struct own_paths *own)
{
	for (size_t i = 0; i < COUNT_OF(readable); i++) {
		if (slice_eq(path, readable[i]))
			return true;
	}
	for (size_t i = 0; own && i < own->logs; i++) {
		if (slice_eq(path, own->items[own->count - own->logs + i]))
			return true;
	}
	return false;
}

/* What of a list a read-only mount would reach that matters. */
static struct host_path_match find_unreadable(const struct words *listed,
					      const struct own_paths *own, const struct mount *m)
{
	struct host_path_match found = { 0 };

	for (size_t i = 0; found.relation == HOST_PATH_APART && i < listed->count; i++) {
		if (!is_readable(listed->items[i], own))
			found = host_paths_match(&(struct words){ &listed->items[i], 1 }, m, true);
	}
	return found;
}

static struct host_path_match find_for_reading(const struct config *c, const struct own_paths *own,
					       const struct mount *m)
{
	struct host_path_match found = { 0 };

	/* A file of its own, not a directory: nothing but it comes along. */
	if (!m->unresolved && is_readable(m->resolved, own) &&
	    (is_readable(m->clean, own) ||
	     host_paths_match(&c->paths, m, false).relation == HOST_PATH_APART))
		return found;
	found = find_unreadable(&c->paths, own, m);
	if (found.relation == HOST_PATH_APART)
		found = find_unreadable(&c->add, own, m);
	if (found.relation == HOST_PATH_APART && own)
		found = find_unreadable(&(struct words){ own->items, own->count }, own, m);
	return found;
}

static struct host_path_match find(const struct config *c, const struct own_paths *own,
				   const struct mount *m)
{
	struct host_path_match found = host_paths_match(&c->paths, m, true);

	if (found.relation == HOST_PATH_APART)
		found = host_paths_match(&c->add, m, true);
	if (found.relation == HOST_PATH_APART && own)
		found = host_paths_match(&(struct words){ own->items, own->count }, m, true);
	return found;
}

static int check_mount(const struct intent *in, const struct mount *m, const struct config *c,
		       struct verdict *v)
{
	const struct own_paths *own = in->own;
	struct host_path_match found, reading;
	bool helps;

	if (m->kind != MOUNT_HOST_PATH)
		return 0;
	reading = find_for_reading(c, own, m);
	found = mount_only_reads(m) ? reading : find(c, own, m);
	helps = !m->by_volume && !m->unresolved && reading.relation == HOST_PATH_APART;
	if (found.relation != HOST_PATH_APART)
		verdict_object(v, m->at, m->clean,
			       "lets the container reach %.*s, by which this plugin is kept in "
			       "force.",
			       SLICE_ARG(found.listed));
	else if (m->unresolved)
		verdict_object(v, m->at, m->clean,
			       "may lead to what keeps this plugin in force: where it leads could "
			       "not be found out (%s). Its real path may do.",
			       host_path_why(m->unresolved));
	else
		return 0;
	mount_leads(m, v);
	return mount_settle(in, m, helps, v);
}

/* "registry:5000/team/cis-authz:1@sha256:..." to "cis-authz". */
static struct slice bare_name(struct slice name)
{
	struct slice rest = name;

	slice_cut(rest, '@', &rest, &(struct slice){ 0 });
	while (slice_find(rest, '/'))
		slice_cut(rest, '/', &(struct slice){ 0 }, &rest);
	slice_cut(rest, ':', &rest, &(struct slice){ 0 });
	return rest;
}

static int check_name(const struct config *c, const struct place *at, struct slice name,
		      struct verdict *v)
{
	struct slice bare = bare_name(name);

	if (!words_match(&c->plugins, bare))
		return 0;
	return verdict_object(v, at, name,
			      "would change the plugin %.*s, which judges this request. Ask "
			      "whoever runs this host.",
			      SLICE_ARG(bare));
}

static int check_plugin(const struct intent *in, const struct config *c, struct verdict *v)
{
	const struct plugin *plugin = &in->plugin;
	const struct place *request = PLACE_WORDS("the request");
	int r = check_name(c, request, in->object, v);

	/* The engine takes an ID, or the beginning of one, for a name. */
	if (r == 0 && in->op != OP_SERVICE_CREATE && in->op != OP_SERVICE_UPDATE &&
	    object_id_possible(in->object, OBJECT_OF_HOST))
		r = verdict_object(v, request, in->object,
				   "would change a plugin by its ID, and that may be this one. "
				   "Name the plugin as docker plugin ls does.");
	if (r == 0 && plugin->name.at)
		r = check_name(c, plugin->name.at, plugin->name.value, v);
	if (r == 0 && plugin->remote.at)
		r = check_name(c, plugin->remote.at, plugin->remote.value, v);
	return r;
}

/* The engine drops the slash that names of containers begin with. */
static bool is_own_container(const struct intent *in, const struct config *c, struct slice name)
{
	struct slice own = in->own ? in->own->container : SLICE("");

	if (slice_starts(name, SLICE("/")))
		name = slice_from(name, 1);
	return words_match(&c->containers, name) ||
	       (name.len > 0 && own.len > 0 && slice_starts(own, name));
}

/*
 * PARENT/ALIAS is the name of a link, and names the container that it was made to (moby
 * daemon.registerLink): a link to this plugin's container is another name for it.
 */
static bool is_link(struct slice name)
{
	return name.len > 1 && slice_find(slice_from(name, 1), '/');
}

static int check_container(const struct intent *in, const struct config *c, struct text named,
			   struct verdict *v)
{
	if (is_own_container(in, c, named.value))
		return verdict_object(
			v, named.at, named.value,
			"is the one that this plugin runs in, which judges this request. "
			"Ask whoever runs this host.");
	if (is_link(named.value))
		return verdict_object(
			v, named.at, named.value,
			"is the name of a link, and may lead to the container that this "
			"plugin runs in. Name the container itself.");
	return 0;
}

/* To a network, or off one, a container is named in the body. */
static struct text container_of(const struct intent *in)
{
	const struct field_text *connected = &in->network.container;

	if (in->changes == OBJECT_CONTAINER)
		return (struct text){ in->object,
				      in->op == OP_CONTAINER_COMMIT
					      ? PLACE_WORDS("the container of the commit")
					      : PLACE_WORDS("the container in the path") };
	return (struct text){ connected->value, connected->at };
}

/* An update that names the service by its ID names it in its body too, or the engine refuses it. */
static int check_service(const struct intent *in, const struct config *c, struct verdict *v)
{
	const struct field_text *name = &in->container.name;
	const struct place *path = PLACE_WORDS("the service in the path");
	bool by_body = name->state == FIELD_SET && words_match(&c->services, name->value);

	if (!by_body && !words_match(&c->services, in->object))
		return 0;
	return verdict_object(v, by_body ? name->at : path, by_body ? name->value : in->object,
			      "is the service that this plugin is a task of, which judges this "
			      "request. Ask whoever runs this cluster.");
}

static int object_to_joining(struct verdict *v, const struct place *at, struct slice value,
			     enum setting setting)
{
	verdict_object(v, at, value,
		       "brings the container to where this plugin runs, whose processes, sockets "
		       "and files are its own.");
	return setting == SETTING_COUNT ? 0 : verdict_drop(v, setting, value);
}

static int check_joined(const struct intent *in, const struct config *c, const struct text *given,
			struct slice name, enum setting setting, struct verdict *v)
{
	if (is_own_container(in, c, name))
		return object_to_joining(v, given->at, given->value, setting);
	if (is_link(name))
		return verdict_object(v, given->at, given->value,
				      "is the name of a link, and may lead to where this plugin "
				      "runs. Name the container itself.");
	return 0;
}

/* container:NAME of a mode, NAME[:MODE] of --volumes-from. */
static int check_joins(const struct intent *in, const struct config *c, struct verdict *v)
{
	const struct container *made = &in->container;
	const struct field_text *modes[] = { &made->network_mode, &made->pid_mode, &made->ipc_mode,
					     &made->cgroup };
	/* No option of a client sets the last one. */
	const enum setting settings[] = { SETTING_NETWORK, SETTING_PID, SETTING_IPC,
					  SETTING_COUNT };
	int r = 0;

	for (size_t i = 0; r == 0 && i < COUNT_OF(modes); i++) {
		const struct text mode = { modes[i]->value, modes[i]->at };

		if (slice_starts(mode.value, SLICE("container:")))
			r = check_joined(in, c, &mode,
					 slice_from(mode.value, SLICE("container:").len),
					 settings[i], v);
	}
	for (size_t i = 0; r == 0 && i < made->volumes_from.count; i++) {
		const struct text *from = &made->volumes_from.items[i];
		struct slice name;

		slice_cut(from->value, ':', &name, &(struct slice){ 0 });
		r = check_joined(in, c, from, name, SETTING_VOLUMES_FROM, v);
	}
	return r;
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < in->mounts.count; i++)
		r = check_mount(in, &in->mounts.items[i], config, v);
	if (r == 0 && in->subjects & SUBJECT_PLUGIN)
		r = check_plugin(in, config, v);
	if (r == 0 && in->subjects & SUBJECT_NAMESPACES)
		r = check_joins(in, config, v);
	if (r || !(in->subjects & SUBJECT_OBJECT))
		return r;
	return in->changes == OBJECT_SERVICE ? check_service(in, config, v)
					     : check_container(in, config, container_of(in), v);
}

const struct rule rule_self_protection = {
	.id = "self-protection",
	.title = "This plugin is not reached through the engine it guards",
	.why = "Who can write to the policy, the program, its unit or the engine's settings, or can "
	       "disable the plugin, switches every other rule off.",
	.fields =
		"HostConfig.Binds, HostConfig.Mounts, volumes with a host device; every call that "
		"changes a plugin; plugins as services; every call that stops, changes, connects, "
		"commits or enters the plugin's own container or service; HostConfig.NetworkMode, PidMode, "
		"IpcMode, Cgroup and VolumesFrom",
	.broken_by =
		"docker run -v /etc/docker:/x, -v /run/docker/plugins:/x; docker plugin disable "
		"cis-authz; docker stop cis-authz; docker exec cis-authz sh; docker run --pid "
		"container:cis-authz; compose: volumes: [/etc/cis-authz:/x]",
	.comply = "Remove the mount; mount a directory made for this data, or a named volume. The "
		  "plugin is changed on the host, by whoever runs it.",
	.example_value = "/etc/systemd",
	.nist = "4.5.1",
	.subjects = SUBJECT_MOUNTS | SUBJECT_PLUGIN | SUBJECT_NAMESPACES | SUBJECT_OBJECT,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.check = check,
};
