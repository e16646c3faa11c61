/* route.h - method and path to operation, by the daemon's own route table (moby
 * daemon/server/router). */
#pragma once

#include "base/slice.h"
#include "policy/op.h"

struct call;
struct intent;

/*
 * What a route's handler reads of a body. Go's ParseForm takes one of POST, PUT or PATCH for a form
 * when the first Content-Type says so, and puts its values before those of the query.
 */
enum route_body {
	BODY_NONE,          /* neither body nor form */
	BODY_TRIFLES,       /* nothing that a rule judges: a timeout, a signal, filters */
	BODY_QUERY,         /* a form, which overrides the parameters that are judged */
	BODY_JSON,          /* must be there */
	BODY_JSON_OPTIONAL, /* may be there */
	BODY_START,         /* before API 1.24 a HostConfig; later only an empty object is taken */
	BODY_STREAM,        /* a tar or a hijacked connection; the daemon never shows it to us */
};

struct route {
	const char *method; /* exact, as the daemon compares it */
	const char *pattern;
	enum op op;
	enum route_body body;
	/* Body and parameters to intent: 0, BAD_INPUT with a complaint in the reading, -Exxx. NULL:
	 * nothing to read. */
	int (*read)(const struct call *call, struct intent *in);
};

/*
 * Never NULL: a call that is in no row gets the row of OP_UNKNOWN or, for GET and HEAD,
 * OP_UNKNOWN_READ. `object` is what the path's variable stands for ("" without one).
 */
const struct route *route_find(struct slice method, struct slice path, struct slice *object);

/* The table, for listings and tests. */
size_t route_count(void);
const struct route *route_at(size_t i);
