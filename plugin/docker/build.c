/*
 * build.c - the classic builder's parameters (moby daemon/server/router/build) to intent.
 *
 * The context is a tar that no plugin is shown, so what a Dockerfile does can not be judged; how it
 * is run can: the network it may use, where the context comes from.
 */
#include <errno.h>

#include "base/arena.h"
#include "base/place.h"
#include "docker/bodies.h"
#include "docker/call.h"
#include "policy/intent.h"

static int text_param(const struct call *call, struct slice name, struct intent *in,
		      struct field_text *ret)
{
	struct slice value;

	if (!uri_param(&call->uri, name, &value))
		return 0;
	*ret = (struct field_text){ FIELD_SET, value, place_query(in->arena, name) };
	return ret->at ? 0 : -ENOMEM;
}

/* Every value of a parameter that may be repeated. */
static int texts_param(const struct call *call, struct slice name, struct intent *in,
		       struct field_texts *ret)
{
	void *items = NULL;

	for (size_t i = 0; i < call->uri.count; i++) {
		struct text *text;

		if (!slice_eq(call->uri.params[i].name, name))
			continue;
		text = arena_grow(in->arena, &items, ret->count, sizeof(*text));
		if (!text)
			return -ENOMEM;
		*text = (struct text){ call->uri.params[i].value, place_query(in->arena, name) };
		if (!text->at)
			return -ENOMEM;
		ret->items = items;
		ret->count++;
		ret->state = FIELD_SET;
		ret->at = text->at;
	}
	return 0;
}

int read_build(const struct call *call, struct intent *in)
{
	int error = text_param(call, SLICE("networkmode"), in, &in->container.network_mode);

	if (!error)
		error = text_param(call, SLICE("cgroupparent"), in, &in->container.cgroup_parent);
	if (!error)
		error = text_param(call, SLICE("remote"), in, &in->build.remote);
	if (!error)
		error = texts_param(call, SLICE("securityopt"), in, &in->build.security_opt);
	if (!error)
		error = texts_param(call, SLICE("extrahosts"), in, &in->build.extra_hosts);
	if (!error)
		in->subjects |= SUBJECT_BUILD | SUBJECT_NAMESPACES;
	return error;
}

/* A session or gRPC channel: BuildKit's own protocol, opaque from here on. */
int read_build_channel(const struct call *call, struct intent *in)
{
	(void) call;
	in->subjects |= SUBJECT_BUILD;
	return 0;
}
