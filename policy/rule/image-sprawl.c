/*
 * image-sprawl.c - a host must not fill with images that nobody needs.
 *
 * How many a host holds stands in no request, and asking the daemon from within its own question
 * would stop it. What can be seen is an image made without a name, which nobody will find again;
 * for the rest the policy says what not seeing means. Tags that move are image-tag's business.
 */
#include "kit/words.h"
#include "policy/op.h"
#include "policy/rule.h"
#include "when/value.h"

struct config {
	struct slice unseen;
};

static const struct param params[] = {
	PARAM_WORD(struct config, unseen, choice_word,
		   "what a new image is, since those that the host holds cannot be counted: allow "
		   "or deny",
		   .pattern = CHOICE_PATTERN),
	{ 0 },
};

static const struct config defaults = { .unseen = SLICE_INIT("allow") };

static bool makes_image(const struct intent *in)
{
	return in->op == OP_IMAGE_BUILD || in->op == OP_IMAGE_IMPORT ||
	       in->op == OP_CONTAINER_COMMIT;
}

static bool brings_image(const struct intent *in)
{
	return makes_image(in) || in->op == OP_IMAGE_PULL || in->op == OP_IMAGE_LOAD;
}

static int object_to_unnamed(const struct intent *in, struct verdict *v)
{
	if (in->op != OP_IMAGE_BUILD)
		return verdict_object(v, PLACE_WORDS("the request"), SLICE(""),
				      "makes an image without a name. Name it at the end of the "
				      "command: docker commit CONTAINER NAME:TAG, docker import "
				      "FILE NAME:TAG.");
	verdict_object(v, PLACE_WORDS("the request"), SLICE(""), "makes an image without a name.");
	return verdict_add(v, SETTING_TAG, SLICE("name:1"));
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct config *c = config;
	int r = 0;

	if (makes_image(in) && in->images.count == 0)
		r = object_to_unnamed(in, v);
	if (r || !brings_image(in) || !choice_denies(c->unseen))
		return r;
	verdict_object(v, PLACE_WORDS("the request"), SLICE(""),
		       "adds an image to a host that may hold enough of them; how many it "
		       "holds cannot be seen. Remove those that are not used (docker image "
		       "prune) and ask who runs this host to bring it.");
	return verdict_opens(v, unseen);
}

const struct rule rule_image_sprawl = {
	.id = "image-sprawl",
	.number = "6.4",
	.number_1_6 = "6.1",
	.level = 1,
	.profile = PROFILE_LINUX_HOST,
	.benchmark_title = "Avoid image sprawl",
	.title = "Hosts hold no more images than they need",
	.why = "Old images keep old flaws within one command's reach, and fill the disk that every "
	       "container writes to.",
	.fields = "t of builds, repo of commits and imports; how many images a host holds is in no "
		  "request",
	.broken_by = "docker build without -t, docker commit without a name; images that are never "
		     "removed",
	.comply = "Name every image that is made, and run docker image prune from a timer. The "
		  "number held cannot be seen here: `unseen: deny` admits no new image at all, for "
		  "hosts whose images are brought in one maintenance window.",
	.value = value_none,
	.nist = "4.2.2",
	.subjects = SUBJECT_CALL,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.check = check,
};
