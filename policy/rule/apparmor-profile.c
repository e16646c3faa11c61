/*
 * apparmor-profile.c - a container is confined by AppArmor.
 *
 * Where the host has AppArmor, the engine confines every container that names no profile by
 * docker-default; but not a privileged one, which is the rule privileged's to judge.
 *
 * A profile is named, not shown. Some names are known to confine nothing; of any other only whoever
 * runs the host can say what is behind it.
 */
#include "kit/rule-words.h"
#include "kit/words.h"
#include "policy/rule.h"

struct config {
	bool require;
	struct words allow;
};

static const struct param params[] = {
	PARAM_BOOL(struct config, require,
		   "a profile must be named, though the engine has a default"),
	PARAM_WORDS(
		struct config, allow, NULL,
		"profiles that may be named; globs; empty: any but unconfined and those that are "
		"known to confine nothing"),
	{ 0 },
};

static const struct config defaults = { 0 };

static const struct slice open_profiles[] = {
#define PROFILE(glob) { glob, sizeof(glob) - 1 },
#include "base/array.h"
#include "kit/unconfined-profiles.def"
#undef PROFILE
};

/* The last of a namespace and a profile, or of a stack of profiles: ":root://unconfined". */
static struct slice last_part(struct slice profile)
{
	struct slice last = profile;

	for (size_t i = 0; i < profile.len; i++) {
		if (slice_find(SLICE(":/&"), profile.ptr[i]))
			last = slice_from(profile, i + 1);
	}
	return slice_trim(last);
}

static bool is_unconfined(struct slice profile)
{
	return slice_eq(last_part(profile), SLICE("unconfined"));
}

static bool is_open(struct slice profile)
{
	const struct words known = { open_profiles, COUNT_OF(open_profiles) };

	return words_match(&known, slice_trim(profile)) || words_match(&known, last_part(profile));
}

static bool allowed(const struct config *c, struct slice profile)
{
	if (is_unconfined(profile))
		return false;
	return c->allow.count == 0 ? !is_open(profile) : words_match(&c->allow, profile);
}

static int object_to_profile(const struct field_text *profile, const struct config *c,
			     struct verdict *v)
{
	if (is_unconfined(profile->value))
		verdict_object(v, profile->at, profile->value,
			       "switches AppArmor off. Remove --security-opt "
			       "apparmor=unconfined.");
	else if (c->allow.count == 0)
		verdict_object(
			v, profile->at, profile->value,
			"names the AppArmor profile \"%.*s\", which distributions ship for a "
			"program of the host and which confines nothing. Remove --security-opt "
			"apparmor=%.*s; if this host's own confines, list it under `allow`.",
			SLICE_ARG(profile->value), SLICE_ARG(profile->value));
	else
		verdict_object(v, profile->at, profile->value,
			       "names the AppArmor profile \"%.*s\", which the policy does not "
			       "list. Remove --security-opt apparmor=%.*s.",
			       SLICE_ARG(profile->value), SLICE_ARG(profile->value));
	verdict_drop(v, "--security-opt apparmor=%.*s", SLICE_ARG(profile->value));
	return c->require ? verdict_add(v, "--security-opt apparmor=docker-default")
			  : verdict_kept(v);
}

/* Below it engines drop what a service says (moby daemon/server/router/swarm/helpers.go). */
enum { API_OF_SERVICES = 44 };

static int object_to_dropped(const struct field_text *profile, struct verdict *v)
{
	return verdict_object(v, profile->at, profile->value,
			      "is given, and the engine drops it: for services it counts from API "
			      "1.44 on. Call the API in version 1.44 or later.");
}

static int object_to_none(const struct intent *in, struct verdict *v)
{
	if (for_service(in))
		return verdict_object(
			v, PLACE_WORDS("TaskTemplate.ContainerSpec.Privileges.AppArmor"), SLICE(""),
			"is not given. Set its Mode to default, by API 1.44 or later; the docker command has no option "
			"for it, so have the service excepted from this rule otherwise.");
	verdict_object(v, PLACE_WORDS("HostConfig.SecurityOpt"), SLICE(""),
		       "names no AppArmor profile. Add --security-opt "
		       "apparmor=docker-default.");
	return verdict_add(v, "--security-opt apparmor=docker-default");
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct config *c = config;
	const struct field_text *profile = &in->container.security.apparmor;
	bool container = in->subjects & SUBJECT_CONTAINER;

	if (profile->value.len == 0)
		return c->require && container ? object_to_none(in, v) : 0;
	if (allowed(c, profile->value))
		return c->require && service_drops(in, API_OF_SERVICES)
			       ? object_to_dropped(profile, v)
			       : 0;
	return object_to_profile(profile, c, v);
}

const struct rule rule_apparmor_profile = {
	.id = "apparmor-profile",
	.number = "5.1",
	.number_1_6 = "5.2",
	.level = 2,
	.scored = true,
	.benchmark_title = "Verify AppArmor Profile, if applicable",
	.title = "Containers are confined by an AppArmor profile",
	.why = "AppArmor keeps a process from mounts, from writing to /proc and /sys and from tracing "
	       "others even where root and its capabilities would let it.",
	.fields = "apparmor in HostConfig.SecurityOpt, "
		  "ContainerSpec.Privileges.AppArmor of services, securityopt of builds",
	.broken_by = "docker run --security-opt apparmor=unconfined; compose: security_opt: "
		     "[apparmor:unconfined]",
	.comply = "Remove --security-opt apparmor=unconfined; name a profile of your own with "
		  "--security-opt apparmor=NAME.",
	.example_value = "unconfined",
	.nist = "4.4.3",
	.subjects = SUBJECT_CONTAINER | SUBJECT_BUILD,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.check = check,
};
