/* policy-load.h - YAML to policy. */
#pragma once

#include <stdint.h>

#include "base/diag.h"
#include "base/slice.h"

struct policy;

/*
 * Reads the file at `path`; NULL means the built-in baseline. On BAD_INPUT every mistake of the
 * file is in `d`. The result is one reference, the caller's.
 */
int policy_load(const char *path, const struct policy **ret, struct diags *d);

/*
 * The same, with the `exceptions:` of another text added to those of the file, to try them out.
 * Complaints about that text name it "the exception".
 */
int policy_load_with(const char *path, struct slice more, const struct policy **ret,
		     struct diags *d);

/* When and where a policy is read: exceptions run out, and are for some hosts only. */
struct policy_moment {
	int64_t now; /* seconds since 1970 */
	struct slice host;
};

/* The same from text that lies in memory; `file` is how complaints name it and must outlive `d`. */
int policy_parse(struct slice text, const char *file, const struct policy **ret, struct diags *d);
int policy_parse_at(struct slice text, const char *file, const struct policy_moment *moment,
		    const struct policy **ret, struct diags *d);
