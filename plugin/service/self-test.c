/*
 * self-test.c - known-bad requests, which the program puts to itself before it serves.
 *
 * A build that lost a table, a library that reads otherwise than the one we were tested with: such
 * a program could start, answer, and allow. So before the socket is there it decides, through the
 * very pipeline that answers Docker, requests of which everybody knows the answer. It is no
 * substitute for the test suite: one request stands for each door and each way around.
 */
#include "service/self-test.h"

#include <errno.h>

#include "authz/decide.h"
#include "base/arena.h"
#include "base/array.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/json-writer.h"
#include "policy/policy-load.h"
#include "policy/policy.h"
#include "policy/rule.h"
#include "json/base64.h"

enum { CEILING = 1 << 20 };

#define CREATE "/v1.41/containers/create"

static const struct known_bad table[] = {
	{ "an empty call", SELF_TEST_ANY_POLICY, NULL, NULL, "" },
	{ "a call without method and target", SELF_TEST_ANY_POLICY, NULL, NULL, "{}" },
	{ "a call that ends too early", SELF_TEST_ANY_POLICY, NULL, NULL,
	  "{\"RequestMethod\":\"GET\",\"RequestUri\":\"/_ping\"" },
	{ "a call of two JSON values", SELF_TEST_ANY_POLICY, NULL, NULL,
	  "{\"RequestMethod\":\"GET\",\"RequestUri\":\"/_ping\"}{}" },

	{ "a container whose body is not shown", SELF_TEST_OPAQUE, "POST", CREATE, NULL },
	{ "a container whose body is no JSON", SELF_TEST_OPAQUE, "POST", CREATE, "{\"Image\":" },
	{ "a key that stands twice", SELF_TEST_OPAQUE, "POST", CREATE,
	  "{\"Image\":\"a\",\"HostConfig\":{\"Privileged\":false,\"Privileged\":false}}" },
	{ "a key in two spellings", SELF_TEST_OPAQUE, "POST", CREATE,
	  "{\"Image\":\"a\",\"HostConfig\":{},\"hostconfig\":{}}" },
	{ "a field of HostConfig beside it", SELF_TEST_OPAQUE, "POST", CREATE,
	  "{\"Image\":\"a\",\"HostConfig\":{},\"Privileged\":true}" },
	{ "a target with a broken escape", SELF_TEST_OPAQUE, "POST", "/v1.41/containers/%zz/start",
	  NULL },

	{ "a container under --privileged", SELF_TEST_BASELINE, "POST", CREATE,
	  "{\"Image\":\"a\",\"HostConfig\":{\"Privileged\":true}}" },
	{ "the same in other letter case", SELF_TEST_BASELINE, "POST", CREATE,
	  "{\"Image\":\"a\",\"hOSTcONFIG\":{\"pRIVILEGED\":true}}" },
	{ "the same with the long s, which Go takes for an s", SELF_TEST_BASELINE, "POST", CREATE,
	  "{\"Image\":\"a\",\"Ho\xc5\xbftConfig\":{\"Privileged\":true}}" },
	{ "the same at the top level, without HostConfig", SELF_TEST_BASELINE, "POST", CREATE,
	  "{\"Image\":\"a\",\"Privileged\":true}" },
	{ "a mount of Docker's socket", SELF_TEST_BASELINE, "POST", CREATE,
	  "{\"Image\":\"a\",\"HostConfig\":{\"Binds\":[\"/var/run/docker.sock:/s:ro\"]}}" },
	{ "a mount of the root directory", SELF_TEST_BASELINE, "POST", CREATE,
	  "{\"Image\":\"a\",\"HostConfig\":{\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"/srv/..\","
	  "\"Target\":\"/h\"}]}}" },
	{ "a mount of the root directory into a service", SELF_TEST_BASELINE, "POST",
	  "/v1.41/services/create",
	  "{\"Name\":\"a\",\"TaskTemplate\":{\"ContainerSpec\":{\"Image\":\"a\",\"Mounts\":[{"
	  "\"Type\":\"bind\",\"Source\":\"/\",\"Target\":\"/h\"}]}}}" },
	{ "a volume that is the root directory", SELF_TEST_BASELINE, "POST",
	  "/v1.41/volumes/create",
	  "{\"Name\":\"a\",\"Driver\":\"local\",\"DriverOpts\":{\"type\":\"none\",\"o\":\"bind\","
	  "\"device\":\"/\"}}" },
	{ "a container in the host's processes", SELF_TEST_BASELINE, "POST", CREATE,
	  "{\"Image\":\"a\",\"HostConfig\":{\"PidMode\":\"host\"}}" },
	{ "a container in the host's network", SELF_TEST_BASELINE, "POST", CREATE,
	  "{\"Image\":\"a\",\"HostConfig\":{\"NetworkMode\":\"host\"}}" },
	{ "a container with CAP_SYS_ADMIN", SELF_TEST_BASELINE, "POST", CREATE,
	  "{\"Image\":\"a\",\"HostConfig\":{\"CapAdd\":\"sys_admin\"}}" },
	{ "a container without a filter for system calls", SELF_TEST_BASELINE, "POST", CREATE,
	  "{\"Image\":\"a\",\"HostConfig\":{\"SecurityOpt\":[\"seccomp=unconfined\"]}}" },
	{ "a container with the host's memory as a device", SELF_TEST_BASELINE, "POST", CREATE,
	  "{\"Image\":\"a\",\"HostConfig\":{\"Devices\":[{\"PathOnHost\":\"/dev/mem\","
	  "\"PathInContainer\":\"/dev/mem\",\"CgroupPermissions\":\"rwm\"}]}}" },
	{ "an exec under --privileged", SELF_TEST_BASELINE, "POST", "/containers/a/exec",
	  "{\"Cmd\":[\"a\"],\"Privileged\":true}" },
	{ "a changing call that nobody knows", SELF_TEST_BASELINE, "POST", "/v1.41/nonsense",
	  "{}" },
	{ "the disabling of this plugin", SELF_TEST_BASELINE, "POST",
	  "/v1.41/plugins/cis-authz/disable?force=1", NULL },
	{ "a mount of this plugin's policy", SELF_TEST_BASELINE, "POST", CREATE,
	  "{\"Image\":\"a\",\"HostConfig\":{\"Binds\":[\"/etc/cis-authz:/p\"]}}" },
};

/* What the daemon would send. */
static int write_question(const struct known_bad *bad, struct arena *a, struct slice *ret)
{
	struct slice body = { 0 };
	struct buf b = BUF(a);
	int error;

	if (!bad->method) {
		*ret = slice_str(bad->body);
		return 0;
	}
	error = base64_write(a, slice_str(bad->body), &body);
	if (error)
		return error;

	json_write_object(&b);
	json_write_key(&b, JSON_NAME("RequestMethod"));
	json_write_string(&b, slice_str(bad->method));
	json_write_key(&b, JSON_NAME("RequestUri"));
	json_write_string(&b, slice_str(bad->target));
	if (bad->body) {
		json_write_key(&b, JSON_NAME("RequestHeaders"));
		json_write_object(&b);
		json_write_key(&b, JSON_NAME("Content-Type"));
		json_write_string(&b, SLICE("application/json"));
		json_write_object_end(&b);
		json_write_key(&b, JSON_NAME("RequestBody"));
		json_write_plain(&b, body);
	}
	json_write_object_end(&b);
	return buf_done(&b, ret);
}

static int try_one(const struct known_bad *bad, const struct policy *policy, struct decide_env *env,
		   struct arena *a, struct diags *d)
{
	struct slice question, name = policy_name(policy);
	struct decision decision;
	int error;

	arena_reset(a);
	error = write_question(bad, a, &question);
	if (error)
		return error;
	decide(question, policy, env, a, &decision);
	if (!decision_allows(&decision))
		return 0;
	return diag_add(
		d, (struct mark){ .file = "self-test" },
		"%s would be allowed under %.*s. This program does not judge as it must and "
		"does not serve; install it anew, or another version, and report this.",
		bad->name, SLICE_ARG(name));
}

/* Whether the policy has no say in it. */
static bool must_deny(const struct policy *p, enum self_test_scope scope)
{
	const struct rule *opaque = rules_find(SLICE("opaque-request"));

	if (scope == SELF_TEST_OPAQUE)
		return policy_enforces(p) &&
		       policy_setting(p, rules_index(opaque))->action == ACTION_DENY;
	return scope == SELF_TEST_ANY_POLICY;
}

int self_test_with(const struct known_bad *bad, size_t count, const struct policy *baseline,
		   const struct policy *in_force, struct diags *d)
{
	OWN(arena) a = arena_new(CEILING);
	struct decide_env env = { 0 };
	int error = a ? 0 : -ENOMEM;

	for (size_t i = 0; error >= 0 && i < count; i++) {
		error = try_one(&bad[i], baseline, &env, a, d);
		if (error >= 0 && must_deny(in_force, bad[i].scope))
			error = try_one(&bad[i], in_force, &env, a, d);
	}
	if (error < 0)
		return error;
	return diags_bad(d) ? BAD_INPUT : 0;
}

int self_test(const struct policy *in_force, struct diags *d)
{
	OWN_POLICY baseline = NULL;
	int error = policy_load(NULL, &baseline, d);

	if (error)
		return error;
	return self_test_with(table, COUNT_OF(table), baseline, in_force, d);
}
