/* listen.h - the unix socket that the Docker daemon calls. */
#pragma once

struct diags;

/*
 * Makes the socket `path` (its directory and that one's, too, when they are missing) for its owner
 * alone and listens on it. A socket that nobody answers on is replaced. 0; BAD_INPUT with a
 * complaint that says what stands in the way; -ENOMEM. `path` outlives `d`.
 */
int listen_unix(const char *path, int *ret, struct diags *d);
