#include "policy/op.h"

#include <assert.h>

#include "base/array.h"
#include "base/glob.h"
#include "policy/intent.h"

/* Words of op.def's last column. */
enum speaks {
	NOTHING = 0,
	NAMESPACES = SUBJECT_NAMESPACES,
	MOUNTS = SUBJECT_MOUNTS,
	LIMITS = SUBJECT_LIMITS,
	EXEC = SUBJECT_EXEC,
	VOLUME = SUBJECT_VOLUME,
	BUILD = SUBJECT_BUILD,
	PLUGIN = SUBJECT_PLUGIN,
	SWARM = SUBJECT_SWARM,
	NETWORK = SUBJECT_NETWORK,
	IMAGE = SUBJECT_IMAGE,
	IMAGE_CONFIG = SUBJECT_IMAGE_CONFIG,
	ROLLBACK = SUBJECT_ROLLBACK,
	FETCH = SUBJECT_FETCH,
	OBJECT = SUBJECT_OBJECT,
	CONTAINERS = SUBJECT_CONTAINER | NAMESPACES | MOUNTS | LIMITS | VOLUME | IMAGE,
};

static const struct {
	struct slice name;
	enum op_effect effect;
	unsigned subjects;
} ops[] = {
#define OP(symbol, name, effect, speaks) \
	[OP_##symbol] = { { name, sizeof(name) - 1 }, effect, SUBJECT_CALL | (speaks) },
#include "policy/op.def"
#undef OP
};

const char *op_name(enum op op)
{
	assert(op < OP_COUNT);
	return ops[op].name.ptr;
}

bool op_changes(enum op op)
{
	assert(op < OP_COUNT);
	return ops[op].effect == CHANGES;
}

bool op_deletes(enum op op)
{
	assert(op < OP_COUNT);
	return slice_ends(ops[op].name, SLICE(".delete")) ||
	       slice_ends(ops[op].name, SLICE(".prune"));
}

bool op_find(struct slice name, enum op *ret)
{
	for (enum op op = 0; op < OP_COUNT; op++) {
		if (slice_eq(ops[op].name, name)) {
			*ret = op;
			return true;
		}
	}
	return false;
}

unsigned op_subjects(enum op op)
{
	assert(op < OP_COUNT);
	return ops[op].subjects;
}

static bool reads(enum op op)
{
	return !op_changes(op);
}

static const struct group {
	struct slice name;
	bool (*holds)(enum op op);
} groups[] = {
	{ SLICE_INIT("reads"), reads },
	{ SLICE_INIT("changes"), op_changes },
	{ SLICE_INIT("deletes"), op_deletes },
};

static const struct group *find_group(struct slice name)
{
	for (size_t i = 0; i < COUNT_OF(groups); i++) {
		if (slice_eq(groups[i].name, name))
			return &groups[i];
	}
	return NULL;
}

bool op_match(struct slice word, struct bit_set *ret)
{
	const struct group *group = find_group(word);
	bool any = false;

	for (enum op op = 0; op < OP_COUNT; op++) {
		if (!(group ? group->holds(op) : glob_match(word, ops[op].name)))
			continue;
		bit_set_add(ret, op);
		any = true;
	}
	return any;
}
