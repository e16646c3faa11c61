#include "look/own-call.h"

#include <errno.h>
#include <nettle/memops.h>
#include <sys/random.h>

#include "docker/call.h"

int look_secret_make(struct look_secret *ret)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char bytes[LOOK_SECRET / 2];

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t) sizeof(bytes))
		return -EIO;
	for (size_t i = 0; i < sizeof(bytes); i++) {
		ret->hex[2 * i] = digits[bytes[i] >> 4];
		ret->hex[2 * i + 1] = digits[bytes[i] & 15];
	}
	return 0;
}

/* What target.c asks for. */
static bool is_look(enum op op)
{
	return op == OP_IMAGE_INSPECT || op == OP_VOLUME_INSPECT || op == OP_NETWORK_INSPECT ||
	       op == OP_CONTAINER_INSPECT || op == OP_SERVICE_INSPECT || op == OP_INFO;
}

/* The header must stand there once: of several the daemon shows one, and they need not agree. */
bool own_call(const struct look_secret *secret, const struct call *call, enum op op)
{
	if (!secret || call->look_headers != 1 || call->look.len != LOOK_SECRET)
		return false;
	/* A HEAD reaches the same handlers; our helper sends none. */
	if (!is_look(op) || !slice_eq(call->method, SLICE("GET")) || call->body.len > 0 ||
	    call->uri.count > 0)
		return false;
	return memeql_sec(call->look.ptr, secret->hex, LOOK_SECRET) != 0;
}
