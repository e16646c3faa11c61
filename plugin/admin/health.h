/* health.h - whether the workers answer: asked as Docker asks, on the socket that Docker uses. */
#pragma once

#include <stdbool.h>

struct arena;
struct buf;
struct policy;

/*
 * Connects to the listening unix socket `listener` by its path, activates the plugin, and decides a
 * known harmless call by `policy`; within a second, using `a` for what it needs. So true proves
 * that the path leads to a server, that a worker accepts, reads and answers, and that the pipeline
 * judges. It does not prove that every worker does: one that hangs shows as a call in flight that
 * does not end. Else false, and `why` gets a line.
 */
bool health_ask(int listener, const struct policy *policy, struct arena *a, struct buf *why);
