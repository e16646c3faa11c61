/* plugin-install.c - a plugin of the engine runs as root on the host, outside of every rule for
 * containers. */
#include "policy/rule.h"

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct field_texts *privileges = &in->plugin.privileges;
	const struct field_text *remote = &in->plugin.remote;
	int r;

	(void) config;

	r = remote->at
		    ? verdict_object(
			      v, remote->at, remote->value,
			      "would bring a plugin into the engine. Ask whoever runs this host.")
		    : verdict_object(
			      v, PLACE_WORDS("the request"), in->object,
			      "would change which plugins the engine runs, this one included. "
			      "Ask whoever runs this host.");
	for (size_t i = 0; r == 0 && i < privileges->count; i++)
		r = verdict_object(v, privileges->items[i].at, privileges->items[i].value,
				   "grants the plugin \"%.*s\" on the host.",
				   SLICE_ARG(privileges->items[i].value));
	return r;
}

const struct rule rule_plugin_install = {
	.id = "plugin-install",
	.title = "Plugins of the engine are not changed through its API",
	.why = "A plugin may ask for the host's network, devices, mounts and every capability, "
	       "and is asked by the engine to mount, to log and to authorize. Disabling one may "
	       "switch this policy off.",
	.fields = "every call that pulls, creates, enables, disables, sets, upgrades or removes a "
		  "plugin; plugins as services",
	.broken_by = "docker plugin install, enable, disable, set, upgrade, rm",
	.comply = "Have plugins installed by whoever runs the host, with the policy's consent.",
	.nist = "4.5.1",
	.subjects = SUBJECT_PLUGIN,
	.check = check,
};
