/*
 * bodies.h - the readers that routes.def names: body and parameters of one kind of call to intent.
 *
 * Each returns 0, BAD_INPUT with a complaint in the intent's reading, or -Exxx.
 */
#pragma once

struct call;
struct intent;

/* container.c: both levels of HostConfig; engines before 25 took one at start; update leaves the
 * rest as it was */
int read_container_create(const struct call *call, struct intent *in);
int read_container_start(const struct call *call, struct intent *in);
int read_container_update(const struct call *call, struct intent *in);
int read_container_delete(const struct call *call, struct intent *in);
int read_container_change(const struct call *call, struct intent *in); /* stop, rename, ... */
int read_checkpoint_create(const struct call *call, struct intent *in);
int read_checkpoint_directory(const struct call *call, struct intent *in); /* list, delete */

int read_exec_create(const struct call *call, struct intent *in); /* exec.c */
int read_exec_start(const struct call *call, struct intent *in);

int read_volume_create(const struct call *call, struct intent *in); /* volume.c */
int read_volume_update(const struct call *call, struct intent *in);

int read_service_create(const struct call *call, struct intent *in); /* service.c */
int read_service_update(const struct call *call, struct intent *in);
int read_service_delete(const struct call *call, struct intent *in);

int read_network_create(const struct call *call, struct intent *in); /* network.c */
int read_network_connect(const struct call *call, struct intent *in);
int read_network_disconnect(const struct call *call, struct intent *in);

int read_build(const struct call *call, struct intent *in);         /* build.c */
int read_build_channel(const struct call *call, struct intent *in); /* session, grpc */

int read_image_create(const struct call *call, struct intent *in); /* image.c: pull or import */
int read_image_tag(const struct call *call, struct intent *in);
int read_image_push(const struct call *call, struct intent *in);
int read_image_load(const struct call *call, struct intent *in);
int read_image_search(const struct call *call, struct intent *in);
int read_distribution(const struct call *call, struct intent *in); /* of an image in a registry */
int read_commit(const struct call *call, struct intent *in);

int read_plugin(const struct call *call, struct intent *in);        /* plugin.c */
int read_plugin_remote(const struct call *call, struct intent *in); /* what one would ask for */
int read_plugin_privileges(const struct call *call, struct intent *in);
int read_plugin_settings(const struct call *call, struct intent *in);
int read_plugin_push(const struct call *call, struct intent *in);

int read_swarm_control(const struct call *call, struct intent *in); /* swarm.c: swarm and nodes */
int read_payload(const struct call *call, struct intent *in);       /* secrets and configs */
