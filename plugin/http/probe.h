/* probe.h - a call to our own socket: the proof that workers answer, not only that we run. */
#pragma once

#include <stdbool.h>

/*
 * Calls the unix socket that `listener` listens on as Docker would, with /Plugin.Activate. True
 * when an answer begins within `patience` seconds for each step.
 */
bool probe_answers(int listener, unsigned patience);
