/*
 * condition.h (of policy/) - the facts of a request that a `when` asks for, and which of many
 * `when`s it meets.
 *
 * Only a user from a TLS certificate and a full digest bind a request: whoever creates a container
 * picks its name, and anybody may give an image any name. What nobody could check (labels, the
 * environment) cannot be asked for at all.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/asked.h"
#include "policy/condition.h"
#include "policy/op.h"

struct arena;
struct glob_index;
struct image;
struct intent;

/* Gathered once for a request. */
struct facts {
	const struct intent *intent;
	struct slice container;
	const struct slice *images;       /* full names, ending in :TAG or @DIGEST, or an ID */
	const struct slice *plain_images; /* the same without tag and digest */
	const struct image *image_items;  /* the same as the request has them */
	size_t image_count;
	bool images_known;    /* false when one of them may be something else than it seems */
	bool container_known; /* false when it may have another name, being an ID or an alias */
	int64_t now;
};

/* 0 or -ENOMEM. `now` counts the seconds since 1970. */
int facts_of(const struct intent *in, int64_t now, struct arena *a, struct facts *ret);

/* Of an image's name or a glob of such: registry and repository, without tag and digest. */
struct slice image_repository(struct slice glob);

/* Whether calls of this operation name the container that they are about. */
bool op_sees_container(enum op op);

/*
 * What becomes of a condition of which nobody can tell whether it holds: an image that may be an
 * ID, a build with one image that fits and one that does not. What lets through fails then; what
 * forbids holds.
 */
enum doubt { DOUBT_FAILS, DOUBT_HOLDS };

/*
 * Whether the images of a request, which has some, are those that the globs mean. Where it fails in
 * doubt each of them is, for certain; where it holds in doubt, any may be: an ID is of any name, a
 * digest of any tag, a push or pull without a tag of all, and a registry has more than one name.
 */
bool images_fit(const struct words *globs, const struct facts *f, enum doubt doubt);

bool when_holds(const struct when *when, const struct facts *f, enum doubt doubt);

/* What of a `when` does not hold, where what nobody can tell fails; 0 when it holds. */
enum when_miss {
	MISS_OPERATION = 1 << 0,
	MISS_USER = 1 << 1,
	MISS_IMAGE = 1 << 2,
	MISS_CONTAINER = 1 << 3,
	MISS_NOT = 1 << 4, /* its `not` shuts the request out */
};

unsigned when_misses(const struct when *when, const struct facts *f);

/* What is known of the requests that somebody asks about; their container never is. */
enum known {
	KNOWN_OPERATION = 1 << 0,
	KNOWN_USER = 1 << 1,
	KNOWN_IMAGE = 1 << 2,
};

enum reach when_reach(const struct when *when, const struct facts *f, unsigned known,
		      enum doubt doubt);

/* Each `when` stands in one of these, under what it asks for most narrowly. */
struct when_index {
	const struct glob_index *by_user, *by_image, *by_container, *by_nothing;
	/* Those by image or container that hold in doubt: each is tried where there is some. */
	const uint32_t *doubted;
	size_t doubted_count;
};

/* A `when`, and what becomes of it in doubt. */
struct indexed {
	const struct when *when;
	enum doubt doubt;
};

/* `items` is needed during the call alone, what it points to as long as the index. 0 or -ENOMEM. */
int when_index_new(const struct indexed *items, size_t count, struct arena *a,
		   struct when_index *ret);

/* Told of those whose `when` may hold: whether this one is it. */
typedef bool when_fits(const void *cls, size_t i);

/* The first of `count` that fits; `count` when none does. */
size_t when_index_first(const struct when_index *index, size_t count, const struct facts *f,
			when_fits *fits, const void *cls);
