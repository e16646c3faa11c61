/* self-protection.c - no request may take this plugin out of the way. */
#include <string.h>

#include "../host-paths.h"
#include "../words.h"
#include "policy/rule.h"

struct config {
	struct words paths, add, plugins;
};

static const struct param params[] = {
	PARAM_PATHS(struct config, paths,
		    "where this plugin and its place in the engine are kept; no mount may bring "
		    "them in, nor what is below or above them. What cis-authz serve was really "
		    "started with is watched besides"),
	PARAM_PATHS(struct config, add, "more of them, on top of `paths`"),
	PARAM_WORDS(struct config, plugins, NULL,
		    "names of this plugin in the engine, without registry and tag; globs"),
	{ 0 },
};

static const struct slice own_places[] = {
	{ "/etc/cis-authz", 14 },
	{ "/var/log/cis-authz", 18 },
	{ "/usr/bin/cis-authz", 18 },
	{ "/usr/local/bin/cis-authz", 24 },
	{ "/usr/libexec/cis-authz", 22 },
	{ "/run/docker/plugins", 19 },
	{ "/var/run/docker/plugins", 23 },
	{ "/etc/docker", 11 },
	{ "/usr/lib/docker/plugins", 23 },
	{ "/var/lib/docker/plugins", 23 },
	{ "/etc/systemd", 12 },
	{ "/lib/systemd", 12 },
	{ "/usr/lib/systemd", 16 },
	{ "/run/systemd", 12 },
	{ "/var/run/systemd", 16 },
};
static const struct slice own_names[] = { { "cis-authz", 9 } };

static const struct config defaults = {
	.paths = { own_places, sizeof(own_places) / sizeof(own_places[0]) },
	.plugins = { own_names, 1 },
};

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

static int check_mount(const struct mount *m, const struct config *c, const struct own_paths *own,
		       struct verdict *v)
{
	struct host_path_match found;

	if (m->kind != MOUNT_HOST_PATH)
		return 0;
	/* Read-only is no help where a socket lies, and shows the policy to whom it is to hold. */
	found = find(c, own, m);
	if (found.relation != HOST_PATH_APART)
		verdict_object(v, m->at, m->clean,
			       "lets the container reach %.*s, by which this plugin is kept in "
			       "force. Mount a directory made for this data, or a named volume.",
			       SLICE_ARG(found.listed));
	else if (m->unresolved)
		verdict_object(v, m->at, m->clean,
			       "may lead to what keeps this plugin in force: where it leads could "
			       "not be found out (%s). Mount the directory by its real path.",
			       strerrordesc_np(-m->unresolved));
	else
		return 0;
	mount_leads(m, v);
	return verdict_drop(v, "-v or --mount of %.*s", SLICE_ARG(m->source));
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

static bool is_hexadecimal(struct slice s)
{
	static const struct slice digits = { "0123456789abcdefABCDEF", 22 };

	for (size_t i = 0; i < s.len; i++) {
		if (!slice_find(digits, s.ptr[i]))
			return false;
	}
	return s.len > 0;
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
	    is_hexadecimal(in->object))
		r = verdict_object(v, request, in->object,
				   "would change a plugin by its ID, and that may be this one. "
				   "Name the plugin as docker plugin ls does.");
	if (r == 0 && plugin->name.at)
		r = check_name(c, plugin->name.at, plugin->name.value, v);
	if (r == 0 && plugin->remote.at)
		r = check_name(c, plugin->remote.at, plugin->remote.value, v);
	return r;
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	for (size_t i = 0; i < in->mounts.count; i++) {
		int r = check_mount(&in->mounts.items[i], config, in->own, v);

		if (r)
			return r;
	}
	return in->subjects & SUBJECT_PLUGIN ? check_plugin(in, config, v) : 0;
}

const struct rule rule_self_protection = {
	.id = "self-protection",
	.title = "This plugin is not reached through the engine it guards",
	.why = "Who can write to the policy, the program, its unit or the engine's settings, or can "
	       "disable the plugin, switches every other rule off.",
	.fields =
		"HostConfig.Binds, HostConfig.Mounts, volumes with a host device; every call that "
		"changes a plugin; plugins as services",
	.breaks = "docker run -v /etc/docker:/x, -v /run/docker/plugins:/x; docker plugin disable "
		  "cis-authz; compose: volumes: [/etc/cis-authz:/x]",
	.comply = "Remove the mount; mount a directory made for this data, or a named volume. The "
		  "plugin is changed on the host, by whoever runs it.",
	.excuse = "/etc/systemd",
	.nist = "4.5.1",
	.subjects = SUBJECT_MOUNTS | SUBJECT_PLUGIN,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.check = check,
};
