/*
 * build.c - the classic builder's parameters (moby daemon/server/router/build) to intent.
 *
 * The context is a tar that no plugin is shown, so what a Dockerfile does cannot be judged; how it
 * is run can: the network it may use, where the context comes from, the names that the result is
 * given.
 */
#include "docker/bodies.h"
#include "docker/call.h"
#include "docker/image-ref.h"
#include "docker/params.h"
#include "docker/security-opt.h"
#include "policy/intent.h"

static int read_names(const struct call *call, struct intent *in)
{
	struct field_texts names;
	int error = params_texts(call, SLICE("t"), in->arena, &names);

	for (size_t i = 0; !error && i < names.count; i++)
		error = image_ref_add(in, names.items[i].value, IMAGE_NAME, names.items[i].at);
	return error;
}

int read_build(const struct call *call, struct intent *in)
{
	struct arena *a = in->arena;
	int error = params_text(call, SLICE("networkmode"), a, &in->container.network_mode);

	if (!error)
		error = params_text(call, SLICE("cgroupparent"), a, &in->container.cgroup_parent);
	if (!error)
		error = params_text(call, SLICE("remote"), a, &in->build.remote);
	if (!error)
		error = params_texts(call, SLICE("securityopt"), a, &in->container.security_opt);
	if (!error)
		error = security_opt_read(&in->container, a);
	if (!error)
		error = params_texts(call, SLICE("extrahosts"), a, &in->build.extra_hosts);
	if (!error)
		error = read_names(call, in);
	if (error)
		return error;
	in->build.no_cache = params_flag(call, SLICE("nocache"));
	in->build.pull = params_flag(call, SLICE("pull"));
	in->subjects |= SUBJECT_BUILD | SUBJECT_NAMESPACES | SUBJECT_IMAGE;
	return 0;
}

/* A session or gRPC channel: BuildKit's own protocol, opaque from here on. */
int read_build_channel(const struct call *call, struct intent *in)
{
	(void) call;
	in->subjects |= SUBJECT_BUILD;
	return 0;
}
