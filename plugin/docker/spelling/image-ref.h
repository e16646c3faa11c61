/*
 * image-ref.h - image references in the one form that the engine gives them (distribution
 * reference: ParseNormalizedNamed): "nginx" is docker.io/library/nginx:latest.
 */
#pragma once

#include "base/slice.h"
#include "policy/intent.h"

struct arena;
struct place;

/*
 * `given` may be a name, a name with tag or digest and, to be run, "sha256:..." or an image's ID. A
 * name of hexadecimal digits alone may then be the beginning of an ID as well, and says so. 0 or
 * -ENOMEM.
 */
int image_ref_read(struct arena *a, struct slice given, enum image_use use, struct image *ret);

/* The same into in->images, with its place; an empty one adds nothing. */
int image_ref_add(struct intent *in, struct slice given, enum image_use use,
		  const struct place *at);
