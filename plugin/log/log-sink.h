/*
 * log-sink.h - where the lines of a log go: a descriptor, a file that may be rotated, or syslog.
 *
 * One thread uses a sink; only log_sink_reopen may be called from another. No call waits for longer
 * than a tenth of a second for whoever reads at the other end.
 */
#pragma once

#include <pthread.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/own.h"
#include "base/slice.h"
#include "policy/verdict.h"

struct log_sink;

/* `target`: a file, or "syslog", whose daemon is found once: one that is started later is another
 * to it, and what is written fails. 0 or -errno. */
int log_sink_open(const char *target, struct log_sink **ret);

/*
 * On a descriptor that stays the caller's; `name` is for messages. Sinks of one descriptor share
 * `line`, which outlives them, so that no line of one stands within a line of another; NULL: there
 * is but one.
 */
int log_sink_new(int fd, const char *name, pthread_mutex_t *line, struct log_sink **ret);
void log_sink_free(struct log_sink *s);
OWN_DEFINE(log_sink, log_sink_free)

const char *log_sink_name(const struct log_sink *s);

/* From the next line on, lines go to what then has the file's name. */
void log_sink_reopen(struct log_sink *s);

/* What must stand in front of a line about `outcome`: a priority in syslog, elsewhere nothing. */
struct slice log_sink_prefix(const struct log_sink *s, enum outcome outcome);
size_t log_sink_longest(const struct log_sink *s); /* bytes of a line, its prefix left out */

/*
 * To be called before the first byte of a line: opens what is not open or no longer there, and ends
 * a line that was torn. 0 or -errno.
 */
int log_sink_ready(struct log_sink *s);

/*
 * Writes some of `lines`, and returns how many bytes. -EAGAIN: nobody takes them now. After any
 * other -errno the line must be written again from its start, after log_sink_ready.
 */
ssize_t log_sink_write(struct log_sink *s, struct slice lines);

/* Waits until the disk has what a file was given; others have no disk. 0 or -errno: then it must be
 * written again. */
int log_sink_sync(const struct log_sink *s);
