/*
 * types.h - the root of each field table, for whoever walks the tables: the readers find their own.
 *
 * Which call takes which is in the readers that bodies.h declares; host-config.h and plugin-body.h
 * have those that other bodies share.
 */
#pragma once

#include "json/gojson.h"

extern const struct gojson_type checkpoint_create_type; /* container.c */

extern const struct gojson_type exec_create_type; /* exec.c */
extern const struct gojson_type exec_start_type;

extern const struct gojson_type volume_create_type; /* volume.c */
extern const struct gojson_type volume_update_type;

extern const struct gojson_type service_spec_type; /* service.c: create and update */

extern const struct gojson_type network_create_type;  /* network.c */
extern const struct gojson_type network_connect_type; /* disconnect, too */

extern const struct gojson_type build_output_type; /* build.c: of a parameter, not a body */

extern const struct gojson_type swarm_control_type; /* swarm.c: swarm and nodes */
extern const struct gojson_type swarm_payload_type; /* secrets and configs */
