/*
 * security-opt.h - HostConfig.SecurityOpt as the engine takes it apart (moby daemon/daemon_unix.go:
 * parseSecurityOpt).
 */
#pragma once

struct arena;
struct container;

/* From c->security_opt to c->security. What the engine would refuse is left out: it never takes
 * effect. 0 or -ENOMEM. */
int security_opt_read(struct container *c, struct arena *a);
