/*
 * network-driver.c - a network stays behind the host's own address.
 *
 * A bridge or an overlay is a network of the engine's: what is outside reaches the published ports,
 * translated, and the host's firewall has its say. A macvlan or ipvlan sets the container down
 * beside the host, on the cable of its `parent`; options of the bridge driver do the same to a
 * bridge: they tie it to an interface that is there already, or leave the translation out.
 *
 * The engine compares drivers, options and their values letter by letter (moby
 * daemon/libnetwork/drivers/bridge fromLabels, newGwMode); what it does not know it takes for a
 * plugin's name, or ignores.
 */
#include "base/array.h"
#include "kit/words.h"
#include "policy/rule.h"

#define BRIDGE "com.docker.network.bridge."

struct config {
	struct words allow, interfaces, bridges;
	struct slice unseen;
};

static const struct param params[] = {
	PARAM_WORDS(struct config, allow, NULL,
		    "drivers of networks; globs. A network that names none has the engine's own, a "
		    "bridge; host is the business of host-network"),
	PARAM_WORDS(struct config, interfaces, NULL,
		    "interfaces of the host that a network may be tied to, by parent and " BRIDGE
		    "trusted_host_interfaces; globs"),
	PARAM_WORDS(struct config, bridges, NULL,
		    "names that a network's bridge may be given, by " BRIDGE
		    "name: the engine makes one of that name, or joins one that is there; globs"),
	PARAM_WORD(struct config, unseen, choice_word,
		   "allow or deny: networks that take over the options of another (--config-from), "
		   "which were judged when that one was made, if it was made under this policy",
		   .pattern = CHOICE_PATTERN),
	{ 0 },
};

static const struct slice own_drivers[] = { SLICE_INIT("bridge"), SLICE_INIT("overlay") };

static const struct config defaults = {
	.allow = { own_drivers, COUNT_OF(own_drivers) },
	.unseen = SLICE_INIT("allow"),
};

static int check_driver(const struct field_text *driver, const struct config *c, struct verdict *v)
{
	if (driver->value.len == 0 || slice_eq(driver->value, SLICE("host")) ||
	    words_match(&c->allow, driver->value))
		return 0;
	verdict_object(
		v, driver->at, driver->value,
		"is \"%.*s\", a driver that the policy does not list: it may put containers on "
		"the host's own network.",
		SLICE_ARG(driver->value));
	verdict_hint(v, "Ports can be published from a bridge.");
	verdict_opens(v, allow);
	return verdict_drop(v, SETTING_DRIVER, driver->value);
}

/* Names of interfaces, apart by the colons that none of them has. */
static int check_interfaces(const struct pair *option, const struct words *listed, size_t opens,
			    struct verdict *v)
{
	struct slice rest = option->value, name;
	bool more = true;

	while (more) {
		more = slice_cut(rest, ':', &name, &rest);
		if (name.len == 0 || words_match(listed, name))
			continue;
		verdict_object(
			v, option->at, option->value,
			"ties the network to the interface %.*s of the host, if there is one.",
			SLICE_ARG(name));
		verdict_opens_at(v, opens);
		return verdict_drop(v, SETTING_DRIVER_OPT, option->key);
	}
	return 0;
}

static int check_gateway(const struct pair *option, struct verdict *v)
{
	if (!slice_eq(option->value, SLICE("routed")) &&
	    !slice_eq(option->value, SLICE("nat-unprotected")))
		return 0;
	verdict_object(
		v, option->at, option->value,
		"opens ports of the network's containers that are not published to the outside, "
		"which the engine's own mode, nat, does not.");
	return verdict_drop(v, SETTING_DRIVER_OPT, option->key);
}

static int check_option(const struct pair *option, const struct config *c, struct verdict *v)
{
	if (slice_eq(option->key, SLICE(BRIDGE "name")))
		return check_interfaces(option, &c->bridges, offsetof(struct config, bridges), v);
	if (slice_eq(option->key, SLICE("parent")) ||
	    slice_eq(option->key, SLICE(BRIDGE "trusted_host_interfaces")))
		return check_interfaces(option, &c->interfaces, offsetof(struct config, interfaces),
					v);
	if (slice_eq(option->key, SLICE(BRIDGE "gateway_mode_ipv4")) ||
	    slice_eq(option->key, SLICE(BRIDGE "gateway_mode_ipv6")))
		return check_gateway(option, v);
	return 0;
}

/* Whatever the driver: a network made for its settings alone (--config-only) has none yet. */
static int check_options(const struct field_pairs *options, const struct config *c,
			 struct verdict *v)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < options->count; i++)
		r = check_option(&options->items[i], c, v);
	return r;
}

static int check_unseen(const struct field_text *from, const struct config *c, struct verdict *v)
{
	if (from->value.len == 0 || !choice_denies(c->unseen))
		return 0;
	verdict_object(v, from->at, from->value,
		       "takes over the options of %.*s, which this request does not show.",
		       SLICE_ARG(from->value));
	verdict_hint(v, "They can be given by themselves.");
	verdict_opens(v, unseen);
	return verdict_drop(v, SETTING_CONFIG_FROM, from->value);
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct network *network = &in->network;
	int r = check_driver(&network->driver, config, v);

	if (r == 0)
		r = check_options(&network->options, config, v);
	return r ? r : check_unseen(&network->config_from, config, v);
}

const struct rule rule_network_driver = {
	.id = "network-driver",
	.title = "Networks stay behind the host's address",
	.why = "On a macvlan or ipvlan a container has an address on the host's own network: every "
	       "port of it is open there, past the host's firewall, and what it sends comes from a "
	       "neighbour. A bridge tied to an interface of the host, or without translation, does "
	       "the same.",
	.fields = "Driver, Options and ConfigFrom of networks",
	.broken_by =
		"docker network create --driver macvlan --opt parent=eth0; compose: networks: {lan: "
		"{driver: macvlan, driver_opts: {parent: eth0}}}",
	.comply =
		"Remove --driver, or use --driver bridge, and publish ports with -p; list a driver "
		"that is needed under this rule's `allow`, its interface under `interfaces`.",
	.example_value = "macvlan",
	.nist = "4.4.2",
	.subjects = SUBJECT_NETWORK,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.check = check,
};
