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

/* A start speaks of the container's image without naming it, an archive names its own inside. */
bool op_names_images(enum op op)
{
	return op_subjects(op) & SUBJECT_IMAGE && op != OP_CONTAINER_START && op != OP_IMAGE_LOAD;
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

/* No verb is for what cannot be read, the first operation, so this ends a list. */
enum { VERB_OPS_MOST = 32 };

static const struct verb {
	struct slice name;
	const char *command;
	enum op is_for[VERB_OPS_MOST], beside[VERB_OPS_MOST];
} verbs[] = {
#define NONE                                OP_UNREADABLE
/* clang-format off */
#define OPS(...) { __VA_ARGS__ }
/* clang-format on */
#define VERB(name, command, is_for, beside) { SLICE_INIT(name), command, is_for, beside },
#include "policy/verb.def"
#undef NONE
#undef OPS
#undef VERB
};

const char *op_group(size_t i)
{
	return i < COUNT_OF(groups) ? groups[i].name.ptr : op_verb(i - COUNT_OF(groups));
}

const char *op_verb(size_t i)
{
	return i < COUNT_OF(verbs) ? verbs[i].name.ptr : NULL;
}

const char *op_verb_command(size_t i)
{
	return i < COUNT_OF(verbs) ? verbs[i].command : NULL;
}

static bool add_group(struct slice name, struct bit_set *ret)
{
	for (size_t i = 0; i < COUNT_OF(groups); i++) {
		if (!slice_eq(groups[i].name, name))
			continue;
		for (enum op op = 0; op < OP_COUNT; op++) {
			if (groups[i].holds(op))
				bit_set_add(ret, op);
		}
		return true;
	}
	return false;
}

static bool add_ops(const enum op *list, struct bit_set *ret)
{
	bool any = false;

	for (; *list != OP_UNREADABLE; list++, any = true)
		bit_set_add(ret, *list);
	return any;
}

static bool add_verb(struct slice name, enum op_use use, struct bit_set *ret)
{
	for (size_t i = 0; i < COUNT_OF(verbs); i++) {
		bool any;

		if (!slice_eq(verbs[i].name, name))
			continue;
		any = add_ops(verbs[i].is_for, ret);
		return use == OPS_ALLOWED ? add_ops(verbs[i].beside, ret) : any;
	}
	return false;
}

bool op_match(struct slice word, enum op_use use, struct bit_set *ret)
{
	bool any = false;

	if (add_group(word, ret) || add_verb(word, use, ret))
		return true;
	for (enum op op = 0; op < OP_COUNT; op++) {
		if (!glob_match(word, ops[op].name))
			continue;
		bit_set_add(ret, op);
		any = true;
	}
	return any;
}
