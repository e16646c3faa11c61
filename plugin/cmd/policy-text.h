/* policy-text.h - what stands in cis-authz-policy(5), part by part. */
#pragma once

#include "key.h"

enum part_kind {
	PART_END,
	PART_HEADING,
	PART_PARAGRAPH,
	PART_ITEM,    /* "label: text" */
	PART_EXAMPLE, /* a whole policy; a test gives it to `check` */
	PART_KEYS,    /* those of the scope */
	PART_READS,   /* the operations of the group */
	PART_CHANGES,
};

struct part {
	enum part_kind kind;
	const char *text; /* words in `backquotes` are code */
	enum key_scope scope;
};

extern const struct part policy_parts[]; /* up to PART_END */
