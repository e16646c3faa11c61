/* build-options.c - what a build is told beside its Dockerfile, and channels that nobody can look
 * into. */
#include "policy/op.h"
#include "policy/rule.h"

static int check_texts(const struct field_texts *texts, enum setting setting, struct verdict *v)
{
	for (size_t i = 0; i < texts->count; i++) {
		struct slice value = texts->items[i].value;
		int r;

		verdict_object(v, texts->items[i].at, value, "is \"%.*s\".", SLICE_ARG(value));
		r = verdict_drop(v, setting, value);

		if (r)
			return r;
	}
	return 0;
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct field_text *remote = &in->build.remote;
	int r = 0;

	(void) config;

	if (in->op == OP_SESSION || in->op == OP_GRPC)
		return verdict_object(
			v, PLACE_WORDS("the request"), SLICE(""),
			"opens a channel to the builder that no policy can look into. Build with "
			"DOCKER_BUILDKIT=0, or on a host that is kept for builds.");
	if (remote->value.len > 0)
		r = verdict_object(
			v, remote->at, remote->value,
			"has the engine fetch the context. Fetch it yourself and build from "
			"there.");
	if (r == 0)
		r = check_texts(&in->container.security_opt, SETTING_SECURITY_OPT, v);
	if (r == 0)
		r = check_texts(&in->build.extra_hosts, SETTING_ADD_HOST, v);
	return r;
}

const struct rule rule_build_options = {
	.id = "build-options",
	.title = "Builds run with the engine's own settings",
	.why = "What a Dockerfile runs is not seen by any policy, so it should at least run "
	       "confined, on a context that somebody chose.",
	.fields = "remote, securityopt and extrahosts of builds; sessions and gRPC channels",
	.broken_by =
		"docker build --security-opt, --add-host, docker build URL; docker buildx build",
	.comply = "Build from a local context without --security-opt and --add-host.",
	.nist = "4.1.2",
	.subjects = SUBJECT_BUILD,
	.check = check,
};
