/* capabilities.c - a container gets no kernel capability beyond those that the policy lists. */
#include "base/array.h"
#include "kit/rule-words.h"
#include "policy/capability.h"
#include "policy/object-id.h"
#include "policy/rule.h"
#include "when/value.h"

struct config {
	struct words allow, own_network, require_drop;
};

static const struct param params[] = {
	PARAM_WORDS(struct config, allow, capability_word, "capabilities that may be added"),
	PARAM_WORDS(struct config, own_network, capability_word,
		    "capabilities that may be added besides, but to a container with a network "
		    "namespace of its own only: neither the host's nor another container's"),
	PARAM_WORDS(struct config, require_drop, capability_word,
		    "capabilities that must be dropped; ALL drops every one"),
	{ 0 },
};

/* What the engine gives every container anyway (moby daemon/pkg/oci/caps/defaults.go). */
static const struct slice engine_defaults[] = {
	SLICE_INIT("AUDIT_WRITE"),  SLICE_INIT("CHOWN"),
	SLICE_INIT("DAC_OVERRIDE"), SLICE_INIT("FOWNER"),
	SLICE_INIT("FSETID"),       SLICE_INIT("KILL"),
	SLICE_INIT("MKNOD"),        SLICE_INIT("NET_BIND_SERVICE"),
	SLICE_INIT("NET_RAW"),      SLICE_INIT("SETFCAP"),
	SLICE_INIT("SETGID"),       SLICE_INIT("SETPCAP"),
	SLICE_INIT("SETUID"),       SLICE_INIT("SYS_CHROOT"),
};

static const struct config defaults = {
	.allow = { engine_defaults, COUNT_OF(engine_defaults) },
};

static bool lists(const struct words *words, struct slice capability)
{
	for (size_t i = 0; i < words->count; i++) {
		if (capability_eq(words->items[i], capability))
			return true;
	}
	return false;
}

static bool names(const struct field_texts *list, struct slice capability)
{
	for (size_t i = 0; i < list->count; i++) {
		if (capability_eq(list->items[i].value, capability))
			return true;
	}
	return false;
}

/* Against an added ALL a dropped ALL takes nothing away: the engine then removes single names only.
 */
static bool drops(const struct container *c, struct slice capability)
{
	if (names(&c->cap_drop, capability))
		return true;
	return names(&c->cap_drop, SLICE("ALL")) && !names(&c->cap_add, SLICE("ALL"));
}

/* What may be the ID of a swarm's host network, or begin it, is not its own. */
static bool has_own_network(const struct container *made)
{
	struct slice mode = made->network_mode.value;

	if (slice_eq(mode, SLICE("host")) || slice_starts(mode, SLICE("container:")))
		return false;
	for (size_t i = 0; i < made->networks.count; i++) {
		struct slice name = made->networks.items[i].value;

		if (slice_eq(name, SLICE("host")) || object_id_possible(name, OBJECT_OF_SWARM))
			return false;
	}
	return true;
}

/* For services the docker command writes CAP_ before what was typed. */
static struct slice as_typed(const struct intent *in, struct slice name)
{
	const struct slice prefix = SLICE("CAP_");

	return for_service(in) && slice_starts(name, prefix) ? slice_from(name, prefix.len) : name;
}

static int object_to_added(const struct intent *in, const struct text *added, bool elsewhere,
			   struct verdict *v)
{
	struct slice name = added->value;

	verdict_object(v, added->at, name, "adds %.*s%s.", SLICE_ARG(name),
		       elsewhere ? ", and the network is not the container's own" : "");
	verdict_opens(v, allow);
	return verdict_drop(v, SETTING_CAP_ADD, as_typed(in, name));
}

static int check_added(const struct intent *in, const struct field_texts *added,
		       const struct config *c, struct verdict *v)
{
	bool own = has_own_network(&in->container);

	for (size_t i = 0; i < added->count; i++) {
		struct slice name = added->items[i].value;
		bool with_own = lists(&c->own_network, name);

		/* The engine drops first and adds then: what must go would be back. */
		if ((lists(&c->allow, name) || (own && with_own)) && !lists(&c->require_drop, name))
			continue;
		int r = object_to_added(in, &added->items[i], with_own && !own, v);
		if (r)
			return r;
	}
	return 0;
}

/* Below it engines drop what a service says (moby daemon/server/router/swarm/helpers.go). */
enum { API_OF_SERVICES = 41 };

static int object_to_kept(const struct intent *in, const struct place *at, struct slice name,
			  struct verdict *v)
{
	if (service_drops(in, API_OF_SERVICES))
		return verdict_object(
			v, at, SLICE(""),
			"does not drop %.*s: for services CapabilityDrop counts from API 1.41 on, "
			"and the engine forgets it below. Use a newer client and engine.",
			SLICE_ARG(name));
	verdict_object(v, at, SLICE(""), "does not drop %.*s.", SLICE_ARG(name));
	verdict_opens(v, require_drop);
	return verdict_add(v, SETTING_CAP_DROP, name);
}

static int check_dropped(const struct intent *in, const struct config *c, struct verdict *v)
{
	const struct container *container = &in->container;
	const struct place *given = container->cap_drop.at;
	const struct place *at = given ? given
				 : for_service(in)
					 ? PLACE_WORDS("TaskTemplate.ContainerSpec.CapabilityDrop")
					 : PLACE_WORDS("HostConfig.CapDrop");

	for (size_t i = 0; i < c->require_drop.count; i++) {
		struct slice name = c->require_drop.items[i];
		int r;

		if (drops(container, name) && !service_drops(in, API_OF_SERVICES))
			continue;
		r = object_to_kept(in, at, name, v);
		if (r)
			return r;
	}
	return 0;
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	int r = check_added(in, &in->container.cap_add, config, v);

	if (r == 0)
		r = check_added(in, &in->container.exact_capabilities, config, v);
	if (r == 0)
		r = check_dropped(in, config, v);
	return r;
}

const struct rule rule_capabilities = {
	.id = "capabilities",
	.number = "5.3",
	.number_1_6 = "5.4",
	.level = 1,
	.scored = true,
	.benchmark_title = "Restrict Linux Kernel Capabilities within containers",
	.title = "Containers have only the kernel capabilities they need",
	.why = "A capability such as SYS_ADMIN, SYS_MODULE or SYS_PTRACE is enough to take the "
	       "host over; even the ones that every container gets are more than most programs "
	       "use.",
	.fields = "HostConfig.CapAdd, HostConfig.CapDrop, HostConfig.Capabilities",
	.broken_by = "docker run --cap-add SYS_ADMIN; compose: cap_add: [SYS_ADMIN]",
	.comply = "Remove --cap-add, or list the capability under this rule's `allow`; drop what "
		  "is not needed: --cap-drop ALL --cap-add NET_BIND_SERVICE.",
	.example_value = "SYS_PTRACE",
	.value = value_capability,
	.nist = "4.4.3",
	.subjects = SUBJECT_CONTAINER,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.check = check,
};
