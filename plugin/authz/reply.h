/* reply.h - what the daemon and the person at its client are told. */
#pragma once

#include "base/slice.h"

struct arena;
struct decision;

/*
 * The answer to AuthZReq: {"Allow":true}, or {"Allow":false,"Msg":...} with every violation and its
 * way out. When the arena cannot hold the message, a fixed denial is returned: this never fails.
 */
struct slice reply_write(const struct decision *d, struct arena *a);

/* The message alone, for `eval`. 0 or -ENOMEM. */
int reply_message(const struct decision *d, struct arena *a, struct slice *ret);
