/*
 * inter-container-traffic.c - containers of one network do not all hear each other.
 *
 * What the daemon's --icc says of the default bridge cannot be seen from here; a policy can keep
 * containers off it instead. It has an ID as well as a name, and the engine takes the beginning of
 * that for a network too.
 */
#include "kit/rule-words.h"
#include "kit/words.h"
#include "policy/object-id.h"
#include "policy/rule.h"

#define ENABLE_ICC "com.docker.network.bridge.enable_icc"

struct config {
	bool require, deny_default_bridge;
	struct slice unseen_ids;
};

static const struct param params[] = {
	PARAM_BOOL(struct config, require,
		   "true: bridge networks must be made with " ENABLE_ICC "=false"),
	PARAM_BOOL(struct config, deny_default_bridge,
		   "true: no container may join the default bridge network"),
	PARAM_WORD(
		struct config, unseen_ids, choice_word,
		"with deny_default_bridge, allow or deny: a network named by what may be an ID, or "
		"the beginning of one, since it may be the default bridge's",
		.pattern = CHOICE_PATTERN),
	{ 0 },
};

static const struct config defaults = { .unseen_ids = SLICE_INIT("allow") };

/* As strconv.ParseBool; the engine refuses any other word. */
static bool is_one_of(struct slice text, const char *const words[6])
{
	for (size_t i = 0; i < 6; i++) {
		if (slice_eq(text, slice_str(words[i])))
			return true;
	}
	return false;
}

static bool is_true(struct slice text)
{
	static const char *const words[] = { "1", "t", "T", "true", "TRUE", "True" };

	return is_one_of(text, words);
}

static bool is_false(struct slice text)
{
	static const char *const words[] = { "0", "f", "F", "false", "FALSE", "False" };

	return is_one_of(text, words);
}

static int check_network(const struct network *n, const struct config *c, struct verdict *v)
{
	const struct place *at = PLACE_WORDS("the network");

	/* No other driver knows the option. */
	if (n->driver.value.len > 0 && !slice_eq(n->driver.value, SLICE("bridge")))
		return 0;
	for (size_t i = 0; i < n->options.count; i++) {
		const struct pair *option = &n->options.items[i];

		if (!slice_eq(option->key, SLICE(ENABLE_ICC)))
			continue;
		if (is_false(option->value) || (!c->require && !is_true(option->value)))
			return 0;
		/* A word that is none of the twelve may be anything, so it is not quoted. */
		verdict_object(v, option->at, is_true(option->value) ? option->value : SLICE(""),
			       "lets every container of the network reach every port of the "
			       "others.");
		verdict_drop(v, SETTING_DRIVER_OPT, SLICE(ENABLE_ICC));
		return verdict_add(v, SETTING_ICC_OFF, SLICE(""));
	}
	if (!c->require)
		return 0;
	verdict_object(v, at, SLICE(""),
		       "would let its containers reach every port of each other.");
	verdict_opens(v, require);
	return verdict_add(v, SETTING_ICC_OFF, SLICE(""));
}

static int object_to_bridge(struct verdict *v, const struct place *at, struct slice value)
{
	verdict_object(v, at, value,
		       "is the default bridge network, where containers may reach each other.");
	verdict_hint(v, "NAME is one that docker network create made.");
	verdict_opens(v, deny_default_bridge);
	/* "default" is what clients send where nothing was typed. */
	if (slice_eq(value, SLICE("bridge")))
		verdict_drop(v, SETTING_NETWORK, SLICE("bridge"));
	return verdict_add(v, SETTING_NETWORK, SLICE("NAME"));
}

static bool is_bridge(struct slice network)
{
	return slice_eq(network, SLICE("bridge")) || slice_eq(network, SLICE("default"));
}

static int check_name(const struct intent *in, const struct config *c, const struct place *at,
		      struct slice network, struct verdict *v)
{
	enum object_home home = for_service(in) ? OBJECT_OF_SWARM : OBJECT_OF_HOST;

	if (is_bridge(network))
		return object_to_bridge(v, at, network);
	if (!choice_denies(c->unseen_ids) || !object_id_possible(network, home))
		return 0;
	verdict_object(v, at, network,
		       "may be the ID of the default bridge network, or begin it. Name the "
		       "network; a name with a dash or an underscore cannot be an ID.");
	return verdict_opens(v, unseen_ids);
}

/* A service joins no bridge unless it names one, and a build's mode is host-network's business. */
static int check_mode(const struct intent *in, const struct config *c, struct verdict *v)
{
	const struct field_text *mode = &in->container.network_mode;
	const struct place *at = mode->at ? mode->at : PLACE_WORDS("HostConfig.NetworkMode");

	if (!(in->subjects & SUBJECT_CONTAINER) || for_service(in))
		return 0;
	return mode->value.len > 0 ? check_name(in, c, at, mode->value, v)
				   : object_to_bridge(v, at, mode->value);
}

static int check_joined(const struct intent *in, const struct config *c, struct verdict *v)
{
	const struct field_texts *networks = &in->container.networks;
	int r = 0;

	for (size_t i = 0; r == 0 && i < networks->count; i++)
		r = check_name(in, c, networks->items[i].at, networks->items[i].value, v);
	return r;
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct config *c = config;
	int r = 0;

	if (in->subjects & SUBJECT_NETWORK)
		r = check_network(&in->network, c, v);
	if (r || !c->deny_default_bridge)
		return r;
	r = check_mode(in, c, v);
	return r ? r : check_joined(in, c, v);
}

const struct rule rule_inter_container_traffic = {
	.id = "inter-container-traffic",
	.number = "2.1",
	.number_1_6 = "2.2",
	.level = 1,
	.scored = true,
	.benchmark_title = "Restrict network traffic between containers",
	.title = "Containers of one network do not all reach each other",
	.why = "On a bridge where inter-container traffic is on, one container that was taken over "
	       "can scan and attack every port of the others, published or not.",
	.fields = "Options and Driver of networks; HostConfig.NetworkMode, "
		  "NetworkingConfig.EndpointsConfig, network connect",
	.broken_by = "docker network create --opt " ENABLE_ICC
		     "=true; with `deny_default_bridge`: docker "
		     "run without --network",
	.comply = "Start the daemon with --icc=false, and make networks with docker network create "
		  "--opt " ENABLE_ICC "=false, one for each group that has to talk.",
	.nist = "4.4.2",
	.subjects = SUBJECT_NETWORK | SUBJECT_NAMESPACES,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.check = check,
};
