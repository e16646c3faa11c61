#include "cmd/other.h"

#include "base/arena.h"
#include "policy/intent.h"

bool other_vary(struct slice *text, struct arena *a)
{
	char *bytes = arena_bytes(a, text->len + 1);
	bool varied = false;

	for (size_t i = 0; bytes && i < text->len; i++) {
		bool means = slice_find(SLICE("*?{"), text->ptr[i]);

		bytes[i] = means ? 'x' : text->ptr[i];
		varied = varied || means;
	}
	if (varied)
		text->ptr = bytes;
	return varied;
}

static bool change_image(bool near, struct image *image, struct arena *a)
{
	if (near) {
		bool registry = other_vary(&image->registry, a), name = other_vary(&image->name, a);

		return other_vary(&image->tag, a) || registry || name;
	}
	image->digest = SLICE("");
	image->tag = SLICE("another-tag");
	image->is_id = false;
	return true;
}

static bool change_images(bool near, struct intent *in, struct arena *a)
{
	struct image *images = arena_alloc(a, in->images.count + 1, sizeof(*images));
	bool changed = false;

	for (size_t i = 0; images && i < in->images.count; i++) {
		images[i] = in->images.items[i];
		changed = change_image(near, &images[i], a) || changed;
	}
	in->images.items = images;
	return changed;
}

/* `near`: as little as a star of the call's own may stand for. */
static bool change_text(bool near, struct slice *text, struct arena *a)
{
	if (near)
		return other_vary(text, a);
	*text = SLICE("another-0f");
	return true;
}

static bool change_container(bool near, struct intent *in, struct arena *a)
{
	bool name = change_text(near, &in->container.name.value, a);

	return change_text(near, &in->object, a) || name;
}

bool other_make(enum other other, bool near, struct intent *in, struct arena *a)
{
	switch (other) {
	case OTHER_USER:
		return change_text(near, &in->caller.user, a);
	case OTHER_IMAGE:
		return change_images(near, in, a);
	case OTHER_CONTAINER:
		return change_container(near, in, a);
	case OTHER_OPERATION:
		in->op = in->op == OP_CONTAINER_UPDATE ? OP_CONTAINER_CREATE : OP_CONTAINER_UPDATE;
		return !near;
	case OTHERS:
	default:
		return false;
	}
}
