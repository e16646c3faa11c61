/*
 * seccomp-calls.h - the system calls that the engine's own profile allows (moby profiles/seccomp),
 * and on which conditions: the measure of every other profile.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "policy/field.h"

#define CALL(name, who) SECCOMP_CALL_##name,
#define ON(name, index, op, value, value_two, where)
enum seccomp_call {
#include "docker/spelling/seccomp-calls.def"
	SECCOMP_CALLS,
};
#undef CALL
#undef ON

enum { SECCOMP_SLOTS = 1024 }; /* a power of two, and more than twice as many as calls */

struct seccomp_arg { /* syscalls[].args[] of a profile */
	struct field_int index, value, value_two;
	struct field_text op;
};

/* How an entry of a profile allows what it names. Begin with zero but for the arguments. */
struct seccomp_way {
	const struct seccomp_arg *args; /* borrowed */
	size_t count;
	uint64_t caps;     /* only to containers that have all of these: seccomp_cap() of each */
	bool only_on_s390; /* includes.arches lists no other machine */

	/* Answers given before, by condition: many names must not mean many looks at many
	 * arguments. */
	uint32_t asked, met;
};

enum seccomp_credit {
	SECCOMP_AS_ENGINE,     /* no wider than the engine's own */
	SECCOMP_AS_OLD_ENGINE, /* no wider than that of an older engine */
	SECCOMP_WIDER,         /* wider, or a call that none of them allows */
};

/* Where each call is, by its name. Made when it is needed: hardly any request has a profile. */
struct seccomp_index {
	uint16_t slots[SECCOMP_SLOTS]; /* a call and one, or 0 */
};
void seccomp_index_make(struct seccomp_index *ret);

/* SECCOMP_CALLS when the engine's own allows it to nobody. */
size_t seccomp_index_find(const struct seccomp_index *index, struct slice name);
struct slice seccomp_call_name(size_t call);

/* Whether every version allows it to everybody, on every machine. */
bool seccomp_call_everywhere(size_t call);

/* Bits for "CAP_SYS_ADMIN" and others that make a difference to the engine's own; 0 for any other.
 */
uint64_t seccomp_cap(struct slice name);

/* One call, allowed in one way. Each condition is looked at once per entry. */
enum seccomp_credit seccomp_call_judge(size_t call, struct seccomp_way *way);
