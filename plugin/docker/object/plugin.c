/* plugin.c - what is done to plugins of the engine (moby daemon/server/router/plugin), to intent.
 */
#include <errno.h>

#include "base/arena.h"
#include "base/place.h"
#include "docker/bodies.h"
#include "docker/call.h"
#include "docker/object/fetch.h"
#include "docker/object/plugin-body.h"
#include "docker/params.h"
#include "docker/spelling/image-ref.h"
#include "policy/intent.h"

#define IGNORED(reason) GO_IGNORED, 0, NULL, reason

static const struct gojson_field privilege_fields[] = {
	{ "Description", IGNORED("words for people") },
	{ "Name", GO_STRING, offsetof(struct plugin_privilege_spec, name) },
	{ "Value", IGNORED("any privilege is judged, whatever it covers") },
};
const struct gojson_type plugin_privilege_type = {
	GOJSON_TYPE(privilege_fields, struct plugin_privilege_spec),
	.keeps_at = true,
	.at_offset = offsetof(struct plugin_privilege_spec, at),
};

int plugin_locate(struct intent *in)
{
	struct image image;
	int error;

	if (in->plugin.remote.value.len == 0)
		return 0;
	error = image_ref_read(in->arena, in->plugin.remote.value, IMAGE_FETCH, &image);
	if (!error)
		in->plugin.registry = image.registry;
	return error;
}

int plugin_build(const struct gojson_items *privileges, struct intent *in)
{
	const struct plugin_privilege_spec *specs = privileges->items;
	struct text *names = arena_alloc(in->arena, privileges->count, sizeof(*names));

	if (!names)
		return -ENOMEM;
	for (size_t i = 0; i < privileges->count; i++)
		names[i] = (struct text){ specs[i].name.value, specs[i].at };
	in->plugin.privileges = (struct field_texts){
		.state = privileges->state,
		.items = names,
		.count = privileges->count,
		.at = privileges->at,
	};
	return 0;
}

int read_plugin(const struct call *call, struct intent *in)
{
	struct slice remote;
	int error = params_text(call, SLICE("name"), in->arena, &in->plugin.name);

	in->subjects |= SUBJECT_PLUGIN;
	if (error || !uri_param(&call->uri, SLICE("remote"), &remote))
		return error;
	in->plugin.remote =
		(struct field_text){ FIELD_SET, remote, place_query(in->arena, SLICE("remote")) };
	return in->plugin.remote.at ? plugin_locate(in) : -ENOMEM;
}

/* The daemon asks the plugin's registry what it wants to be granted; nothing is installed. */
int read_plugin_remote(const struct call *call, struct intent *in)
{
	struct field_text remote;
	struct image image;
	int error = params_text(call, SLICE("remote"), in->arena, &remote);

	if (error || remote.value.len == 0)
		return error;
	error = image_ref_read(in->arena, remote.value, IMAGE_FETCH, &image);
	return error ? error : fetch_add(in, FETCH_REGISTRY, image.registry, remote.at);
}

int read_plugin_privileges(const struct call *call, struct intent *in)
{
	struct gojson_items privileges = { 0 };
	int error =
		gojson_decode_list(call->body, &plugin_privilege_type, &privileges, &in->reading);

	if (!error)
		error = plugin_build(&privileges, in);
	return error ? error : read_plugin(call, in);
}

/* The settings of a plugin that is set are strings such as "data.source=/etc": setting any is
 * judged. */
int read_plugin_settings(const struct call *call, struct intent *in)
{
	struct field_texts settings = { 0 };
	int error = gojson_decode_strings(call->body, &settings, &in->reading);

	if (!error)
		in->subjects |= SUBJECT_PLUGIN;
	return error;
}

/* To a registry it is an image like any other. */
int read_plugin_push(const struct call *call, struct intent *in)
{
	(void) call;
	in->subjects |= SUBJECT_IMAGE;
	return image_ref_add(in, in->object, IMAGE_PUSH, PLACE_WORDS("the plugin"));
}
