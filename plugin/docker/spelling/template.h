/*
 * template.h - what a swarm fills in after a request was judged (swarmkit template/context.go).
 *
 * Of a service's mounts the source, the target and the options of a volume's driver are templates.
 */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

/* Whether anything would be filled in. */
bool template_in(struct slice text);

/* Whether nothing is filled in but names and numbers, which hold no slash. */
bool template_only_names(struct slice text);
