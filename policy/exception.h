/*
 * exception.h (of policy/) - the exceptions of a policy, and which of them an objection meets.
 *
 * Only a user from a TLS certificate and a full digest bind a request: whoever creates a container
 * picks its name, and anybody may give an image any name. What nobody could check (labels, the
 * environment) cannot be asked for at all.
 */
#pragma once

#include <stddef.h>

#include "policy/exception.h"

struct arena;
struct glob_index;
struct intent;
struct violation;

struct exceptions {
	const struct exception *items; /* in the policy's order */
	size_t count;
	/* Each exception stands in one of these, under what it asks for most narrowly. */
	const struct glob_index *by_user, *by_image, *by_container, *by_nothing;
};

/* Makes the look-up of the exceptions that `e` lists. 0 or -ENOMEM. */
int exceptions_index(struct exceptions *e, struct arena *a);

/* What exceptions ask of one request, gathered once. */
struct exception_facts {
	const struct intent *intent;
	struct slice container;
	const struct slice *images;       /* full names, ending in :TAG or @DIGEST, or an ID */
	const struct slice *plain_images; /* the same without tag and digest */
	size_t image_count;
	bool images_known; /* false when one of them may be something else than it seems */
	int64_t now;
};

/* 0 or -ENOMEM. `now` counts the seconds since 1970. */
int exception_facts(const struct intent *in, int64_t now, struct arena *a,
		    struct exception_facts *ret);

/* The first exception that the objection meets, NULL when there is none. */
const struct exception *exceptions_find(const struct exceptions *e,
					const struct exception_facts *facts, size_t rule_index,
					const struct violation *v);

/* Whether calls of this operation name the container that they are about. */
bool exception_sees_container(enum op op);
