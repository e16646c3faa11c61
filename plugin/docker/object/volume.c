/* volume.c - volume create (moby daemon/server/router/volume) to intent. */
#include "docker/bodies.h"
#include "docker/call.h"
#include "docker/spelling/mounts.h"
#include "docker/types.h"
#include "policy/intent.h"
#include "json/gojson.h"

#define IGNORED(reason) GO_IGNORED, 0, NULL, reason

static const struct gojson_field fields[] = {
	{ "ClusterVolumeSpec", IGNORED("storage of the cluster, never of this host") },
	{ "Driver", GO_STRING, offsetof(struct volume, driver) },
	{ "DriverOpts", GO_STRING_MAP, offsetof(struct volume, options), NULL, NULL,
	  HIDES_OPTIONS },
	{ "Labels", IGNORED("words of the caller's own that the daemon does not act on") },
	{ "Name", IGNORED("a name says nothing about what is behind it") },
};
const struct gojson_type volume_create_type = { GOJSON_TYPE(fields, struct volume) };

int read_volume_create(const struct call *call, struct intent *in)
{
	struct volume volume = { 0 };
	int error = gojson_decode(call->body, &volume_create_type, &volume, &in->reading);

	if (!error)
		error = mounts_add_volume(in, &volume);
	if (!error)
		in->subjects |= SUBJECT_MOUNTS | SUBJECT_VOLUME;
	return error;
}

static const struct gojson_field update_fields[] = {
	{ "Spec", IGNORED("storage of the cluster, never of this host") },
};
const struct gojson_type volume_update_type = { GOJSON_TYPE(update_fields, struct volume) };

int read_volume_update(const struct call *call, struct intent *in)
{
	struct volume ignored = { 0 };

	return gojson_decode(call->body, &volume_update_type, &ignored, &in->reading);
}
