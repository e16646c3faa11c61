/*
 * fuzz-policy.c - the door of the policy file.
 *
 * Its writer is trusted, but not to be careful: a file is either refused with complaints, or a
 * policy that can judge any request.
 */
#include "authz/decide.h"
#include "authz/reply.h"
#include "base/arena.h"
#include "base/array.h"
#include "base/diag.h"
#include "fuzz.h"
#include "log/record.h"
#include "policy/policy-load.h"
#include "policy/policy.h"
#include "question.h"

#define JSON_BODY "\nContent-Type: application/json\n\n"

/* Every rule has something to judge in one of these. */
static const char *const requests[] = {
	"GET /v1.41/containers/json",
	"POST /v1.41/nobody/knows",
	"POST /v1.41/containers/create?name=a" JSON_BODY
	"{\"Image\":\"bb\",\"User\":\"0\",\"WorkingDir\":\"/proc/self/fd/7\",\"Odd\":1,\"HostConfig\":{"
	"\"Privileged\":true,\"CapAdd\":[\"ALL\"],\"CapDrop\":[\"CHOWN\"],\"Binds\":[\"/etc:/a:ro\",\"v:/b\"],"
	"\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"/run/docker.sock\",\"Target\":\"/s\"}],"
	"\"NetworkMode\":\"host\",\"PidMode\":\"container:x\",\"IpcMode\":\"host\",\"UTSMode\":\"host\","
	"\"UsernsMode\":\"host\",\"Devices\":[{\"PathOnHost\":\"/dev/sda\",\"CgroupPermissions\":\"rwm\"}],"
	"\"DeviceCgroupRules\":[\"a *:* rwm\"],\"SecurityOpt\":[\"seccomp=unconfined\",\"label=disable\"],"
	"\"MaskedPaths\":[],\"VolumesFrom\":[\"x\"],\"VolumeDriver\":\"odd\",\"PidsLimit\":-1,"
	"\"Memory\":1,\"Sysctls\":{\"kernel.shm_rmid_forced\":\"1\"},\"CgroupParent\":\"/x\","
	"\"PortBindings\":{\"22/tcp\":[{\"HostPort\":\"22\"}]},\"RestartPolicy\":{\"Name\":\"always\"}}}",
	"POST /v1.41/containers/a/exec" JSON_BODY
	"{\"Privileged\":true,\"User\":\"root\",\"Cmd\":[\"sh\"],\"WorkingDir\":\"/proc/self/fd/7\"}",
	"POST /v1.41/volumes/create" JSON_BODY
	"{\"Name\":\"v\",\"DriverOpts\":{\"type\":\"none\",\"o\":\"bind\",\"device\":\"/etc\"}}",
	"POST /v1.41/services/create" JSON_BODY
	"{\"TaskTemplate\":{\"ContainerSpec\":{\"Image\":\"bb\",\"CapabilityAdd\":[\"SYS_ADMIN\"],"
	"\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"/\",\"Target\":\"/h\"}]},"
	"\"Networks\":[{\"Target\":\"host\"}]}}",
	"POST /v1.41/networks/create" JSON_BODY "{\"Name\":\"n\",\"Driver\":\"macvlan\"}",
	"POST /v1.41/build?networkmode=host&remote=http%3A%2F%2Fa%2Fb",
	"POST /v1.41/session",
	"POST /v1.41/plugins/pull?remote=a%2Fb" JSON_BODY
	"[{\"Name\":\"mount\",\"Value\":[\"/\"]}]",
	"POST /v1.41/swarm/leave",
};

static void judge(const char *request, const struct policy *policy)
{
	OWN(arena) a = arena_new(FUZZ_CEILING);
	struct decide_env env = { 0 };
	struct slice question, record;
	struct decision d;

	MUST(a && question_make(slice_str(request), &question));
	decide(question, policy, &env, a, &d);
	MUST(d.outcome != OUTCOME_ERROR);
	MUST(fuzz_is_json(reply_write(&d, a)));
	MUST(record_write(&d, a, &record) == 0 && fuzz_is_json(record));
	question_free(question);
}

static void check_plain(const char *text)
{
	for (; *text != '\0'; text++)
		MUST((unsigned char) *text >= 0x20 && *text != 0x7f);
}

static void check_complaints(const struct diags *d)
{
	MUST(diags_bad(d) && diags_count(d) > 0);
	for (size_t i = 0; i < diags_count(d); i++) {
		check_plain(diags_at(d, i)->text);
		check_plain(diags_at(d, i)->line ? diags_at(d, i)->line : "");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	OWN(diags) d = diags_new();
	OWN_POLICY policy = NULL;
	int r;

	MUST(d);
	r = policy_parse(fuzz_input(data, size), "fuzz.yaml", &policy, d);
	MUST(r == 0 || r == BAD_INPUT);
	if (r != 0) {
		MUST(!policy);
		check_complaints(d);
		return 0;
	}
	MUST(!diags_bad(d));
	for (size_t i = 0; i < COUNT_OF(requests); i++)
		judge(requests[i], policy);
	return 0;
}
