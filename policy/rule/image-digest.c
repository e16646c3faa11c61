/* image-digest.c - an image is named by its content, so that nobody can put another in its place.
 */
#include "policy/rule.h"

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	(void) config;

	for (size_t i = 0; i < in->images.count; i++) {
		const struct image *image = &in->images.items[i];
		int r;

		if (image->use == IMAGE_NAME || image->use == IMAGE_PUSH || image->floats ||
		    image->digest.len > 0)
			continue;
		r = verdict_object(
			v, image->at, image->given,
			"is \"%.*s\", which may be another image tomorrow. Name it as "
			"%.*s@sha256:..., with the digest that docker images --digests "
			"shows; an image that was only made on this host has none before it "
			"is pushed to a registry.",
			SLICE_ARG(image->given), SLICE_ARG(image->name));
		if (r)
			return r;
	}
	return 0;
}

const struct rule rule_image_digest = {
	.id = "image-digest",
	.number = "4.5",
	.level = 2,
	.scored = true,
	.benchmark_title = "Enable Content trust for Docker",
	.title = "Images are pinned by digest",
	.why = "A tag can be moved to another image at any time, by whoever can write to the "
	       "registry. Content trust, when it is on in the docker command, turns a tag into the "
	       "signed digest; this is the side of it that a daemon sees.",
	.fields =
		"Image, ContainerSpec.Image of services, Source of mounts of type image, fromImage "
		"and tag of pulls",
	.broken_by = "docker run nginx:1.27; compose: image: nginx:1.27",
	.comply = "Name the image with its digest, as in nginx@sha256:..., or switch content trust "
		  "on with DOCKER_CONTENT_TRUST=1.",
	.example_value = "nginx:1.27",
	.nist = "4.1.5",
	.subjects = SUBJECT_IMAGE,
	.check = check,
};
