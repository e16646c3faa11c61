/* swarm.c - the swarm, its nodes, secrets and configs (moby daemon/server/router/swarm) to intent.
 */
#include "docker/bodies.h"
#include "docker/call.h"
#include "docker/gojson.h"
#include "docker/types.h"
#include "policy/intent.h"

#define IGNORED(reason) GO_IGNORED, 0, NULL, reason

static const char any_change[] = "any change to the swarm is judged, whatever it says";

/* swarm init, join, update and unlock, and node update: one table, since no rule looks further. */
static const struct gojson_field control_fields[] = {
	{ "AdvertiseAddr", IGNORED(any_change) },
	{ "AutoLockManagers", IGNORED(any_change) },
	{ "Availability", IGNORED(any_change) },
	{ "CAConfig", IGNORED(any_change) },
	{ "DataPathAddr", IGNORED(any_change) },
	{ "DataPathPort", IGNORED(any_change) },
	{ "DefaultAddrPool", IGNORED(any_change) },
	{ "Dispatcher", IGNORED(any_change) },
	{ "EncryptionConfig", IGNORED(any_change) },
	{ "ForceNewCluster", IGNORED(any_change) },
	{ "JoinToken", IGNORED("a secret; any join is judged") },
	{ "Labels", IGNORED(any_change) },
	{ "ListenAddr", IGNORED(any_change) },
	{ "Name", IGNORED(any_change) },
	{ "Orchestration", IGNORED(any_change) },
	{ "Raft", IGNORED(any_change) },
	{ "RemoteAddrs", IGNORED(any_change) },
	{ "Role", IGNORED(any_change) },
	{ "Spec", IGNORED(any_change) },
	{ "SubnetSize", IGNORED(any_change) },
	{ "TaskDefaults", IGNORED(any_change) },
	{ "UnlockKey", IGNORED("a secret; any unlocking is judged") },
};
const struct gojson_type swarm_control_type = { GOJSON_TYPE(control_fields, struct intent) };

static const struct gojson_field payload_fields[] = {
	{ "Data", IGNORED("the secret itself; it is not even copied") },
	{ "Driver", IGNORED("a plugin, whose installation is judged") },
	{ "Labels", IGNORED("words of the caller's own that the daemon does not act on") },
	{ "Name", IGNORED("a name says nothing about what is behind it") },
	{ "Templating", IGNORED("fills in values of the task's own") },
};
const struct gojson_type swarm_payload_type = { GOJSON_TYPE(payload_fields, struct intent) };

/* Also for swarm leave, which has no body. */
int read_swarm_control(const struct call *call, struct intent *in)
{
	int error = call->body.len > 0
			    ? gojson_decode(call->body, &swarm_control_type, in, &in->reading)
			    : 0;

	if (!error)
		in->subjects |= SUBJECT_SWARM;
	return error;
}

int read_payload(const struct call *call, struct intent *in)
{
	return gojson_decode(call->body, &swarm_payload_type, in, &in->reading);
}
