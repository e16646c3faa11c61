/* image-tag.c - "latest" says nothing about what is run. */
#include "policy/rule.h"

static bool is_latest(const struct image *image)
{
	bool named = image->use == IMAGE_NAME || image->use == IMAGE_PUSH;

	return !named && !image->floats && !image->is_id && image->digest.len == 0 &&
	       slice_eq(image->tag, SLICE("latest"));
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	(void) config;

	for (size_t i = 0; i < in->images.count; i++) {
		const struct image *image = &in->images.items[i];
		int r;

		if (!is_latest(image))
			continue;
		r = verdict_object(
			v, image->at, image->given,
			"is \"%.*s\", %s. Name a version, as in %.*s:1.2.3, or a digest.",
			SLICE_ARG(image->given),
			image->tag_implied ? "which means the tag latest"
					   : "and latest is no version",
			SLICE_ARG(image->name));
		if (r)
			return r;
	}
	return 0;
}

const struct rule rule_image_tag = {
	.id = "image-tag",
	.number_1_6 = "5.28",
	.title = "Images are named with a version",
	.why = "Two hosts that run `latest` run what each found at its time: neither an update nor a "
	       "way back can be told from the name.",
	.fields =
		"Image, ContainerSpec.Image of services, Source of mounts of type image, fromImage "
		"and tag of pulls",
	.broken_by = "docker run nginx, docker pull nginx:latest; compose: image: nginx",
	.comply = "Add a version to the image's name, as in nginx:1.27, or its digest.",
	.example_value = "nginx:latest",
	.nist = "4.2.2",
	.subjects = SUBJECT_IMAGE,
	.check = check,
};
