/*
 * target-maker.h - methods and request targets: the daemon's routes in every spelling, recorded
 * ones, and near misses of both.
 */
#pragma once

#include "base/slice.h"
#include "random.h"

struct arena;
struct recorded;

/* 0 or -ENOMEM. */
int target_make(struct random *random, const struct recorded *recorded, struct arena *a,
		struct slice *method, struct slice *ret);
