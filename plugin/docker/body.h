/* body.h - whether we were shown the body that the daemon will act on. */
#pragma once

#include <stdbool.h>

struct api_version;
struct call;
struct reading;
struct route;

/*
 * Engines withhold bodies: of another Content-Type than JSON, over 1 MiB (4 MiB since 29.3), behind
 * a target that they misread themselves. 0; BAD_INPUT with a complaint when a body that matters is
 * hidden from us, or when one is there that should not be; -ENOMEM.
 */
int body_check(const struct route *route, const struct call *call, struct reading *reading);

/* The same for a call whose query alone decides: any body that we are not shown may be a form. */
int body_check_query(const struct call *call, struct reading *reading);

/* Engines before 25 take a HostConfig at start from clients of an API before 1.24, and replace the
 * container's with it (moby daemon/server/router/container: postContainersStart). */
bool body_replaces_settings(const struct api_version *api);
