/*
 * trusted-images.c - only images of listed repositories are run and brought here, and only there is
 * anything sent.
 *
 * A list of names is worth nothing where anybody may give a listed name to an image of their own,
 * so that is judged as well. What has no name (an ID) or hides its names (an archive, a builder's
 * channel) cannot be told to be trusted.
 */
#include "base/arena.h"
#include "kit/words.h"
#include "policy/rule.h"

struct config {
	struct words allow;
	struct slice ids, naming;
};

/* A registry's name has a dot, a port or is localhost; a glob may have a star for any of it. */
static bool may_be_registry(struct slice first)
{
	return slice_find(first, '.') || slice_find(first, ':') || slice_find(first, '*') ||
	       slice_find(first, '?') || slice_eq(first, SLICE("localhost"));
}

/* Names are compared in full: "nginx" and "^docker.io/.*$" would match nothing, and nobody would
 * notice but those whose images are refused. */
static const char *image_word(struct slice word)
{
	struct slice first, rest;

	if (words_are_regexp(word))
		return "a glob, in which only `*`, `**` and `?` mean something: "
		       "\"docker.io/library/*\"";
	if (slice_starts(word, SLICE("**")))
		return NULL;
	if (!slice_cut(word, '/', &first, &rest))
		return "a full name with its registry, such as docker.io/library/nginx";
	if (!may_be_registry(first))
		return "a full name with its registry, such as docker.io/grafana/grafana";
	return NULL;
}

static const struct param params[] = {
	PARAM_WORDS(struct config, allow, image_word,
		    "images that may be run, pulled and pushed: globs over the full name, such as "
		    "\"docker.io/library/*\", which may end in :TAG or @DIGEST"),
	PARAM_WORD(struct config, ids, choice_word,
		   "what becomes of images named by ID, whose repository cannot be seen: deny or "
		   "allow",
		   .pattern = CHOICE_PATTERN),
	PARAM_WORD(
		struct config, naming, choice_word,
		"what becomes of giving a listed name to a local image, by tag, build, commit and "
		"import, or unseen by load and docker buildx: deny or allow",
		.pattern = CHOICE_PATTERN),
	{ 0 },
};

static const struct config defaults = { .ids = CHOICE_DENY, .naming = CHOICE_DENY };

/* The engine goes by the digest where one is given; a tag beside it is decoration. */
static int is_listed(const struct intent *in, const struct config *c, const struct image *image,
		     bool *ret)
{
	bool digest = image->digest.len > 0;
	struct slice full;
	int r = arena_printf(in->arena, &full, "%.*s%c%.*s", SLICE_ARG(image->name),
			     digest ? '@' : ':', SLICE_ARG(digest ? image->digest : image->tag));

	if (r == 0)
		*ret = words_match(&c->allow, image->name) || words_match(&c->allow, full);
	return r;
}

static int object_to_id(const struct image *image, bool listed, struct verdict *v)
{
	if (image->is_id) {
		verdict_object(v, image->at, image->given,
			       "is an ID, which tells no repository. Name the image as "
			       "REGISTRY/REPOSITORY:TAG.");
		return verdict_opens(v, ids);
	}
	verdict_object(v, image->at, image->given,
		       "is \"%.*s\", which may be the beginning of an ID.%s",
		       SLICE_ARG(image->given),
		       listed ? "" : " Nor does the policy trust an image of that name.");
	verdict_opens(v, ids);
	if (!listed)
		return 0;
	verdict_drop(v, SETTING_IMAGE, image->given);
	return verdict_addf(v, SETTING_IMAGE, "%.*s:%.*s", SLICE_ARG(image->given),
			    SLICE_ARG(image->tag));
}

static int check_use(const struct config *c, const struct image *image, bool listed,
		     struct verdict *v)
{
	if ((image->is_id || image->may_be_id) && choice_denies(c->ids))
		return object_to_id(image, listed, v);
	if (image->is_id || listed)
		return 0;
	verdict_object(v, image->at, image->given,
		       "is %.*s, which the policy does not trust. Use an image that it lists, or "
		       "have this one added to the list.",
		       SLICE_ARG(image->name));
	return verdict_opens(v, allow);
}

/* Without a tag every tag is sent: then a list that names single ones lists none of it. */
static int check_push(const struct image *image, bool listed, struct verdict *v)
{
	if (listed)
		return 0;
	verdict_object(v, image->at, image->given,
		       "would be sent to %.*s%s, which the policy does not trust. Push to a "
		       "repository that it lists, or have this one added to the list.",
		       SLICE_ARG(image->name), image->tag.len > 0 ? "" : " with every tag");
	return verdict_opens(v, allow);
}

static int check_name(const struct config *c, const struct image *image, bool listed,
		      struct verdict *v)
{
	if (!listed || !choice_denies(c->naming))
		return 0;
	verdict_object(v, image->at, image->given,
		       "would give a local image the name %.*s, which the policy trusts. Choose a "
		       "name that it does not list.",
		       SLICE_ARG(image->name));
	return verdict_opens(v, naming);
}

static int check_image(const struct config *c, const struct image *image, bool listed,
		       struct verdict *v)
{
	switch (image->use) {
	case IMAGE_NAME:
		return check_name(c, image, listed, v);
	case IMAGE_PUSH:
		return check_push(image, listed, v);
	case IMAGE_RUN:
	case IMAGE_FETCH:
		break;
	}
	return check_use(c, image, listed, v);
}

static int check_unseen(const struct intent *in, const struct config *c, struct verdict *v)
{
	if (!choice_denies(c->naming))
		return 0;
	if (in->op == OP_IMAGE_LOAD)
		verdict_object(v, PLACE_WORDS("the archive"), SLICE(""),
			       "names its images itself, and cannot be looked into. Pull them from "
			       "a registry.");
	else if (in->op == OP_GRPC)
		verdict_object(v, PLACE_WORDS("the channel to the builder"), SLICE(""),
			       "can give an image any name. Build with DOCKER_BUILDKIT=0, or on "
			       "another host.");
	else
		return 0;
	return verdict_opens(v, naming);
}

/* The engine makes it all the same, and runs what is then copied or mounted into it (moby
 * daemon/create.go). A service without an image it refuses. */
static int check_absent(const struct intent *in, struct verdict *v)
{
	const struct field_text *image = &in->container.image;

	if (in->op != OP_CONTAINER_CREATE || image->value.len > 0)
		return 0;
	return verdict_object(v, PLACE_WORDS("Image"), SLICE(""),
			      "is not given, so the container runs what is copied or mounted into "
			      "it. Name an image that the policy lists.");
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	int r = check_unseen(in, config, v);

	if (r == 0)
		r = check_absent(in, v);

	for (size_t i = 0; r == 0 && i < in->images.count; i++) {
		const struct image *image = &in->images.items[i];
		bool listed;

		r = is_listed(in, config, image, &listed);
		if (r == 0)
			r = check_image(config, image, listed, v);
	}
	return r;
}

const struct rule rule_trusted_images = {
	.id = "trusted-images",
	.number = "4.2",
	.level = 1,
	.benchmark_title = "Use trusted base images for containers",
	.title = "Images come from trusted repositories",
	.why = "Anybody may publish an image. What it does when it runs was decided by whoever built "
	       "it. A push to anywhere carries what is on this host out.",
	.fields =
		"Image, ContainerSpec.Image of services, Source of mounts of type image, fromImage "
		"of pulls, the name and tag of pushes; repo of tag, commit and import; t, outputs and "
		"cachefrom of builds",
	.broken_by =
		"docker run someone/app, docker push someone/app, docker tag app nginx; compose: "
		"image: someone/app",
	.comply = "Use an image whose full name the policy lists under this rule's `allow`; give "
		  "images of your own names that it does not list.",
	.example_value = "someone/app:1.0",
	.nist = "4.1.5",
	.subjects = SUBJECT_IMAGE | SUBJECT_BUILD,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.check = check,
};
