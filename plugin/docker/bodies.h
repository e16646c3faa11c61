/*
 * bodies.h - the readers that routes.def names: body and parameters of one kind of call to intent.
 *
 * Each returns 0, BAD_INPUT with a complaint in the intent's reading, or -Exxx.
 */
#pragma once

struct call;
struct intent;

int read_container_create(const struct call *call,
			  struct intent *in); /* both levels of HostConfig */
int read_container_update(const struct call *call,
			  struct intent *in); /* what is not given stays as it was */
int read_container_start(const struct call *call,
			 struct intent *in); /* engines before 25 took a HostConfig here */
int read_exec_create(const struct call *call, struct intent *in);
int read_volume_create(const struct call *call,
		       struct intent *in); /* driver options can name a host path */
