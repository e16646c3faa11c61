/*
 * redact.h - what a person may read of a request: *** stands for whatever may be a secret.
 *
 * Whoever writes text of a request where people or other programs read it (record.c, reply.c, a
 * recording) sends it through here first. Of long text only the beginning comes back, 2 KiB at
 * least.
 */
#pragma once

#include "base/slice.h"

struct arena;

/* A request target. `ret` is `target` itself where there is nothing to hide. 0 or -ENOMEM. */
int redact_target(struct slice target, struct arena *a, struct slice *ret);

/* A value or a sentence that may quote one: a target, or anything with URLs in it. 0 or -ENOMEM. */
int redact_text(struct slice text, struct arena *a, struct slice *ret);
