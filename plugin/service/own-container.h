/* own-container.h - the container that this process runs in, as the rule self-protection guards it.
 */
#pragma once

#include "base/slice.h"

struct arena;

/*
 * The ID in one line of /proc/self/mountinfo, if the line is the mount by which the engine gives a
 * container its /etc/hostname, /etc/hosts or /etc/resolv.conf out of CONTAINERS/ID/ (moby
 * container.NetworkMounts); else empty. On the host itself such paths are mounted from nowhere.
 */
struct slice own_container_in(struct slice line);

/* The same of this process; empty outside of a container, and where /proc does not tell. 0 or
 * -ENOMEM. */
int own_container_find(struct arena *a, struct slice *ret);
