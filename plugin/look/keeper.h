/*
 * keeper.h - has the helper cis-authz-look running, and running again when it ends.
 *
 * A small process of its own, made before there are threads and before any right is given up; it
 * reads nothing, and ends with the service.
 */
#pragma once

#include <stdbool.h>

struct look_secret;

struct keeper_config {
	const char *docker;  /* the path of the daemon's socket */
	const char *program; /* that of the helper; NULL: where this program is installed */
	bool unconfined;     /* no filter of system calls */
	const struct look_secret *secret;
};

/*
 * The socket that leads to the helper, whichever is running. 0; -ENOENT where there is no such
 * program; -Exxx.
 */
int keeper_start(const struct keeper_config *config, int *ret);
