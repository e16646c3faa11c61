/* privileged-ports.c - a container does not take the host's well-known ports. */
#include "kit/address.h"
#include "kit/port.h"
#include "kit/rule-words.h"
#include "policy/rule.h"
#include "when/value.h"

struct config {
	uint64_t below;
	struct words allow;
};

static const struct param params[] = {
	PARAM_COUNT(struct config, below, 1, 65536, "host ports below this one are refused"),
	PARAM_WORDS(struct config, allow, port_word,
		    "host ports below it that may be published all the same, such as 443 or "
		    "80-90/tcp",
		    .pattern = PORT_PATTERN),
	{ 0 },
};

static const struct config defaults = { .below = 1024 };

static int check_port(const struct published_port *published, const struct config *c,
		      struct verdict *v)
{
	struct slice ignored, text = published->host_port;
	struct port_range range;
	unsigned port;

	if (!port_range_read(text, &range))
		return verdict_object(v, published->at, text,
				      "publishes the host port \"%.*s\", which is no port.",
				      SLICE_ARG(text));
	/* Port 0 alone is any free one, which is never a low one; a range from 0 takes port 1. */
	if (range.last == 0 || range.first >= c->below)
		return 0;
	if (range.first == 0)
		range.first = 1;
	if (range.last >= c->below)
		range.last = (unsigned) c->below - 1;
	/* The engine goes by the container port's protocol, whatever the host port says. */
	if (!slice_cut(published->container_port, '/', &ignored, &range.protocol))
		range.protocol = SLICE("");
	if (range.last < range.first || !port_range_exceeds(range, &c->allow, &port))
		return 0;
	verdict_object(v, published->at, text,
		       "publishes on the host's port %u, which is below %ju.", port,
		       (uintmax_t) c->below);
	return verdict_opens(v, allow);
}

/* The one that was asked for, if it is one. */
static struct slice address_for(const struct published_port *port)
{
	struct address a;

	return address_read(port->host_ip, &a) && !address_is_any(&a) ? port->host_ip
								      : SLICE("127.0.0.1");
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct published_ports *ports = &in->container.ports;
	const struct config *c = config;
	int r = 0;

	for (size_t i = 0; r == 0 && i < ports->count; i++) {
		unsigned before = verdict_count(v);

		r = check_port(&ports->items[i], c, v);
		if (r == 0 && verdict_count(v) > before)
			r = for_service(in)
				    ? port_raise(&ports->items[i], c->below, v)
				    : port_replace(&ports->items[i], address_for(&ports->items[i]),
						   c->below, v);
	}
	return r;
}

/* As the caller gives them: the protocol stands with the container's port. */
static const char *host_ports(struct slice glob)
{
	return value_is_made_of(glob, "-0123456789")
		       ? NULL
		       : "ports of the host, without a protocol, such as 443";
}

const struct rule rule_privileged_ports = {
	.id = "privileged-ports",
	.number = "5.7",
	.number_1_6 = "5.8",
	.level = 1,
	.scored = true,
	.benchmark_title = "Do not map privileged ports within containers",
	.title = "Containers do not publish on the host's privileged ports",
	.why = "Who answers on a port below 1024 is taken for a service that root has set up: a "
	       "container there can pass for the host's own web, mail or name server, and is sent "
	       "what was meant for it.",
	.fields = "HostConfig.PortBindings (HostPort), EndpointSpec.Ports of services "
		  "(PublishedPort)",
	.broken_by = "docker run --publish 80:80; docker service create --publish 80:80; compose: "
		     "ports: [\"80:80\"]",
	.comply =
		"Publish on a port of 1024 or above (--publish 8080:80) behind a load balancer, or "
		"list the port under this rule's `allow`.",
	.example_value = "443",
	.value = host_ports,
	.nist = "4.4.2",
	.subjects = SUBJECT_CONTAINER,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.check = check,
};
