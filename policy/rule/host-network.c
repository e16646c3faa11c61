/* host-network.c - nothing may run in the host's network namespace. */
#include "policy/rule.h"

static int object(struct verdict *v, const struct place *at, struct slice value)
{
	return verdict_object(v, at, value,
			      "is \"host\". Remove --network host; publish ports with -p.");
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct field_text *mode = &in->container.network_mode;
	const struct field_texts *networks = &in->container.networks;
	int r;

	(void) config;

	/* The whole word: "Host" and "hostile" are names of ordinary networks to the daemon. */
	if (mode->state == FIELD_SET && slice_eq(mode->value, SLICE("host"))) {
		r = object(v, mode->at, mode->value);
		if (r)
			return r;
	}
	if (slice_eq(in->network.driver.value, SLICE("host"))) {
		r = verdict_object(v, in->network.driver.at, in->network.driver.value,
				   "makes a network that is the host's own. Use --driver bridge.");
		if (r)
			return r;
	}
	for (size_t i = 0; i < networks->count; i++) {
		if (!slice_eq(networks->items[i].value, SLICE("host")))
			continue;
		r = object(v, networks->items[i].at, networks->items[i].value);
		if (r)
			return r;
	}
	return 0;
}

const struct rule rule_host_network = {
	.id = "host-network",
	.number = "5.9",
	.later = "5.10",
	.level = 1,
	.scored = true,
	.title = "Containers do not use the host's network namespace",
	.why = "In it a container opens the host's low ports, reaches services that listen on "
	       "loopback only (the daemon's own API may be one), and can reconfigure the host's "
	       "interfaces.",
	.fields = "HostConfig.NetworkMode, NetworkingConfig.EndpointsConfig, networks of services, "
		  "networkmode of builds, Driver of networks",
	.breaks = "docker run --network host; compose: network_mode: host; docker build "
		  "--network host",
	.comply = "Remove --network host (compose: network_mode: host); publish ports with -p.",
	.nist = "4.4.2",
	.subjects = SUBJECT_NAMESPACES | SUBJECT_NETWORK,
	.check = check,
};
