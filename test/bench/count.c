/*
 * count.c - decides one recorded question again and again, for a tool that counts instructions.
 *
 *   count POLICY ENVELOPE TIMES
 *
 * As serve does, from the bytes of the call to the reply and the record; without the socket, whose
 * cost is not ours and not the same twice.
 */
#include <stdio.h>
#include <string.h>

#include "authz/decide.h"
#include "authz/reply.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/number.h"
#include "base/read-file.h"
#include "http/endpoint.h"
#include "log/record.h"
#include "policy/policy-load.h"
#include "policy/policy.h"

enum { LARGEST = 16 << 20 };

static int decide_all(const struct policy *policy, struct slice question, uint64_t times)
{
	OWN(arena) a = arena_new(endpoint_ceiling(LARGEST));
	struct decide_env env = { 0 };
	struct decision decision;
	size_t written = 0;

	if (!a)
		return 1;
	for (uint64_t i = 0; i < times; i++) {
		struct slice record;

		decide(question, policy, &env, a, &decision);
		written += reply_write(&decision, a).len;
		if (record_write(&decision, a, &record) != 0)
			return 1;
		written += record.len;
		arena_reset(a);
	}
	return written > 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
	OWN(diags) d = diags_new();
	OWN(arena) files = arena_new(2 * LARGEST);
	OWN_POLICY policy = NULL;
	struct slice question;
	uint64_t times;

	if (argc != 4 || !number_u64(slice_str(argv[3]), &times)) {
		fprintf(stderr, "usage: count POLICY ENVELOPE TIMES\n");
		return 2;
	}
	if (policy_load(argv[1], &policy, d) != 0 ||
	    read_file(files, argv[2], LARGEST, 0, &question, d) != 0) {
		diags_print(d, stderr);
		return 2;
	}
	return decide_all(policy, question, times);
}
