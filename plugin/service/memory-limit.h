/* memory-limit.h - how much memory the machine lets this process have. */
#pragma once

#include <stdint.h>

/*
 * Bytes: the least that the control group of the process, or one above it, allows; UINT64_MAX where
 * none says. `groups` is /proc/self/cgroup (cgroups(7)), `mount` where control groups are mounted.
 */
uint64_t memory_limit(const char *groups, const char *mount);
