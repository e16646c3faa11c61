/* policy-load.h - YAML to policy. */
#pragma once

#include <stdint.h>

#include "base/diag.h"
#include "base/slice.h"

struct policy;
struct sources;

/*
 * Reads the file at `path`; NULL means the built-in baseline. On BAD_INPUT every mistake of the
 * file is in `d`. The result is one reference, the caller's.
 */
int policy_load(const char *path, const struct policy **ret, struct diags *d);

/* What a reading is told besides the file; each may be left out. */
struct load_options {
	const char *host;        /* whose policy it is: for `host` of a `when`; NULL: this host */
	struct sources *sources; /* which then tell where all of it stands; its arena is given */
	struct slice more;       /* whose `exceptions:` are added, to try them out; complaints name
			    * this text "the exception" */
};

int policy_load_with(const char *path, const struct load_options *options,
		     const struct policy **ret, struct diags *d);

/* When and where a policy is read: exceptions run out, and are for some hosts only. */
struct policy_moment {
	int64_t now; /* seconds since 1970 */
	struct slice host;
};

/* The same from text that lies in memory; `file` is how complaints name it and must outlive `d`. */
int policy_parse(struct slice text, const char *file, const struct policy **ret, struct diags *d);
int policy_parse_at(struct slice text, const char *file, const struct policy_moment *moment,
		    const struct policy **ret, struct diags *d);
