/* exec.c - exec create (moby daemon/server/router/container/exec.go) to intent. */
#include "docker/bodies.h"
#include "docker/call.h"
#include "docker/types.h"
#include "policy/intent.h"
#include "json/gojson.h"

#define IGNORED(reason) GO_IGNORED, 0, NULL, reason

static const struct gojson_field fields[] = {
	{ "AttachStderr", IGNORED("which streams the client wants") },
	{ "AttachStdin", IGNORED("which streams the client wants") },
	{ "AttachStdout", IGNORED("which streams the client wants") },
	{ "Cmd", GO_WORDS, offsetof(struct exec, command), NULL, NULL, HIDES_ARGUMENTS },
	{ "ConsoleSize", IGNORED("the size of a terminal") },
	{ "Container", IGNORED("the path names the container") },
	{ "Detach", IGNORED("whether the client waits") },
	{ "DetachKeys", IGNORED("keys of the client's terminal") },
	{ "Env", IGNORED("may hold secrets, so it is not even copied") },
	{ "Privileged", GO_BOOL, offsetof(struct exec, privileged) },
	{ "Tty", IGNORED("whether there is a terminal") },
	{ "User", GO_STRING, offsetof(struct exec, user) },
	{ "WorkingDir", GO_STRING, offsetof(struct exec, working_dir) },
};
const struct gojson_type exec_create_type = { GOJSON_TYPE(fields, struct exec) };

static const struct gojson_field start_fields[] = {
	{ "ConsoleSize", IGNORED("the size of a terminal") },
	{ "Detach", IGNORED("whether the client waits") },
	{ "Tty", IGNORED("whether there is a terminal") },
};
const struct gojson_type exec_start_type = { GOJSON_TYPE(start_fields, struct exec) };

int read_exec_create(const struct call *call, struct intent *in)
{
	int error = gojson_decode(call->body, &exec_create_type, &in->exec, &in->reading);

	if (error)
		return error;
	in->subjects |= SUBJECT_EXEC;
	return read_container_change(call, in);
}

/* What runs was settled when the exec was created; the body only says how the client attaches. */
int read_exec_start(const struct call *call, struct intent *in)
{
	struct exec ignored = { 0 };

	/* Go reads null as nothing at all. */
	if (call->body.len == 0 || slice_eq(slice_trim(call->body), SLICE("null")))
		return 0;
	return gojson_decode(call->body, &exec_start_type, &ignored, &in->reading);
}
