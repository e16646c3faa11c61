/* published-ports.c - only the ports that a container is there for are reachable from outside. */
#include "kit/port.h"
#include "policy/rule.h"

struct config {
	struct words allow;
};

static const struct param params[] = {
	PARAM_WORDS(struct config, allow, port_word,
		    "container ports that may be published, such as 443 or 8000-8999/tcp",
		    .pattern = PORT_PATTERN),
	{ 0 },
};

static const struct slice any_port[] = { SLICE_INIT("0-65535") };
static const struct config defaults = { .allow = { any_port, 1 } };

static int check_port(const struct published_port *published, const struct config *c,
		      struct verdict *v)
{
	struct slice text = published->container_port;
	struct port_range range;
	unsigned port;

	if (!port_range_read(text, &range))
		verdict_object(v, published->at, text,
			       "publishes the container port \"%.*s\", which is no port.",
			       SLICE_ARG(text));
	else if (!port_range_exceeds(range, &c->allow, &port))
		return 0;
	else
		verdict_object(v, published->at, text,
			       "publishes the container's port %.*s, which the policy does not "
			       "list.",
			       SLICE_ARG(text));
	verdict_opens(v, allow);
	return port_drop(published, v);
}

static bool publishes_all(const struct intent *in)
{
	const struct field_bool *all = &in->container.publish_all_ports;

	return all->state == FIELD_SET && all->value;
}

/* A list with every port in it says nothing of what is needed. */
static bool lists_some(const struct config *c)
{
	const struct port_range any = { 0, 65535, SLICE("") };
	unsigned port;

	return port_range_exceeds(any, &c->allow, &port);
}

static unsigned sights(const struct intent *in, const void *config)
{
	return publishes_all(in) && lists_some(config) ? SIGHT_IMAGE : 0;
}

/* The first of the ports that is not listed; NULL when all are. */
static const struct text *find_unlisted(const struct field_texts *ports, const struct config *c)
{
	struct port_range range;
	unsigned port;

	for (size_t i = 0; i < ports->count; i++) {
		if (!port_range_read(ports->items[i].value, &range) ||
		    port_range_exceeds(range, &c->allow, &port))
			return &ports->items[i];
	}
	return NULL;
}

/* What -P opens is what the caller exposes, and what the image does. */
static int check_all(const struct intent *in, const struct config *c, struct verdict *v)
{
	const struct place *at = in->container.publish_all_ports.at;
	const struct text *unlisted = NULL;

	if (in->image.sight == SIGHT_SEEN && lists_some(c)) {
		unlisted = find_unlisted(&in->container.exposed_ports, c);
		if (!unlisted)
			unlisted = find_unlisted(&in->image.ports, c);
		if (!unlisted)
			return 0;
	}
	if (unlisted)
		verdict_object(v, at, SLICE("true"),
			       "is true, and would publish the exposed port %.*s, which the policy "
			       "does not list.",
			       SLICE_ARG(unlisted->value));
	else
		verdict_object(v, at, SLICE("true"),
			       "is true: every port that the image exposes would be published.");
	verdict_hint(v, "Those that are needed can be published one by one.");
	return verdict_drop(v, SETTING_PUBLISH_ALL, SLICE(""));
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct published_ports *ports = &in->container.ports;
	int r = publishes_all(in) ? check_all(in, config, v) : 0;

	for (size_t i = 0; r == 0 && i < ports->count; i++)
		r = check_port(&ports->items[i], config, v);
	return r;
}

const struct rule rule_published_ports = {
	.id = "published-ports",
	.number = "5.8",
	.number_1_6 = "5.9",
	.level = 1,
	.scored = true,
	.benchmark_title = "Open only needed ports on container",
	.title = "Containers publish only the ports that are needed",
	.why = "An image exposes what its makers thought of; with --publish-all each of these ports "
	       "is open to the network, also the debugger's and the one added by the next "
	       "version.",
	.fields = "HostConfig.PublishAllPorts, HostConfig.PortBindings, EndpointSpec.Ports of "
		  "services (TargetPort)",
	.broken_by =
		"docker run --publish-all; docker run --publish 9000:9000 where 9000 is not listed",
	.comply = "Remove --publish-all and publish single ports: --publish 8080:80. List in this "
		  "rule's `allow` which container ports there may be; then --publish-all may open "
		  "what the image exposes of these.",
	.example_value = "9000/tcp",
	.nist = "4.4.2",
	.subjects = SUBJECT_CONTAINER,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.sights = sights,
	.check = check,
};
