#include "policy/op.h"

#include <assert.h>

static const struct {
	struct slice name;
	enum op_effect effect;
} ops[] = {
#define OP(symbol, name, effect) [OP_##symbol] = { { name, sizeof(name) - 1 }, effect },
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
