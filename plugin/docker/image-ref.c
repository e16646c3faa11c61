#include "docker/image-ref.h"

#include <errno.h>

#include "base/arena.h"

static bool is_hex(struct slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return false;
	}
	return s.len > 0;
}

/* What stands before the first slash names a registry when it could not be part of a repository's
 * path. */
static bool is_registry(struct slice head)
{
	if (slice_find(head, '.') || slice_find(head, ':') || slice_eq(head, SLICE("localhost")))
		return true;
	for (size_t i = 0; i < head.len; i++) {
		if (head.ptr[i] >= 'A' && head.ptr[i] <= 'Z')
			return true;
	}
	return false;
}

/* The tag is behind the last colon, unless a slash follows: then it is a registry's port. */
static void cut_tag(struct slice *name, struct slice *tag)
{
	for (size_t i = name->len; i > 0 && name->ptr[i - 1] != '/'; i--) {
		if (name->ptr[i - 1] == ':') {
			*tag = slice_from(*name, i);
			name->len = i - 1;
			return;
		}
	}
}

static int normalise(struct arena *a, struct slice given, struct image *image)
{
	struct slice name, head, rest;
	const char *prefix = "";

	slice_cut(given, '@', &name, &image->digest);
	cut_tag(&name, &image->tag);
	image->registry = SLICE("docker.io");
	if (slice_cut(name, '/', &head, &rest) && is_registry(head)) {
		image->registry =
			slice_eq(head, SLICE("index.docker.io")) ? SLICE("docker.io") : head;
		name = rest;
	}
	if (slice_eq(image->registry, SLICE("docker.io")) && !slice_find(name, '/'))
		prefix = "library/";
	if (image->tag.len == 0 && image->digest.len == 0) {
		image->tag = SLICE("latest");
		image->tag_implied = true;
	}
	return arena_printf(a, &image->name, "%.*s/%s%.*s", SLICE_ARG(image->registry), prefix,
			    SLICE_ARG(name));
}

static int describe(struct arena *a, struct slice given, struct image *image)
{
	if (given.len == 64 && is_hex(given)) {
		image->is_id = true;
		return arena_printf(a, &image->digest, "sha256:%.*s", SLICE_ARG(given));
	}
	if (slice_starts(given, SLICE("sha256:"))) {
		image->is_id = true;
		image->digest = given;
		return 0;
	}
	image->may_be_id = is_hex(given);
	return normalise(a, given, image);
}

int image_ref_add(struct intent *in, struct slice given, enum image_use use, const struct place *at)
{
	void *items = (void *) in->images.items;
	struct image *image;

	if (given.len == 0)
		return 0;
	image = arena_grow(in->arena, &items, in->images.count, sizeof(*image));
	if (!image)
		return -ENOMEM;
	image->given = given;
	image->use = use;
	image->at = at;
	in->images.items = items;
	in->images.count++;
	return describe(in->arena, given, image);
}
