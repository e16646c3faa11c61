/*
 * recommendation.h - the recommendations of the benchmark that no request can break, for `explain`.
 *
 * Those that a request can break are rules (policy/rule.h). Together they are the 83 of the CIS
 * Docker 1.11.0 Benchmark; a test counts them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"
#include "policy/edition.h"

enum cover {
	POSTURE, /* a fact about the host or the daemon */
	GUARDED, /* a fact about the host that no request may touch: sensitive-mounts judges that */
	NAMED,   /* a procedure */
};

struct recommendation {
	const char *number;
	enum benchmark_profile profile;
	unsigned level;
	bool scored;
	enum cover cover;
	const char *name, *title, *help; /* the title is the benchmark's own */
};

size_t recommendations_count(void);
const struct recommendation *recommendations_at(size_t i);
const struct recommendation *recommendations_find(struct slice name_or_number); /* NULL: none */
