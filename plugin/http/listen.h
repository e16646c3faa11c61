/* listen.h - the unix socket that the Docker daemon calls, and the address of /metrics. */
#pragma once

#include <sys/socket.h>

struct diags;

/*
 * Makes the socket `path` (its directory and that one's, too, when they are missing) for its owner
 * alone and listens on it. A socket that nobody answers on is replaced. 0; BAD_INPUT with a
 * complaint that says what stands in the way; -ENOMEM. `path` outlives `d`.
 */
int listen_unix(const char *path, int *ret, struct diags *d);

/* The same for a socket of another option, whose file gets another mode. */
int listen_unix_as(const char *path, const char *option, unsigned mode, int *ret, struct diags *d);

/* Where /metrics is served. */
struct listen_address {
	const char *path; /* of a unix socket; NULL: an internet address */
	struct sockaddr_storage address;
	socklen_t len;
};

/*
 * A path, or an address of this machine alone with a port: "127.0.0.1:9323", "[::1]:9323". NULL, or
 * what is wrong with it.
 */
const char *listen_read_address(const char *text, struct listen_address *ret);

/* Listens there, as --metrics asks; as listen_unix does. `text` is what was read. */
int listen_metrics(const char *text, const struct listen_address *address, int *ret,
		   struct diags *d);

/* What a service manager says of descriptors that it hands over, as in sd_listen_fds(3):
 * LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES of the environment, NULL where one is not set. */
struct handover {
	const char *pid, *fds, *names;
};

/*
 * The listening unix socket that was handed over to this process, or -1 when none was. Whoever made
 * it takes its name away, too. 0, or BAD_INPUT with a complaint. `h` outlives `d`.
 */
int listen_handed(const struct handover *h, int *ret, struct diags *d);

/* Where `fd` listens, or "" where that has no name. */
struct sockaddr_un;
const char *listen_path(int fd, struct sockaddr_un *ret);
