/*
 * url.h - where a URL leads, as Go's net/url and git take it apart.
 *
 * Both cut at the first '?' and '#', then at the first '/' behind "://", and take for a user
 * whatever stands before the last '@' of that: http://example.com@127.0.0.1/ leads to this host.
 */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

struct url {
	struct slice scheme; /* as written; empty when there is no "://" */
	struct slice host;   /* without brackets; may be empty, and anything at all */
	struct slice port;   /* of git@host:path the beginning of the path */
	struct slice rest;   /* what follows, with its slash, '?' or '#' */
	bool bracketed;      /* the host stood in brackets, as an IPv6 address does */
};

/* A URL, HOST[:PORT][/...], or git's USER@HOST:PATH. All slices point into `text`. */
void url_read(struct slice text, struct url *ret);
