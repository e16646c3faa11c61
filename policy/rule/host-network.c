/*
 * host-network.c - nothing may run in the host's network namespace.
 *
 * The docker command looks a service's network up and sends its ID, so `docker service create
 * --network host` names an ID like that of any overlay; the beginning of one does as well, and so
 * does the ID that the host itself has for it (moby daemon/cluster/services.go populateNetworkID).
 * Which network it is only the daemon knows. A container is another matter: it gets the host's
 * network by the word "host" alone, and is refused that network by its ID (moby
 * daemon/container_operations.go).
 */
#include "kit/rule-words.h"
#include "kit/words.h"
#include "policy/object-id.h"
#include "policy/rule.h"

struct config {
	struct slice unseen_ids;
};

static const struct param params[] = {
	PARAM_WORD(
		struct config, unseen_ids, choice_word,
		"allow or deny: services that name a network by what may be an ID, or the "
		"beginning of one, since it may be the host's; the docker command sends IDs, stacks "
		"send names",
		.pattern = CHOICE_PATTERN),
	{ 0 },
};

static const struct config defaults = { .unseen_ids = SLICE_INIT("allow") };

static int object(const struct intent *in, const struct place *at, struct slice value,
		  struct verdict *v)
{
	verdict_object(v, at, value, "is \"host\".");
	verdict_hint(v, "Ports can be published instead.");
	return verdict_drop(v, in->op == OP_IMAGE_BUILD ? SETTING_BUILD_NETWORK : SETTING_NETWORK,
			    SLICE("host"));
}

static int check_joined(const struct intent *in, const struct config *c, struct verdict *v)
{
	const struct field_texts *networks = &in->container.networks;
	bool ids = for_service(in) && choice_denies(c->unseen_ids);
	int r = 0;

	for (size_t i = 0; r == 0 && i < networks->count; i++) {
		const struct text *network = &networks->items[i];

		if (slice_eq(network->value, SLICE("host")))
			r = object(in, network->at, network->value, v);
		else if (ids && object_id_possible(network->value, OBJECT_OF_SWARM)) {
			verdict_object(v, network->at, network->value,
				       "may be the ID of the host's network, or begin it. Deploy "
				       "the service with docker stack deploy, which sends names, "
				       "and give the network one with a dash or an underscore.");
			r = verdict_opens(v, unseen_ids);
		}
	}
	return r;
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct field_text *mode = &in->container.network_mode;
	int r = 0;

	/* The whole word: "Host" and "hostile" are names of ordinary networks to the daemon. */
	if (mode->state == FIELD_SET && slice_eq(mode->value, SLICE("host")))
		r = object(in, mode->at, mode->value, v);
	if (r == 0 && slice_eq(in->network.driver.value, SLICE("host"))) {
		verdict_object(v, in->network.driver.at, in->network.driver.value,
			       "makes a network that is the host's own.");
		verdict_drop(v, SETTING_DRIVER, SLICE("host"));
		r = verdict_add(v, SETTING_DRIVER, SLICE("bridge"));
	}
	return r ? r : check_joined(in, config, v);
}

const struct rule rule_host_network = {
	.id = "host-network",
	.number = "5.9",
	.number_1_6 = "5.10",
	.level = 1,
	.scored = true,
	.benchmark_title = "Do not share the host's network namespace",
	.title = "Containers do not use the host's network namespace",
	.why = "In it a container opens the host's low ports, reaches services that listen on "
	       "loopback only (the daemon's own API may be one), and can reconfigure the host's "
	       "interfaces. bridge, none and container:NAME comply: the benchmark says so, and "
	       "container-namespaces judges the last.",
	.fields = "HostConfig.NetworkMode, NetworkingConfig.EndpointsConfig, networks of services, "
		  "networkmode of builds, Driver of networks",
	.broken_by = "docker run --network host; compose: network_mode: host; docker build "
		     "--network host",
	.comply = "Remove --network host (compose: network_mode: host); publish ports with -p.",
	.sole_value = "host",
	.nist = "4.4.2",
	.subjects = SUBJECT_NAMESPACES | SUBJECT_NETWORK,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.check = check,
};
