/* call.h - one Docker API call as the daemon described it, opened up but not yet understood. */
#pragma once

#include <stdbool.h>

#include "base/slice.h"
#include "docker/uri.h"

struct call {
	struct slice method, target;
	struct uri uri;
	struct slice body;     /* decoded; empty when there was none */
	bool has_content_type; /* also where it is empty: the last of several may be */
	struct slice content_type;
	bool upgrades; /* asks for another protocol on the same connection */
	bool has_content_length;
	struct slice content_length;
	struct slice user_agent; /* the caller's to choose: for words, never for a verdict */
	unsigned look_headers;   /* how many say that this is a request of our own helper */
	struct slice look;       /* what the last of them says; shown to nobody */
};
