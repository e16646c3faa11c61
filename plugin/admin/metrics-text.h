/* metrics-text.h - what /metrics says: the Prometheus text format, version 0.0.4. */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

struct arena;
struct metrics;
struct status;

#define METRICS_TEXT_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* `healthy` and `ready` as /healthz and /readyz say. 0 or -ENOMEM; `ret` lives in `a`. */
int metrics_text(const struct metrics *m, const struct status *s, bool healthy, bool ready,
		 struct arena *a, struct slice *ret);
