/* image.c - pull, import and commit (moby daemon/server/router/{image,container}) to intent. */
#include "docker/bodies.h"
#include "docker/call.h"
#include "docker/gojson.h"
#include "docker/host-config.h"
#include "policy/intent.h"

/* POST /images/create pulls when it names an image, and imports a tar from fromSrc otherwise. */
int read_image_create(const struct call *call, struct intent *in)
{
	struct slice from_image;

	if (!uri_param(&call->uri, SLICE("fromImage"), &from_image) || from_image.len == 0)
		in->op = OP_IMAGE_IMPORT;
	return 0;
}

/* The body, where there is one, is a Config; the parameters name the container and the image. */
int read_commit(const struct call *call, struct intent *in)
{
	struct container_body body = { 0 };

	if (call->body.len == 0)
		return 0;
	return gojson_decode(call->body, &container_config_type, &body, &in->reading);
}
