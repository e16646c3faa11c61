/*
 * wire.h - what the service and its helper cis-authz-look say to each other.
 *
 * Over a pair of SOCK_SEQPACKET sockets, so that no packet is half read: whoever of the two is
 * killed in the middle leaves whole packets or none. A helper begins with LOOK_HELLO; whatever was
 * asked before that has no answer any more. Both ends are of one build and one machine.
 */
#pragma once

#include <stdint.h>

/* What a request may name. The helper makes the path; the service can ask for nothing else. */
enum look_kind {
	LOOK_IMAGE,
	LOOK_VOLUME,
	LOOK_NETWORK,
	LOOK_CONTAINER,
	LOOK_SERVICE,
	LOOK_INFO, /* the daemon itself; without a name */
	LOOK_KINDS
};

enum {
	LOOK_NAME_MOST = 512,       /* bytes; the longest reference of an image has 455 */
	LOOK_PACKET_MOST = 1 << 16, /* bytes */
	LOOK_REPLY_MOST = 1 << 20,  /* bytes of JSON; what is longer is not known */
	LOOK_SECRET = 64,           /* hex digits */

	/* The helper's descriptors. */
	LOOK_SOCKET_FD = 3,
	LOOK_SECRET_FD = 4, /* a pipe with the secret in it */
};

/* The header that tells the helper's own requests, when the daemon asks the plugin about them. */
#define LOOK_HEADER "X-Cis-Authz-Look"

struct look_request {
	uint64_t id;   /* never 0, never twice */
	int64_t until; /* milliseconds of the monotonic clock; nobody waits for longer */
	uint32_t kind;
	uint32_t len;
	char name[LOOK_NAME_MOST]; /* only `len` bytes are sent */
};

enum look_status {
	LOOK_HELLO,  /* a helper begins; id 0 */
	LOOK_MORE,   /* bytes, and there are more */
	LOOK_SEEN,   /* the last bytes: here is the daemon's JSON, whole */
	LOOK_ABSENT, /* the daemon says that there is no such thing */
	LOOK_UNSEEN, /* it says nothing that can be used, or not in time */
};

/* Before the bytes of each packet. */
struct look_reply {
	uint64_t id;
	uint32_t status;
	uint32_t padding;
};
