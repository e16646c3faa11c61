#include "policy/op.h"

#include <assert.h>

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

bool op_match(struct slice word, struct bit_set *ret)
{
	bool reads = slice_eq(word, SLICE("reads")), changes = slice_eq(word, SLICE("changes"));
	bool any = false;

	for (enum op op = 0; op < OP_COUNT; op++) {
		if (!glob_match(word, ops[op].name) && !(op_changes(op) ? changes : reads))
			continue;
		bit_set_add(ret, op);
		any = true;
	}
	return any;
}
