/*
 * service.c - service create and update (moby api/types/swarm) to intent.
 *
 * A service's tasks become containers that never pass the create endpoint, so its ContainerSpec is
 * decoded into the very same container, and the same rules judge it. What is said in other words
 * here (Privileges, AppArmor "disabled") is put into the words of SecurityOpt.
 */
#include <errno.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/fold.h"
#include "base/place.h"
#include "docker/bodies.h"
#include "docker/call.h"
#include "docker/object/host-config.h"
#include "docker/object/plugin-body.h"
#include "docker/params.h"
#include "docker/spelling/mounts.h"
#include "docker/spelling/security-opt.h"
#include "docker/types.h"
#include "policy/intent.h"
#include "json/base64.h"
#include "json/gojson.h"

struct privileges {
	struct field_text apparmor, seccomp, seccomp_profile, label_type, label_level;
	struct field_bool label_disable, no_new_privileges;
};

struct network_attachment {
	struct field_text target;
	const struct place *at;
};

struct service_port {
	struct field_text protocol, mode;
	struct field_int published, target;
	const struct place *at;
};

struct service_body {
	struct container_body body;
	struct privileges privileges;
	struct gojson_items networks, task_networks; /* struct network_attachment */
	struct gojson_items ports;                   /* struct service_port */
	struct field_text name, runtime;
	struct plugin plugin;
	const struct place *plugin_at;
	struct gojson_items plugin_privileges; /* struct plugin_privilege_spec */
};

#define INTO(member)    offsetof(struct service_body, member)
#define FIELD(member)   INTO(body.container.member)
#define IGNORED(reason) GO_IGNORED, 0, NULL, reason
#define HIDES(what)     NULL, NULL, HIDES_##what
#define BODY            offsetof(struct service_body, body)

static const struct gojson_field apparmor_fields[] = {
	{ "Mode", GO_STRING, INTO(privileges.apparmor) },
};
static const struct gojson_type apparmor_type = { GOJSON_TYPE(apparmor_fields,
							      struct service_body) };

static const struct gojson_field seccomp_fields[] = {
	{ "Mode", GO_STRING, INTO(privileges.seccomp) },
	{ "Profile", GO_STRING, INTO(privileges.seccomp_profile) },
};
static const struct gojson_type seccomp_type = { GOJSON_TYPE(seccomp_fields, struct service_body) };

static const struct gojson_field selinux_fields[] = {
	{ "Disable", GO_BOOL, INTO(privileges.label_disable) },
	{ "Level", GO_STRING, INTO(privileges.label_level) },
	{ "Role", IGNORED("a role within the type that is judged") },
	{ "Type", GO_STRING, INTO(privileges.label_type) },
	{ "User", IGNORED("a user within the type that is judged") },
};
static const struct gojson_type selinux_type = { GOJSON_TYPE(selinux_fields, struct service_body) };

static const struct gojson_field privileges_fields[] = {
	{ "AppArmor", GO_STRUCT, 0, &apparmor_type },
	{ "CredentialSpec", IGNORED("Windows only") },
	{ "NoNewPrivileges", GO_BOOL, INTO(privileges.no_new_privileges) },
	{ "Seccomp", GO_STRUCT, 0, &seccomp_type },
	{ "SELinuxContext", GO_STRUCT, 0, &selinux_type },
};
static const struct gojson_type privileges_type = { GOJSON_TYPE(privileges_fields,
								struct service_body) };

static const struct gojson_field container_fields[] = {
	{ "Args", GO_STRINGS, FIELD(command), HIDES(ARGUMENTS) },
	{ "CapabilityAdd", GO_STRINGS, FIELD(cap_add) },
	{ "CapabilityDrop", GO_STRINGS, FIELD(cap_drop) },
	{ "Command", GO_STRINGS, FIELD(entrypoint), HIDES(ARGUMENTS) },
	{ "Configs", IGNORED("files inside the container") },
	{ "Dir", GO_STRING, FIELD(working_dir) },
	{ "DNSConfig", IGNORED("which name server the container asks") },
	{ "Env", IGNORED("may hold secrets, so it is not even copied") },
	{ "Groups", GO_STRINGS, FIELD(group_add) },
	{ "Healthcheck", GO_STRUCT, BODY, &container_health_type },
	{ "Hostname", IGNORED("a name inside the container") },
	{ "Hosts", IGNORED("lines of the container's own hosts file") },
	{ "Image", GO_STRING, FIELD(image) },
	{ "Init", IGNORED("a small init inside the container") },
	{ "Isolation", IGNORED("Windows only; Linux takes the default alone") },
	{ "Labels", IGNORED("words of the caller's own that the daemon does not act on") },
	{ "Mounts", GO_STRUCTS, INTO(body.mounts), &mount_spec_type },
	{ "OomScoreAdj", GO_INT, FIELD(oom_score_adj) },
	{ "OpenStdin", IGNORED("which streams the client wants") },
	{ "Privileges", GO_STRUCT, 0, &privileges_type },
	{ "ReadOnly", GO_BOOL, FIELD(read_only_rootfs) },
	{ "Secrets", IGNORED("files inside the container") },
	{ "StopGracePeriod", IGNORED("how long the container may take to stop") },
	{ "StopSignal", IGNORED("how the container is asked to stop") },
	{ "Sysctls", GO_STRING_MAP, FIELD(sysctls), HIDES(TEXT) },
	{ "TTY", IGNORED("whether there is a terminal") },
	{ "Ulimits", GO_STRUCTS, INTO(body.ulimits), &container_ulimit_type },
	{ "User", GO_STRING, FIELD(user) },
};
static const struct gojson_type container_type = { GOJSON_TYPE(container_fields,
							       struct service_body) };

static const struct gojson_field plugin_fields[] = {
	{ "Disabled", IGNORED("an installed plugin is judged, running or not") },
	{ "Env", IGNORED("may hold secrets, so it is not even copied") },
	{ "Name", GO_STRING, INTO(plugin.name) },
	{ "PluginPrivilege",
	  IGNORED("how the documentation spells Privileges; no engine reads it") },
	{ "Privileges", GO_STRUCTS, INTO(plugin_privileges), &plugin_privilege_type },
	{ "Remote", GO_STRING, INTO(plugin.remote) },
};
static const struct gojson_type plugin_type = {
	GOJSON_TYPE(plugin_fields, struct service_body),
	.keeps_at = true,
	.at_offset = INTO(plugin_at),
};

static const struct gojson_field log_fields[] = {
	{ "Name", GO_STRING, FIELD(log_driver) },
	{ "Options", GO_STRING_MAP, FIELD(log_options), HIDES(OPTIONS) },
};
static const struct gojson_type log_type = { GOJSON_TYPE(log_fields, struct service_body) };

static const struct gojson_field limits_fields[] = {
	{ "GenericResources", IGNORED("places tasks; gives them nothing") },
	{ "MemoryBytes", GO_INT, FIELD(memory) },
	{ "NanoCPUs", GO_INT, FIELD(nano_cpus) },
	{ "Pids", GO_INT, FIELD(pids_limit) },
};
static const struct gojson_type limits_type = { GOJSON_TYPE(limits_fields, struct service_body) };

static const struct gojson_field resources_fields[] = {
	{ "Limits", GO_STRUCT, 0, &limits_type },
	{ "MemorySwappiness", IGNORED("when to swap, not how much") },
	{ "Reservations", IGNORED("places tasks; gives them nothing") },
	{ "SwapBytes", GO_INT, FIELD(swap) },
};
static const struct gojson_type resources_type = { GOJSON_TYPE(resources_fields,
							       struct service_body) };

static const struct gojson_field restart_fields[] = {
	{ "Condition", GO_STRING, FIELD(restart_policy) },
	{ "Delay", IGNORED("how long to wait between attempts") },
	{ "MaxAttempts", GO_INT, FIELD(restart_retries) },
	{ "Window", IGNORED("how attempts are counted") },
};
static const struct gojson_type restart_type = { GOJSON_TYPE(restart_fields, struct service_body) };

static const struct gojson_field attachment_fields[] = {
	{ "Aliases", IGNORED("names on a network that the tasks join anyway") },
	{ "DriverOpts", IGNORED("settings of one interface inside the container") },
	{ "Target", GO_STRING, offsetof(struct network_attachment, target) },
};
static const struct gojson_type attachment_type = {
	GOJSON_TYPE(attachment_fields, struct network_attachment),
	.keeps_at = true,
	.at_offset = offsetof(struct network_attachment, at),
};

static const struct gojson_field task_fields[] = {
	{ "ContainerSpec", GO_STRUCT, 0, &container_type },
	{ "ForceUpdate", IGNORED("starts the same tasks anew") },
	{ "LogDriver", GO_STRUCT, 0, &log_type },
	{ "NetworkAttachmentSpec", IGNORED("made by the daemon alone; refused from callers") },
	{ "Networks", GO_STRUCTS, INTO(task_networks), &attachment_type },
	{ "Placement", IGNORED("where tasks run; what they are is judged") },
	{ "PluginSpec", GO_STRUCT, 0, &plugin_type },
	{ "Resources", GO_STRUCT, 0, &resources_type },
	{ "RestartPolicy", GO_STRUCT, 0, &restart_type },
	{ "Runtime", GO_STRING, INTO(runtime) },
};
static const struct gojson_type task_type = { GOJSON_TYPE(task_fields, struct service_body) };

static const struct gojson_field service_port_fields[] = {
	{ "Name", IGNORED("a name for the port") },
	{ "Protocol", GO_STRING, offsetof(struct service_port, protocol) },
	{ "PublishedPort", GO_INT, offsetof(struct service_port, published) },
	{ "PublishMode", GO_STRING, offsetof(struct service_port, mode) },
	{ "TargetPort", GO_INT, offsetof(struct service_port, target) },
};
static const struct gojson_type service_port_type = {
	GOJSON_TYPE(service_port_fields, struct service_port),
	.keeps_at = true,
	.at_offset = offsetof(struct service_port, at),
};

static const struct gojson_field endpoint_fields[] = {
	{ "Mode", IGNORED("how tasks are found on networks they have joined") },
	{ "Ports", GO_STRUCTS, INTO(ports), &service_port_type },
};
static const struct gojson_type endpoint_type = { GOJSON_TYPE(endpoint_fields,
							      struct service_body) };

static const struct gojson_field replicated_fields[] = {
	{ "Replicas", GO_INT, FIELD(replicas) },
};
static const struct gojson_type replicated_type = { GOJSON_TYPE(replicated_fields,
								struct service_body) };

static const struct gojson_field job_fields[] = {
	{ "MaxConcurrent", GO_INT, FIELD(job_tasks) },
	{ "TotalCompletions", IGNORED("how often in all; how many at once is judged") },
};
static const struct gojson_type job_type = { GOJSON_TYPE(job_fields, struct service_body) };

static const struct gojson_field mode_fields[] = {
	{ "Global", IGNORED("one task on each node") },
	{ "GlobalJob", IGNORED("one task on each node") },
	{ "Replicated", GO_STRUCT, 0, &replicated_type },
	{ "ReplicatedJob", GO_STRUCT, 0, &job_type },
};
static const struct gojson_type mode_type = { GOJSON_TYPE(mode_fields, struct service_body) };

static const struct gojson_field service_fields[] = {
	{ "EndpointSpec", GO_STRUCT, 0, &endpoint_type },
	{ "Labels", IGNORED("words of the caller's own that the daemon does not act on") },
	{ "Mode", GO_STRUCT, 0, &mode_type },
	{ "Name", GO_STRING, INTO(name) },
	{ "Networks", GO_STRUCTS, INTO(networks), &attachment_type },
	{ "RollbackConfig", IGNORED("how fast to go back; going back is judged") },
	{ "TaskTemplate", GO_STRUCT, 0, &task_type },
	/* Its FailureAction "rollback" brings back no more than what is in force until then. */
	{ "UpdateConfig", IGNORED("how fast tasks are replaced") },
};
const struct gojson_type service_spec_type = { GOJSON_TYPE(service_fields, struct service_body) };

static int add_text(struct arena *a, struct field_texts *list, struct slice value,
		    const struct place *at)
{
	list->state = FIELD_SET;
	return ARENA_APPEND(a, list->items, list->count, (struct text){ value, at });
}

static int add_option(struct arena *a, struct field_texts *list, const char *key,
		      const struct field_text *value)
{
	struct slice option;
	int error;

	if (value->state != FIELD_SET || value->value.len == 0)
		return 0;
	error = arena_printf(a, &option, "%s%.*s", key, SLICE_ARG(value->value));
	return error ? error : add_text(a, list, option, value->at);
}

static int add_flag(struct arena *a, struct field_texts *list, struct slice option,
		    const struct field_bool *flag)
{
	return flag->state == FIELD_SET && flag->value ? add_text(a, list, option, flag->at) : 0;
}

/* []byte in Go, which JSON carries as base64. What is none stays as it is, and is no profile then.
 */
static int read_profile(const struct field_text *given, struct arena *a, struct slice *ret)
{
	int error = base64_read(a, given->value, ret);

	if (error > 0)
		*ret = given->value;
	return error < 0 ? error : 0;
}

/* Privileges in the words of SecurityOpt (moby daemon/cluster/executor/container: hostConfig). */
static int build_privileges(const struct privileges *p, struct arena *a,
			    struct field_texts *options)
{
	struct field_text apparmor = p->apparmor, seccomp = p->seccomp;
	int error = 0;

	if (slice_eq(apparmor.value, SLICE("disabled")))
		apparmor.value = SLICE("unconfined");
	else if (slice_eq(apparmor.value, SLICE("default")))
		apparmor.value = SLICE("docker-default");
	else
		apparmor.state = FIELD_DEFAULT;
	if (slice_eq(seccomp.value, SLICE("custom")))
		error = read_profile(&p->seccomp_profile, a, &seccomp.value);
	else if (!slice_eq(seccomp.value, SLICE("unconfined")))
		seccomp.state = FIELD_DEFAULT;

	if (!error)
		error = add_option(a, options, "apparmor=", &apparmor);
	if (!error)
		error = add_option(a, options, "seccomp=", &seccomp);
	if (!error)
		error = add_option(a, options, "label=type:", &p->label_type);
	if (!error)
		error = add_option(a, options, "label=level:", &p->label_level);
	if (!error)
		error = add_flag(a, options, SLICE("label=disable"), &p->label_disable);
	if (!error)
		error = add_flag(a, options, SLICE("no-new-privileges"), &p->no_new_privileges);
	return error;
}

static int add_networks(struct arena *a, const struct gojson_items *list,
			struct field_texts *networks)
{
	const struct network_attachment *attachments = list->items;

	for (size_t i = 0; i < list->count; i++) {
		const struct field_text *target = &attachments[i].target;
		int error = add_text(a, networks, target->value,
				     target->at ? target->at : attachments[i].at);

		if (error)
			return error;
	}
	return 0;
}

/*
 * What a swarm folds to upper case before it looks it up (moby daemon/cluster/convert), in the
 * words that rules know. A mount without a type is the first of its list, a bind; one of another
 * type is refused. A protocol that is none is the first as well, tcp.
 */
static void fold_mounts(struct mount_spec *specs, size_t count)
{
	static const struct slice types[] = {
		SLICE_INIT("bind"),  SLICE_INIT("volume"),  SLICE_INIT("tmpfs"),
		SLICE_INIT("npipe"), SLICE_INIT("cluster"),
	};
	static const struct slice modes[] = {
		SLICE_INIT("rprivate"), SLICE_INIT("private"), SLICE_INIT("rshared"),
		SLICE_INIT("shared"),   SLICE_INIT("rslave"),  SLICE_INIT("slave"),
	};

	for (size_t i = 0; i < count; i++) {
		struct slice *type = &specs[i].type.value, *mode = &specs[i].propagation.value;

		*type = type->len > 0 ? fold_upper_word(*type, types, 5) : types[0];
		*mode = fold_upper_word(*mode, modes, 6);
	}
}

static struct slice fold_protocol(struct slice protocol)
{
	static const struct slice protocols[] = { SLICE_INIT("udp"), SLICE_INIT("sctp") };

	for (size_t i = 0; i < COUNT_OF(protocols); i++) {
		if (fold_upper_eq(protocol, protocols[i]))
			return protocols[i];
	}
	return SLICE("tcp");
}

/* A service publishes on every address of every node; a port of zero is the swarm's to choose. */
static int build_ports(const struct service_body *s, struct arena *a, struct published_ports *ports)
{
	const struct service_port *specs = s->ports.items;
	struct published_port *items = arena_alloc(a, s->ports.count, sizeof(*items));
	int error = 0;

	if (!items)
		return -ENOMEM;
	for (size_t i = 0; !error && i < s->ports.count; i++) {
		struct slice protocol = fold_protocol(specs[i].protocol.value);

		items[i].at = specs[i].at;
		error = arena_printf(a, &items[i].host_port, "%jd",
				     (intmax_t) specs[i].published.value);
		if (!error)
			error = arena_printf(a, &items[i].container_port, "%jd/%.*s",
					     (intmax_t) specs[i].target.value, SLICE_ARG(protocol));
	}
	*ports = (struct published_ports){ items, s->ports.count };
	return error;
}

static int refuse_templates(const struct gojson_items *mounts, struct intent *in)
{
	const struct mount_spec *specs = mounts->items;
	int error = 0;

	for (size_t i = 0; !error && i < mounts->count; i++)
		error = mounts_refuse_templates(in, &specs[i]);
	return error;
}

static int build(const struct service_body *s, struct intent *in)
{
	struct container *c = &in->container;
	int error = refuse_templates(&s->body.mounts, in);

	if (!error)
		error = container_build(&s->body, in);
	c->name = s->name;
	if (!error)
		error = build_privileges(&s->privileges, in->arena, &c->security_opt);
	if (!error)
		error = security_opt_read(c, in->arena);
	if (!error)
		error = add_networks(in->arena, &s->networks, &c->networks);
	if (!error)
		error = add_networks(in->arena, &s->task_networks, &c->networks);
	if (!error)
		error = build_ports(s, in->arena, &c->ports);
	if (error || (!s->plugin_at && !slice_eq(s->runtime.value, SLICE("plugin"))))
		return error;

	in->plugin = s->plugin;
	in->subjects |= SUBJECT_PLUGIN;
	error = plugin_locate(in);
	return error ? error : plugin_build(&s->plugin_privileges, in);
}

static void change(struct intent *in)
{
	in->changes = OBJECT_SERVICE;
	in->subjects |= SUBJECT_OBJECT;
}

int read_service_create(const struct call *call, struct intent *in)
{
	struct service_body body = { 0 };
	int error = gojson_decode(call->body, &service_spec_type, &body, &in->reading);

	if (!error) {
		fold_mounts(body.body.mounts.items, body.body.mounts.count);
		error = build(&body, in);
	}
	if (!error)
		in->subjects |= SUBJECT_CONTAINER | SUBJECT_NAMESPACES | SUBJECT_MOUNTS |
				SUBJECT_LIMITS | SUBJECT_VOLUME | SUBJECT_IMAGE;
	return error;
}

int read_service_delete(const struct call *call, struct intent *in)
{
	(void) call;
	change(in);
	return 0;
}

/*
 * With rollback=previous the engine restores the spec before the one in force and drops the body
 * (moby daemon/cluster/services.go: UpdateService; swarmkit manager/controlapi). To "" and "none"
 * it does nothing, any other word it refuses; a later engine may know more of them.
 */
int read_service_update(const struct call *call, struct intent *in)
{
	struct field_text *rollback = &in->service.rollback;
	int error = params_text(call, SLICE("rollback"), in->arena, rollback);

	if (error)
		return error;
	if (rollback->value.len > 0 && !slice_eq(rollback->value, SLICE("none")))
		in->subjects |= SUBJECT_ROLLBACK;
	change(in);
	return read_service_create(call, in);
}
