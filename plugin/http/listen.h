/* listen.h - the unix socket that the Docker daemon calls, and the address of /metrics. */
#pragma once

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>

struct diags;

/*
 * A socket's file, which only this process may replace or take away: while it holds the lock beside
 * it, `path`.lock, no other instance takes the name for a dead one's. Zeroed, it claims nothing.
 */
struct listen_claim {
	const char *path; /* outlives the claim; may be replaced by another name of the same file */
	dev_t dev;        /* of the file that was made */
	ino_t ino;
	bool made; /* by us: ours to take away */
	int lock;
};

enum listen_name { NAME_OURS, NAME_GONE, NAME_OTHER };

/*
 * Makes the socket `path` (its directory and that one's, too, when they are missing) for its owner
 * alone and listens on it. A socket that nobody answers on is replaced. 0; BAD_INPUT with a
 * complaint that says what stands in the way; -ENOMEM. `path` outlives `d`.
 */
int listen_unix(const char *path, struct listen_claim *claim, int *ret, struct diags *d);

/* The same for a socket of another option, whose file gets another mode. */
int listen_unix_as(const char *path, const char *option, unsigned mode, struct listen_claim *claim,
		   int *ret, struct diags *d);

/* For a socket that was handed over: whatever has its name now is it. */
void listen_claim_handed(const char *path, struct listen_claim *ret);

/* What has the name now. */
enum listen_name listen_look(const struct listen_claim *claim);

/* Takes the name away, where it is still ours and we made it, and lets others have it. */
void listen_release(struct listen_claim *claim);

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
int listen_metrics(const char *text, const struct listen_address *address,
		   struct listen_claim *claim, int *ret, struct diags *d);

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
