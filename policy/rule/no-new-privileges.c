/*
 * no-new-privileges.c - a process must not become more than its container was started with.
 *
 * Of several entries the last one counts. A daemon may give the option to every container by itself
 * ("no-new-privileges" in daemon.json), which no request shows: "no-new-privileges=false" is how a
 * request takes it back, and the profile baseline refuses just that. A service cannot take it back:
 * its NoNewPrivileges: false leaves the option out (moby daemon/cluster/executor/container).
 *
 * Engines drop a service's NoNewPrivileges when it comes by an API below 1.44
 * (daemon/server/router/swarm/helpers.go adjustForAPIVersion): then it is as good as not given.
 */
#include "kit/rule-words.h"
#include "policy/rule.h"
#include "when/value.h"

struct config {
	bool require;
};

static const struct param params[] = {
	PARAM_BOOL(struct config, require,
		   "the option must be given; with false only switching it off is refused, for "
		   "daemons that give it by themselves"),
	{ 0 },
};

static const struct config defaults = { .require = true };

enum { API_OF_SERVICES = 44 };

static int object_to_dropped(const struct field_bool *option, struct verdict *v)
{
	verdict_object(v, option->at, SLICE("true"),
		       "is true, and the engine drops it: for services it counts from API 1.44 on. "
		       "Use a newer client and engine. With no-new-privileges in daemon.json the "
		       "policy need not require it.");
	return verdict_opens(v, require);
}

static int object_to_none(const struct intent *in, struct verdict *v)
{
	if (for_service(in))
		verdict_object(
			v, PLACE_WORDS("TaskTemplate.ContainerSpec.Privileges.NoNewPrivileges"),
			SLICE(""),
			"is not set, and neither docker service nor a stack file can say it. Set "
			"it by API 1.44 or later. With no-new-privileges in daemon.json the policy "
			"need not require it.");
	else
		verdict_object(v, PLACE_WORDS("HostConfig.SecurityOpt"), SLICE(""),
			       "lacks no-new-privileges.");
	verdict_opens(v, require);
	return for_service(in) ? 0
			       : verdict_add(v, SETTING_SECURITY_OPT, SLICE("no-new-privileges"));
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct config *c = config;
	const struct field_bool *option = &in->container.security.no_new_privileges;
	bool container = in->subjects & SUBJECT_CONTAINER;

	if (option->state != FIELD_SET)
		return c->require && container ? object_to_none(in, v) : 0;
	if (option->value)
		return c->require && service_drops(in, API_OF_SERVICES)
			       ? object_to_dropped(option, v)
			       : 0;
	verdict_object(v, option->at, SLICE("false"),
		       "switches no-new-privileges off, also where the daemon gives it to every "
		       "container.");
	verdict_drop(v, SETTING_SECURITY_OPT, SLICE("no-new-privileges=false"));
	return c->require ? verdict_add(v, SETTING_SECURITY_OPT, SLICE("no-new-privileges")) : 0;
}

const struct rule rule_no_new_privileges = {
	.id = "no-new-privileges",
	.number = "5.25",
	.number_1_6 = "5.26",
	.level = 1,
	.scored = true,
	.benchmark_title = "Restrict container from acquiring additional privileges",
	.title = "Processes cannot gain privileges",
	.why = "Without it, one setuid program in the image makes an ordinary user root inside. It "
	       "holds for the container's own processes and no further: a setuid file that root "
	       "inside leaves in a writable folder of the host works for whoever runs it on the "
	       "host. Against that help an unprivileged user (4.1), read-only mounts, nosuid on the "
	       "host's folder, and userns-remap (2.8).",
	.fields = "no-new-privileges in HostConfig.SecurityOpt, "
		  "ContainerSpec.Privileges.NoNewPrivileges of services, securityopt of builds",
	.broken_by =
		"docker run without --security-opt no-new-privileges; compose: security_opt without "
		"no-new-privileges:true",
	.comply = "Add --security-opt no-new-privileges (compose: security_opt: "
		  "[no-new-privileges:true]).",
	.value = value_bool,
	.nist = "4.4.3",
	.subjects = SUBJECT_CONTAINER | SUBJECT_BUILD,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.check = check,
};
