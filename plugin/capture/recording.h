/*
 * recording.h - the file of `serve --record`: every question of the daemon, a line each, without
 * its secrets, for `eval` to judge by another policy.
 */
#pragma once

#include "base/own.h"
#include "base/slice.h"
#include "log/log-queue.h"

struct diags;
struct policy;
struct recording;

/*
 * Opens `path`, a regular file, to write at its end; makes it with mode 0600 where there is none.
 * 0; BAD_INPUT with a complaint in `d`; -ENOMEM.
 */
int recording_open(const char *path, struct recording **ret, struct diags *d);

/* Starts the thread that writes, so confinement comes before. Nothing is added before it. 0 or
 * -errno. */
int recording_start(struct recording *r);
void recording_close(struct recording *r); /* says how many lines are missing; NULL is fine */
OWN_DEFINE(recording, recording_close)

/* To be called when the answer is on its way; neither waits. `policy` is the one in force. */
void recording_add(struct recording *r, struct slice question, const struct policy *policy);
void recording_add_unheard(struct recording *r); /* a question that was not received whole */

struct log_queue_stats recording_stats(struct recording *r);
