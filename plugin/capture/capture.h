/* capture.h - a capture: one question of the daemon as one line of a recording. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/slice.h"

struct arena;
struct policy;

/*
 * `policy` is the one in force. The line ends in a line feed. 0; -ENOMEM, also where the line would
 * take more memory than the arena gives.
 */
int capture_call(struct slice question, const struct policy *policy, const struct timespec *time,
		 struct arena *a, struct slice *ret);

/* For a question that was not received whole. */
int capture_unheard(const struct timespec *time, struct arena *a, struct slice *ret);

/* For `count` questions that are in no line: without memory, some of which may be lacking then.
 * `line` has room for 200 bytes. Returns how many it takes. */
size_t capture_loss(uint64_t count, const struct timespec *time, char *line, size_t size);
