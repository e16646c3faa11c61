/* health.h - whether the workers answer: asked as Docker asks. */
#pragma once

#include <stdbool.h>

struct arena;
struct buf;
struct policy;

/*
 * Over `caller`, a connection to the workers which it closes, it activates the plugin, and decides
 * a known harmless call by `policy`; within a second, using `a` for what it needs. So true proves
 * that a worker reads and answers, and that the pipeline judges. It does not prove that every
 * worker does: one that hangs shows as a call in flight that does not end. Else false, and `why`
 * gets a line, but for a `caller` that is none (-1): whoever could not make it has said so.
 */
bool health_ask(int caller, const struct policy *policy, struct arena *a, struct buf *why);
