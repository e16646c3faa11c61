#include "docker/spelling/image-ref.h"

#include <errno.h>

#include "base/arena.h"
#include "policy/object-id.h"

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

/*
 * The tag is behind a colon that no slash follows: then it is a registry's port. Of two tags the
 * engine drops the first, which is how "nginx:1" and a parameter tag=2 make nginx:2.
 */
static void cut_tags(struct slice *name, struct slice *tag)
{
	for (size_t i = name->len; i > 0 && name->ptr[i - 1] != '/'; i--) {
		if (name->ptr[i - 1] != ':')
			continue;
		if (tag->len == 0)
			*tag = slice_from(*name, i);
		name->len = i - 1;
	}
}

/* Names of hosts are the same in any letter case, and the engine looks them up as such. */
static int lower(struct arena *a, struct slice s, struct slice *ret)
{
	char *bytes = arena_bytes(a, s.len + 1);

	if (!bytes)
		return -ENOMEM;
	for (size_t i = 0; i < s.len; i++) {
		bool upper = s.ptr[i] >= 'A' && s.ptr[i] <= 'Z';

		bytes[i] = upper ? (char) (s.ptr[i] + ('a' - 'A')) : s.ptr[i];
	}
	*ret = (struct slice){ bytes, s.len };
	return 0;
}

static int normalise(struct arena *a, struct slice given, struct image *image)
{
	struct slice name, rest, domain = SLICE("docker.io"), head;
	const char *prefix = "";
	int error;

	slice_cut(given, '@', &name, &image->digest);
	cut_tags(&name, &image->tag);
	if (slice_cut(name, '/', &head, &rest) && is_registry(head)) {
		domain = slice_eq(head, SLICE("index.docker.io")) ? SLICE("docker.io") : head;
		name = rest;
	}
	if (slice_eq(domain, SLICE("docker.io")) && !slice_find(name, '/'))
		prefix = "library/";
	if (image->tag.len == 0 && image->digest.len == 0 && image->use != IMAGE_PUSH) {
		image->tag = SLICE("latest");
		image->tag_implied = true;
	}
	error = lower(a, domain, &image->registry);
	return error ? error
		     : arena_printf(a, &image->name, "%.*s/%s%.*s", SLICE_ARG(domain), prefix,
				    SLICE_ARG(name));
}

/* Only what is run may be called by its ID: to a pull or a tag, "sha256:..." is a name with a tag.
 */
static int read_id(struct arena *a, struct slice given, struct image *image)
{
	struct slice digits = given;

	if (slice_starts(given, SLICE("sha256:")))
		digits = slice_from(given, 7);
	if (!object_id_possible(digits, OBJECT_OF_HOST))
		return 0;
	image->is_id = digits.len == 64;
	image->may_be_id = !image->is_id;
	return image->is_id ? arena_printf(a, &image->digest, "sha256:%.*s", SLICE_ARG(digits)) : 0;
}

int image_ref_read(struct arena *a, struct slice given, enum image_use use, struct image *ret)
{
	struct image image = { .use = use, .given = given };
	int error = use == IMAGE_RUN ? read_id(a, given, &image) : 0;

	if (!error && !image.is_id)
		error = normalise(a, given, &image);
	if (!error)
		*ret = image;
	return error;
}

int image_ref_add(struct intent *in, struct slice given, enum image_use use, const struct place *at)
{
	struct image image = { 0 };
	int error;

	if (given.len == 0)
		return 0;
	error = image_ref_read(in->arena, given, use, &image);
	if (error)
		return error;
	image.at = at;
	return ARENA_APPEND(in->arena, in->images.items, in->images.count, image);
}
