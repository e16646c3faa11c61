/* swarm.c - the swarm, its nodes, secrets and configs (moby daemon/server/router/swarm) to intent.
 */
#include "docker/bodies.h"
#include "docker/call.h"
#include "docker/types.h"
#include "policy/intent.h"
#include "json/gojson.h"

#define IGNORED(reason) GO_IGNORED, 0, NULL, reason

static const char any_change[] = "any change to the swarm is judged, whatever it says";

struct swarm_body {
	struct swarm swarm;
	struct gojson_items external_cas; /* struct external_ca */
};

#define INTO(member) offsetof(struct swarm_body, member)

struct external_ca {
	struct field_text url;
	const struct place *at;
};

static const struct gojson_field external_ca_fields[] = {
	{ "CACert", IGNORED("any signing by others is judged") },
	{ "Options", IGNORED("any signing by others is judged") },
	{ "Protocol", IGNORED("any signing by others is judged") },
	{ "URL", GO_STRING, offsetof(struct external_ca, url), NULL, NULL, HIDES_TEXT },
};
static const struct gojson_type external_ca_type = {
	GOJSON_TYPE(external_ca_fields, struct external_ca),
	.keeps_at = true,
	.at_offset = offsetof(struct external_ca, at),
};

static const struct gojson_field ca_fields[] = {
	{ "ExternalCAs", GO_STRUCTS, INTO(external_cas), &external_ca_type },
	{ "ForceRotate", IGNORED("makes a new key of the swarm's own") },
	{ "NodeCertExpiry", IGNORED("how long certificates last") },
	{ "SigningCACert", GO_STRING, INTO(swarm.signing_cert), NULL, NULL, HIDES_TEXT },
	{ "SigningCAKey", GO_STRING, INTO(swarm.signing_key), NULL, NULL, HIDES_TEXT },
};
static const struct gojson_type ca_type = { GOJSON_TYPE(ca_fields, struct swarm_body) };

/* The swarm's own settings: all there is in an update, one field among others in an init. */
static const struct gojson_field spec_fields[] = {
	{ "CAConfig", GO_STRUCT, 0, &ca_type },
	{ "Dispatcher", IGNORED(any_change) },
	{ "EncryptionConfig", IGNORED(any_change) },
	{ "Labels", IGNORED(any_change) },
	{ "Name", IGNORED(any_change) },
	{ "Orchestration", IGNORED(any_change) },
	{ "Raft", IGNORED(any_change) },
	{ "TaskDefaults", IGNORED(any_change) },
};
static const struct gojson_type spec_type = { GOJSON_TYPE(spec_fields, struct swarm_body) };

/* swarm init, join, update and unlock, and node update: one table, since their names differ. */
static const struct gojson_field control_fields[] = {
	{ "AdvertiseAddr", IGNORED(any_change) },
	{ "AutoLockManagers", IGNORED(any_change) },
	{ "Availability", IGNORED(any_change) },
	{ "CAConfig", GO_STRUCT, 0, &ca_type },
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
	{ "Spec", GO_STRUCT, 0, &spec_type },
	{ "SubnetSize", IGNORED(any_change) },
	{ "TaskDefaults", IGNORED(any_change) },
	{ "UnlockKey", IGNORED("a secret; any unlocking is judged") },
};
const struct gojson_type swarm_control_type = { GOJSON_TYPE(control_fields, struct swarm_body) };

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
	struct swarm_body body = { 0 };
	int error = call->body.len > 0
			    ? gojson_decode(call->body, &swarm_control_type, &body, &in->reading)
			    : 0;

	if (error)
		return error;
	in->swarm = body.swarm;
	if (body.external_cas.count > 0)
		in->swarm.external_ca = ((const struct external_ca *) body.external_cas.items)->at;
	in->subjects |= SUBJECT_SWARM;
	return 0;
}

int read_payload(const struct call *call, struct intent *in)
{
	return gojson_decode(call->body, &swarm_payload_type, in, &in->reading);
}
