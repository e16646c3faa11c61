/*
 * log-relay.h - standard error as something that never keeps a thread waiting.
 *
 * Whoever reads it may sleep, and the file system that it is on may be frozen. From the start on,
 * descriptor 2 is a pipe that a thread empties into a queue (log-queue.h), and what was standard
 * error before is written by the queue's writer. Lines for which there is no room are counted.
 */
#pragma once

#include "base/own.h"

struct log_relay;
struct log_sink;

/* Notes what standard error is. Before anything else may take its place. 0 or -errno. */
int log_relay_open(struct log_relay **ret);

/* For the decision log: a sink on what standard error was. Outlived by `r`. 0 or -errno. */
int log_relay_sink(struct log_relay *r, struct log_sink **ret);

/* Puts the pipe in its place; makes threads. 0 or -errno. */
int log_relay_start(struct log_relay *r);

/* Puts the old one back and writes what is left, for a second at most. NULL is fine. */
void log_relay_free(struct log_relay *r);
OWN_DEFINE(log_relay, log_relay_free)
