/*
 * seccomp-calls.c - one way of allowing one call, against the engine's own.
 *
 * runc (libcontainer/seccomp/seccomp_linux.go) takes an entry's conditions together, unless two of
 * them are on the same argument: then each is a rule of its own, and any of them is enough.
 */
#include "docker/spelling/seccomp-calls.h"

enum { ARGUMENTS = 6 };
_Static_assert(2 * SECCOMP_CALLS < SECCOMP_SLOTS, "the index stays half empty");

enum op { OP_NONE, OP_NE, OP_LT, OP_LE, OP_EQ, OP_GE, OP_GT, OP_MASKED_EQ };

enum where { EVERYWHERE, ELSEWHERE, S390 };

/* Those that make a difference to the engine's own: one bit each. */
#define CAPS(CAP)            \
	CAP(BPF)             \
	CAP(DAC_READ_SEARCH) \
	CAP(PERFMON)         \
	CAP(SYSLOG)          \
	CAP(SYS_ADMIN)       \
	CAP(SYS_BOOT)        \
	CAP(SYS_MODULE)      \
	CAP(SYS_NICE)        \
	CAP(SYS_PACCT)       \
	CAP(SYS_PTRACE)      \
	CAP(SYS_RAWIO)       \
	CAP(SYS_TIME)        \
	CAP(SYS_TTY_CONFIG)

#define CAP(name) { #name, sizeof(#name) - 1 },
static const struct slice cap_names[] = { CAPS(CAP) };
#undef CAP

#define CAP(name) BIT_##name,
enum { CAPS(CAP) CAP_NAMES };
#undef CAP

/* Who may make a call, in the words of the table. */
#define CAP(name) name = 1 << BIT_##name,
enum who {
	NOBODY = 0,
	CAPS(CAP) ONCE = 1 << CAP_NAMES,
	ANYBODY = 2 << CAP_NAMES,
	ALWAYS = 4 << CAP_NAMES,
};
#undef CAP

#define CALL(name, who) { { #name, sizeof(#name) - 1 }, who },
#define ON(name, index, op, value, value_two, where)
static const struct {
	struct slice name;
	uint64_t who;
} calls[] = {
#include "docker/spelling/seccomp-calls.def"
};
#undef CALL
#undef ON

/* What an argument of a call must be. */
struct condition {
	size_t call;
	int64_t index;
	enum op op;
	uint64_t value, value_two;
	enum where where;
};

#define CALL(name, who)
#define ON(name, index, op, value, value_two, where) \
	{ SECCOMP_CALL_##name, index, OP_##op, value, value_two, where },
static const struct condition conditions[] = {
#include "base/array.h"
#include "docker/spelling/seccomp-calls.def"
};
#undef CALL
#undef ON

enum { CONDITIONS = COUNT_OF(conditions) };
_Static_assert(CONDITIONS <= 32, "one bit each of asked and met");

/* A few of the bytes tell most names apart. */
static size_t slot_of(struct slice name)
{
	size_t hash = name.len;

	if (name.len > 0) {
		const unsigned char *p = (const unsigned char *) name.ptr;

		hash = hash * 31 + p[0];
		hash = hash * 31 + p[name.len / 3];
		hash = hash * 31 + p[name.len / 2];
		hash = hash * 31 + p[name.len - 1];
	}
	return (hash * UINT64_C(0x9e3779b97f4a7c15) >> 32) % SECCOMP_SLOTS;
}

void seccomp_index_make(struct seccomp_index *ret)
{
	*ret = (struct seccomp_index){ 0 };
	for (size_t i = 0; i < SECCOMP_CALLS; i++) {
		size_t slot = slot_of(calls[i].name);

		while (ret->slots[slot] != 0)
			slot = (slot + 1) % SECCOMP_SLOTS;
		ret->slots[slot] = (uint16_t) (i + 1);
	}
}

size_t seccomp_index_find(const struct seccomp_index *index, struct slice name)
{
	for (size_t slot = slot_of(name); index->slots[slot] != 0;
	     slot = (slot + 1) % SECCOMP_SLOTS) {
		size_t call = index->slots[slot] - 1;

		if (slice_eq(calls[call].name, name))
			return call;
	}
	return SECCOMP_CALLS;
}

struct slice seccomp_call_name(size_t call)
{
	return calls[call].name;
}

bool seccomp_call_everywhere(size_t call)
{
	return calls[call].who == ALWAYS;
}

/* The engine compares with the container's own list, letter by letter. */
uint64_t seccomp_cap(struct slice name)
{
	if (!slice_starts(name, SLICE("CAP_")))
		return 0;
	for (size_t i = 0; i < CAP_NAMES; i++) {
		if (slice_eq(slice_from(name, 4), cap_names[i]))
			return UINT64_C(1) << i;
	}
	return 0;
}

static enum op read_op(struct slice text)
{
	static const struct {
		struct slice name;
		enum op op;
	} ops[] = {
		{ SLICE_INIT("SCMP_CMP_NE"), OP_NE },
		{ SLICE_INIT("SCMP_CMP_LT"), OP_LT },
		{ SLICE_INIT("SCMP_CMP_LE"), OP_LE },
		{ SLICE_INIT("SCMP_CMP_EQ"), OP_EQ },
		{ SLICE_INIT("SCMP_CMP_GE"), OP_GE },
		{ SLICE_INIT("SCMP_CMP_GT"), OP_GT },
		{ SLICE_INIT("SCMP_CMP_MASKED_EQ"), OP_MASKED_EQ },
	};

	for (size_t i = 0; i < COUNT_OF(ops); i++) {
		if (slice_eq(text, ops[i].name))
			return ops[i].op;
	}
	return OP_NONE;
}

/* The values that a comparison lets by, where they are one range; false where they are not, or
 * there is none. */
static bool read_range(enum op op, uint64_t value, uint64_t *ret_low, uint64_t *ret_high)
{
	bool from = op == OP_EQ || op == OP_GE || op == OP_GT;
	bool to = op == OP_EQ || op == OP_LE || op == OP_LT;

	if ((!from && !to) || (op == OP_GT && value == UINT64_MAX) || (op == OP_LT && value == 0))
		return false;
	*ret_low = from ? value + (op == OP_GT) : 0;
	*ret_high = to ? value - (op == OP_LT) : UINT64_MAX;
	return true;
}

/* Which bits of the argument a comparison settles, and as what. */
static bool fixes(enum op op, const struct seccomp_arg *arg, const struct condition *c)
{
	uint64_t mask = UINT64_MAX, bits = (uint64_t) arg->value.value;

	if (op == OP_MASKED_EQ) {
		mask = bits;
		bits = (uint64_t) arg->value_two.value & mask;
	} else if (op != OP_EQ) {
		return false;
	}
	return (mask & c->value) == c->value && (bits & c->value) == (c->value_two & c->value);
}

/* Whether each value of the argument that passes `arg` passes `c` as well. */
static bool is_narrower(const struct seccomp_arg *arg, const struct condition *c)
{
	enum op op = read_op(arg->op.value);
	uint64_t value = (uint64_t) arg->value.value, low, high, least, most;

	if (op == OP_NONE || arg->index.value != c->index)
		return false;
	if (c->op == OP_MASKED_EQ)
		return fixes(op, arg, c);
	if (op == OP_NE)
		return c->op == OP_NE && value == c->value;
	if (!read_range(op, value, &low, &high))
		return false;
	if (c->op == OP_NE)
		return c->value < low || high < c->value;
	return read_range(c->op, c->value, &least, &most) && least <= low && high <= most;
}

static bool holds_there(const struct condition *c, const struct seccomp_way *way)
{
	return c->where == EVERYWHERE || (c->where == S390) == way->only_on_s390;
}

/* Whether some condition of the engine's own lets by whatever `arg` does. */
static bool arg_is_known(const struct seccomp_arg *arg, size_t call, const struct seccomp_way *way)
{
	for (size_t i = 0; i < CONDITIONS; i++) {
		if (conditions[i].call == call && holds_there(&conditions[i], way) &&
		    is_narrower(arg, &conditions[i]))
			return true;
	}
	return false;
}

static bool any_is_enough(const struct seccomp_way *way)
{
	unsigned seen = 0;

	for (size_t i = 0; i < way->count; i++) {
		int64_t index = way->args[i].index.value;

		/* The engine refuses other arguments. */
		if (index < 0 || index >= ARGUMENTS)
			continue;
		if (seen & 1U << index)
			return true;
		seen |= 1U << index;
	}
	return false;
}

static bool args_are_known(size_t call, const struct seccomp_way *way)
{
	bool any = any_is_enough(way);

	for (size_t i = 0; i < way->count; i++) {
		if (arg_is_known(&way->args[i], call, way) != any)
			return !any;
	}
	return any && way->count > 0;
}

static bool is_on_condition(size_t call, struct seccomp_way *way)
{
	uint32_t bit = 0;

	for (size_t i = 0; !bit && i < CONDITIONS; i++)
		bit = conditions[i].call == call ? UINT32_C(1) << i : 0;
	if (!bit)
		return false;
	if (!(way->asked & bit)) {
		way->asked |= bit;
		way->met |= args_are_known(call, way) ? bit : 0;
	}
	return way->met & bit;
}

enum seccomp_credit seccomp_call_judge(size_t call, struct seccomp_way *way)
{
	uint64_t who = call < SECCOMP_CALLS ? calls[call].who : NOBODY;

	if (call == SECCOMP_CALLS)
		return SECCOMP_WIDER;
	if (who & (ALWAYS | ANYBODY | way->caps) || is_on_condition(call, way))
		return SECCOMP_AS_ENGINE;
	return who & ONCE ? SECCOMP_AS_OLD_ENGINE : SECCOMP_WIDER;
}
