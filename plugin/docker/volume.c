/* volume.c - volume create (moby daemon/server/router/volume) to intent. */
#include "docker/bodies.h"
#include "docker/call.h"
#include "docker/gojson.h"
#include "docker/mounts.h"
#include "policy/intent.h"

#define IGNORED(reason) GO_IGNORED, 0, NULL, reason

struct volume_body {
	struct field_text driver;
	struct field_pairs options;
};

static const struct gojson_field fields[] = {
	{ "ClusterVolumeSpec", IGNORED("storage of the cluster, never of this host") },
	{ "Driver", GO_STRING, offsetof(struct volume_body, driver) },
	{ "DriverOpts", GO_STRING_MAP, offsetof(struct volume_body, options) },
	{ "Labels", IGNORED("words of the caller's own that the daemon does not act on") },
	{ "Name", IGNORED("a name says nothing about what is behind it") },
};
static const struct gojson_type volume_type = { GOJSON_TYPE(fields, struct volume_body) };

int read_volume_create(const struct call *call, struct intent *in)
{
	struct volume_body body = { 0 };
	int error = gojson_decode(call->body, &volume_type, &body, &in->reading);

	if (!error)
		error = mounts_add_volume_options(in, body.driver.value, &body.options, false);
	if (!error)
		in->subjects |= SUBJECT_MOUNTS;
	return error;
}
