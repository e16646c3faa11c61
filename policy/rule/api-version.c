/*
 * api-version.c - clients speak a version of the API whose defaults are today's.
 *
 * A call without a version gets the daemon's newest, and a ping is how a client learns which that
 * is.
 */
#include <limits.h>

#include "base/arena.h"
#include "base/number.h"
#include "policy/op.h"
#include "policy/rule.h"

struct config {
	struct slice min;
};

static bool read_version(struct slice text, unsigned *major, unsigned *minor)
{
	struct slice left, right;
	uint64_t high, low;

	if (!slice_cut(text, '.', &left, &right) || !number_u64(left, &high) ||
	    !number_u64(right, &low) || high > UINT_MAX || low > UINT_MAX)
		return false;
	*major = (unsigned) high;
	*minor = (unsigned) low;
	return true;
}

static const char *version_word(struct slice word)
{
	unsigned major, minor;

	return read_version(word, &major, &minor) ? NULL : "an API version such as 1.40";
}

static const struct param params[] = {
	PARAM_WORD(struct config, min, version_word, "the lowest version that is let through",
		   .pattern = "^[0-9]+\\.[0-9]+$"),
	{ 0 },
};

/* Before it the engine made every container's shared memory open to others. */
static const struct config defaults = { .min = SLICE_INIT("1.40") };

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct config *c = config;
	const struct api_version *api = &in->api;
	unsigned major = 0, minor = 0;
	struct slice text;
	int r;

	/* A policy's word was checked when it was read. */
	(void) read_version(c->min, &major, &minor);
	if (!api->given || in->op == OP_PING || api->major > major ||
	    (api->major == major && api->minor >= minor))
		return 0;
	r = arena_printf(in->arena, &text, "%u.%u", api->major, api->minor);
	if (r)
		return r;
	return verdict_object(v, PLACE_WORDS("the request's API version"), text,
			      "is %.*s; the lowest that is let through is %.*s. Unset "
			      "DOCKER_API_VERSION, or use a newer client.",
			      SLICE_ARG(text), SLICE_ARG(c->min));
}

const struct rule rule_api_version = {
	.id = "api-version",
	.title = "Clients speak a current version of the API",
	.why = "The engine keeps old defaults for old versions: below 1.40 containers share their "
	       "memory segments, below 1.41 they may see the host's control groups, below 1.24 a "
	       "start can replace a container's settings.",
	.fields = "the version in the request's path",
	.broken_by = "DOCKER_API_VERSION=1.23 docker run",
	.comply = "Unset DOCKER_API_VERSION, and use a client of this decade.",
	.example_value = "1.38",
	.subjects = SUBJECT_CALL,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.check = check,
};
