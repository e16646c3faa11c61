/*
 * host-interface.c - a published port listens on one address of the host, not on all of them.
 *
 * Engines of many years give a HostIp that is no address (localhost, 0, [::], 127.1) to net.ParseIP
 * and take its nil for every address, so what cannot be read here counts as that too. So does an
 * empty one: the daemon's --ip could make it something else, but that cannot be seen.
 */
#include <sys/socket.h>

#include "kit/address.h"
#include "kit/port.h"
#include "kit/rule-words.h"
#include "policy/rule.h"

struct config {
	struct words allow;
};

static const struct param params[] = {
	PARAM_WORDS(struct config, allow, address_word,
		    "addresses and networks that may be published on; 0.0.0.0 and :: themselves "
		    "stand for every address, both must be listed to publish without naming one",
		    .pattern = ADDRESS_PATTERN),
	{ 0 },
};

static const struct slice any_single[] = { SLICE_INIT("0.0.0.0/0"), SLICE_INIT("::/0") };
static const struct config defaults = { .allow = { any_single, 2 } };

/* A network that holds 0.0.0.0 does not list it: every address is not one of them. */
static bool lists(const struct words *allow, const struct address *a)
{
	for (size_t i = 0; i < allow->count; i++) {
		struct address entry;

		if (address_network_read(allow->items[i], &entry) && address_inside(a, &entry) &&
		    (!address_is_any(a) || address_is_any(&entry)))
			return true;
	}
	return false;
}

static bool lists_every(const struct words *allow)
{
	const struct address any4 = { .family = AF_INET, .prefix = 32 };
	const struct address any6 = { .family = AF_INET6, .prefix = 128 };

	return lists(allow, &any4) && lists(allow, &any6);
}

static int check_address(const struct published_port *port, const struct config *c,
			 struct verdict *v)
{
	struct slice text = port->host_ip;
	struct address a;

	if (!address_read(text, &a)) {
		if (lists_every(&c->allow))
			return 0;
		if (text.len == 0)
			return verdict_object(v, port->at, text,
					      "names no address and so listens on every one of the "
					      "host's.");
		return verdict_object(v, port->at, text,
				      "has the HostIp \"%.*s\", which is no IP address; engines "
				      "take it for every one of the host's.",
				      SLICE_ARG(text));
	}
	if (lists(&c->allow, &a))
		return 0;
	if (address_is_any(&a))
		return verdict_object(v, port->at, text,
				      "listens on \"%.*s\", every address of the host.",
				      SLICE_ARG(text));
	return verdict_object(v, port->at, text, "listens on %.*s, which the policy does not list.",
			      SLICE_ARG(text));
}

/* Loopback where the policy lists it, else the first single address that it names, or none. */
static struct slice listed_address(const struct config *c)
{
	struct address loopback, one;

	if (address_read(SLICE("127.0.0.1"), &loopback) && lists(&c->allow, &loopback))
		return SLICE("127.0.0.1");
	for (size_t i = 0; i < c->allow.count; i++) {
		if (address_read(c->allow.items[i], &one) && !address_is_any(&one))
			return c->allow.items[i];
	}
	return SLICE("");
}

/* Swarm listens on every address of the nodes in both publish modes, and has no word to change it.
 */
static int check_service(const struct published_ports *ports, const struct config *c,
			 struct verdict *v)
{
	int r = 0;

	if (lists_every(&c->allow))
		return 0;
	for (size_t i = 0; r == 0 && i < ports->count; i++) {
		verdict_object(v, ports->items[i].at, SLICE(""),
			       "listens on every address of the swarm's nodes; services cannot be "
			       "bound to one.");
		verdict_hint(v, "The service is reached over its overlay network.");
		verdict_opens(v, allow);
		r = port_drop(&ports->items[i], v);
	}
	return r;
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct field_bool *all = &in->container.publish_all_ports;
	const struct published_ports *ports = &in->container.ports;
	const struct config *c = config;
	int r = 0;

	if (for_service(in))
		return check_service(ports, c, v);
	if (all->state == FIELD_SET && all->value && !lists_every(&c->allow)) {
		verdict_object(v, all->at, SLICE("true"),
			       "is true: the ports would listen on every address of the host.");
		verdict_hint(v, "Single ones can be published on one address.");
		verdict_opens(v, allow);
		r = verdict_drop(v, SETTING_PUBLISH_ALL, SLICE(""));
	}
	for (size_t i = 0; r == 0 && i < ports->count; i++) {
		unsigned before = verdict_count(v);

		r = check_address(&ports->items[i], c, v);
		if (r == 0 && verdict_count(v) > before) {
			verdict_opens(v, allow);
			r = port_replace(&ports->items[i], listed_address(c), 0, v);
		}
	}
	return r;
}

const struct rule rule_host_interface = {
	.id = "host-interface",
	.number = "5.13",
	.number_1_6 = "5.14",
	.level = 1,
	.scored = true,
	.benchmark_title = "Bind incoming container traffic to a specific host interface",
	.title = "Published ports listen on one address of the host",
	.why = "A port that is published without an address is open on every interface, the one that "
	       "faces the Internet and the one added next year too, past the firewall and the "
	       "monitoring of the interface that was meant. Docker's own rules come before those "
	       "of the host's firewall.",
	.fields =
		"HostConfig.PortBindings (HostIp), HostConfig.PublishAllPorts, EndpointSpec.Ports of "
		"services",
	.broken_by =
		"docker run --publish 8080:80; compose: ports: [\"8080:80\"]; any --publish of a "
		"service",
	.comply =
		"Name the address: --publish 127.0.0.1:8080:80, --publish '[::1]:8080:80', or that of "
		"the interface that should serve it.",
	.example_value = "0.0.0.0",
	.nist = "4.4.2",
	.subjects = SUBJECT_CONTAINER,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.check = check,
};
