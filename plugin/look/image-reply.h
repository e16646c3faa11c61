/* image-reply.h - what the daemon answers to GET /images/NAME/json, as far as rules want to know.
 */
#pragma once

#include "policy/field.h"

struct arena;

struct image_health {
	struct field_texts test;
};

struct image_reply {
	struct field_text id; /* "sha256:..." */
	struct field_texts repo_digests;
	struct field_text user;
	struct image_health health;
	struct field_texts entrypoint, command, ports; /* ports as "22/tcp" */
};

/* 0; BAD_INPUT where it is nothing that an engine would say; -ENOMEM. */
int image_reply_read(struct slice json, struct arena *a, struct image_reply *ret);
