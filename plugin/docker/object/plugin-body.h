/* plugin-body.h - the privileges a plugin of the engine is granted (moby api/types/plugin). */
#pragma once

#include "policy/field.h"
#include "json/gojson.h"

struct intent;

struct plugin_privilege_spec {
	struct field_text name;
	const struct place *at;
};

extern const struct gojson_type plugin_privilege_type;

/* From in->plugin.remote, which may be empty, to in->plugin.registry. 0 or -ENOMEM. */
int plugin_locate(struct intent *in);

/* `privileges` are struct plugin_privilege_spec. 0 or -ENOMEM. */
int plugin_build(const struct gojson_items *privileges, struct intent *in);
