/*
 * case-file.h - one case of test/cases: a request, the policy it meets, and what must come of it.
 *
 *   why: The engine treats 0 as unlimited, so 0 must not satisfy the rule.
 *   policy: |                                     # none: the built-in baseline
 *     version: 1
 *     rules: { pids-limit: { max: 512 } }
 *   policy_file: ../../policy/examples/ci.yaml    # or this: a path from the case's folder
 *   request: { method: POST, uri: '/v1.45/containers/create', user: alice, headers: { A: b } }
 *   body: '{"HostConfig":{"PidsLimit":0}}'        # or body_base64, for bytes that YAML cannot hold
 *   links: { etc-link: /etc }                     # symbolic links, made in a fresh folder ${TMP}
 *   container: 5724e2c8...                        # the ID of the container that the plugin runs in
 *   selinux: absent                               # the host's kernel runs without it
 *   facts: { image web:1: '{"Id":"sha256:0f"}' }  # what the daemon answers when it is asked: JSON,
 *                                                 # `absent` or `unseen`; `unasked`: it is not
 *   expect: { verdict: deny, violations: [ { rule: pids-limit, at: HostConfig.PidsLimit } ] }
 *
 * `envelope`, the raw bytes of the daemon's call, stands in for request and body. The violations
 * listed are all there may be, in order; `at`, `number` and `says` (a part of what a person reads)
 * are compared when given, and so is `near`, a part of what is said of the exception that nearly
 * lets it through; `exception` names the one that does. `name`, by which the denial calls what it
 * is about, and `try`, the whole line with that lead, are compared when given.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "base/slice.h"

struct arena;

struct case_pair {
	struct slice name, value;
};

struct case_pairs {
	const struct case_pair *items;
	size_t count;
};

/* A slice without a pointer was not given. */
struct case_violation {
	struct slice rule, at, number, says, exception, near;
};

struct case_file {
	struct slice why, policy;
	const char *policy_path; /* of policy_file, NULL without */
	struct slice method, uri, user;
	struct slice body, body_base64;
	struct case_pairs headers, links, facts;
	struct slice container;
	struct slice selinux;
	struct slice envelope;
	struct slice verdict;
	struct slice name, way_out; /* without a pointer: not compared */
	const struct case_violation *violations;
	size_t violation_count;
};

/* `${TMP}` becomes `folder` wherever it stands. 0; BAD_INPUT with complaints in `d`; -ENOMEM. */
int case_file_read(const char *path, struct slice folder, struct arena *a, struct case_file *ret,
		   struct diags *d);

/* The bytes that the daemon would send for the case: its `envelope`, or one made of its request. */
int case_file_envelope(const struct case_file *c, struct arena *a, struct slice *ret);
