/* rebuild-images.c - a build must not take last month's layers for today's patches. */
#include "kit/words.h"
#include "policy/rule.h"
#include "when/value.h"

struct config {
	struct slice unseen;
};

static const struct param params[] = {
	PARAM_WORD(struct config, unseen, choice_word,
		   "what becomes of builds over a gRPC channel (docker buildx), into which no "
		   "plugin can look: deny or allow",
		   .pattern = CHOICE_PATTERN),
	{ 0 },
};

static const struct config defaults = { .unseen = CHOICE_DENY };

static int check_flags(const struct build *build, struct verdict *v)
{
	int r = 0;

	if (!build->no_cache) {
		verdict_object(v, PLACE_WORDS("?nocache"), SLICE(""),
			       "is not given, so layers without newer patches may be kept.");
		r = verdict_add(v, SETTING_NO_CACHE, SLICE(""));
	}
	if (r == 0 && !build->pull) {
		verdict_object(v, PLACE_WORDS("?pull"), SLICE(""),
			       "is not given, so an old base image may be kept.");
		r = verdict_add(v, SETTING_PULL, SLICE(""));
	}
	return r;
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct config *c = config;

	if (in->op == OP_IMAGE_BUILD)
		return check_flags(&in->build, v);
	if (in->op != OP_GRPC || !choice_denies(c->unseen))
		return 0;
	verdict_object(v, PLACE_WORDS("the channel to the builder"), SLICE(""),
		       "does not show whether a build uses its cache. Build with DOCKER_BUILDKIT=0 "
		       "docker build --no-cache --pull, or on another host.");
	return verdict_opens(v, unseen);
}

const struct rule rule_rebuild_images = {
	.id = "rebuild-images",
	.number = "4.4",
	.level = 1,
	.benchmark_title = "Rebuild the images to include security patches",
	.title = "Images are built anew, from current bases",
	.why = "Security patches come by rebuilding. A build that keeps its cache, or a base image of "
	       "last year, looks new and is not.",
	.fields = "?nocache and ?pull of builds",
	.broken_by =
		"docker build without --no-cache --pull; compose: build without no_cache and pull",
	.comply = "Add --no-cache --pull to docker build (docker compose build --no-cache --pull).",
	.value = value_none,
	.nist = "4.1.1",
	.subjects = SUBJECT_BUILD,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.check = check,
};
