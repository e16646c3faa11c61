/*
 * insecure-registries.c - nothing comes from, or goes to, a registry whose certificate the engine
 * does not ask for.
 *
 * Which ones these are is the daemon's own setting, so the policy lists them again. What resolves
 * to the loopback interface is always among them. A build's FROM stands in its context, which no
 * plugin is shown.
 */
#include "base/array.h"
#include "kit/words.h"
#include "policy/rule.h"

struct config {
	struct words deny;
};

static const struct param params[] = {
	PARAM_WORDS(struct config, deny, NULL,
		    "registries that are refused: globs over HOST[:PORT] in lower case, such as "
		    "\"10.1.*\" or \"registry.example.com:5000\""),
	{ 0 },
};

/* The engine takes plain HTTP from these, however it is set up. */
static const struct slice loopback[] = {
	SLICE_INIT("localhost"),     SLICE_INIT("localhost:*"), SLICE_INIT("*.localhost"),
	SLICE_INIT("*.localhost:*"), SLICE_INIT("127.*"),       SLICE_INIT("[::*"),
	SLICE_INIT("[0*"),
};

static const struct config defaults = {
	.deny = { loopback, COUNT_OF(loopback) },
};

static int check_registry(struct slice registry, const struct place *at, bool push,
			  const struct config *c, struct verdict *v)
{
	if (!words_match(&c->deny, registry))
		return 0;
	verdict_object(v, at, registry,
		       "%s %.*s, whose certificate is not checked. Use a registry with TLS and a "
		       "certificate that the daemon trusts.",
		       push ? "would go to" : "comes from", SLICE_ARG(registry));
	return verdict_opens(v, deny);
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < in->images.count; i++) {
		const struct image *image = &in->images.items[i];

		if (image->insecure)
			r = verdict_object(v, image->at, image->given,
					   "would be pushed without asking for the registry's "
					   "certificate (registry.insecure). Leave that out, and "
					   "give the daemon the registry's CA.");
		else if (image->use != IMAGE_NAME)
			r = check_registry(image->registry, image->at, image->use == IMAGE_PUSH,
					   config, v);
	}
	for (size_t i = 0; r == 0 && i < in->fetches.count; i++) {
		const struct fetch *fetch = &in->fetches.items[i];

		if (fetch->kind == FETCH_REGISTRY)
			r = check_registry(fetch->at_port, fetch->at, false, config, v);
	}
	return r ? r : check_registry(in->plugin.registry, in->plugin.remote.at, false, config, v);
}

static const char *conflict(const void *config)
{
	const struct config *c = config;

	if (c->deny.count == 0)
		return "refuse nothing, as `deny` is empty; list registries, or switch the rule off";
	return NULL;
}

const struct rule rule_insecure_registries = {
	.id = "insecure-registries",
	.number = "2.4",
	.number_1_6 = "2.5",
	.level = 1,
	.scored = true,
	.benchmark_title = "Do not use insecure registries",
	.title = "Nothing comes from or goes to an insecure registry",
	.why = "Without a certificate that is checked, whoever sits between host and registry decides "
	       "what runs here, and reads the password, and what is pushed, on the way.",
	.fields =
		"Image, ContainerSpec.Image of services, Source of mounts of type image, fromImage "
		"of pulls, the name and tag of pushes, remote of plugins and of their privileges; "
		"outputs and cachefrom of builds; distribution; term of searches",
	.broken_by = "docker pull, push localhost:5000/app; compose: image: localhost:5000/app",
	.comply = "Give the registry a certificate, and its CA to the daemon in "
		  "/etc/docker/certs.d/REGISTRY/. The daemon's own part: start it without "
		  "--insecure-registry and without insecure-registries in daemon.json. No "
		  "request shows what stands there, so where it cannot go, list it under this "
		  "rule's `deny`.",
	.example_value = "localhost:5000",
	.nist = "4.2.1",
	.subjects = SUBJECT_IMAGE | SUBJECT_PLUGIN | SUBJECT_FETCH,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.conflict = conflict,
	.check = check,
};
