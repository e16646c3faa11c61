/*
 * fill.c - merges as the engine does (moby daemon/commit.go: merge).
 *
 * Every field that the caller gives goes before the image's; an empty text and an empty check count
 * as not given. The image's command stands only where the caller names neither entrypoint nor
 * command; ports are those of both.
 */
#include "look/fill.h"

#include <errno.h>

#include "base/arena.h"
#include "base/place.h"
#include "look/image-reply.h"
#include "look/look.h"
#include "policy/intent.h"

static int place_all(struct arena *a, const struct place *at, struct field_texts *texts)
{
	struct text *items = arena_alloc(a, texts->count + 1, sizeof(*items));

	if (!items)
		return -ENOMEM;
	for (size_t i = 0; i < texts->count; i++)
		items[i] = (struct text){ texts->items[i].value, at };
	*texts = (struct field_texts){ FIELD_SEEN, items, texts->count, at };
	return 0;
}

static void fill_user(const struct image_reply *image, struct container *c)
{
	if (c->user.value.len == 0)
		c->user = (struct field_text){ FIELD_SEEN, image->user.value,
					       PLACE_WORDS("the image's USER") };
}

static int fill_health(const struct image_reply *image, struct arena *a, struct container *c)
{
	if (c->health_test.count > 0)
		return 0;
	c->health_test = image->health.test;
	return place_all(a, PLACE_WORDS("the image's HEALTHCHECK"), &c->health_test);
}

static int fill_command(const struct image_reply *image, struct arena *a, struct container *c)
{
	int r = 0;

	if (c->entrypoint.count == 0 && c->command.count == 0) {
		c->command = image->command;
		r = place_all(a, PLACE_WORDS("the image's CMD"), &c->command);
	}
	/* An empty list takes the image's away, and null does not. */
	if (r == 0 && c->entrypoint.state == FIELD_DEFAULT) {
		c->entrypoint = image->entrypoint;
		r = place_all(a, PLACE_WORDS("the image's ENTRYPOINT"), &c->entrypoint);
	}
	return r;
}

static int fill_image(const struct image_reply *image, struct intent *in)
{
	struct container *c = &in->container;
	int r;

	in->image = (struct seen_image){
		.sight = SIGHT_SEEN,
		.id = image->id.value,
		.repo_digests = image->repo_digests,
		.ports = image->ports,
	};
	fill_user(image, c);
	r = fill_health(image, in->arena, c);
	if (r == 0)
		r = fill_command(image, in->arena, c);
	if (r == 0)
		r = place_all(in->arena, PLACE_WORDS("the image's EXPOSE"), &in->image.ports);
	return r;
}

int looks_fill(const struct looks *looks, struct intent *in)
{
	const struct look *look = looks_find(looks, LOOK_IMAGE, in->container.image.value);
	struct image_reply image;
	int r;

	if (!look)
		return 0;
	if (look->status == LOOK_ABSENT)
		in->image.sight = SIGHT_ABSENT;
	if (look->status != LOOK_SEEN)
		return 0;
	r = image_reply_read(look->json, in->arena, &image);
	if (r == 0)
		return fill_image(&image, in);
	return r < 0 ? r : 0;
}
