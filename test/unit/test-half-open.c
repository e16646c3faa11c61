/* test-half-open.c - what is said of an exception from one of two rules that deny one mount. */
#include "policy/policy-load.h"

#include "unit.h"

#include "base/diag.h"
#include "policy/policy.h"

/* The one warning that a policy gets, or none. */
static void warns(const char *text, const char *words)
{
	const struct policy_moment moment = { 0, SLICE("web-1") };
	OWN(diags) d = diags_new();
	OWN_POLICY p = NULL;

	assert_int_equal(policy_parse_at(slice_str(text), "policy.yaml", &moment, &p, d), 0);
	assert_int_equal(diags_count(d), words ? 1 : 0);
	if (words && !strstr(diags_at(d, 0)->text, words))
		fail_msg("`%s` is not in: %s", words, diags_at(d, 0)->text);
}

#define OPENS(name, rules, values)     \
	"  - name: " name "\n"         \
	"    rules: " rules "\n"       \
	"    when: { user: ops-1 }\n"  \
	"    values: " values "\n"     \
	"    reason: SEC-142\n"        \
	"    owner: ops@example.com\n" \
	"    expires: 2099-03-31\n"
#define MOUNT_RULES(socket, sensitive)                                                        \
	"version: 1\nrules: { docker-socket: " socket ", sensitive-mounts: " sensitive " }\n" \
	"exceptions:\n"
#define SOCKET "[/srv/data, /var/run/docker.sock]"

/* An exception from one of the rules that deny the engine's socket opens nothing. */
static void test_half_open(void **state)
{
	(void) state;
	warns(MOUNT_RULES("deny", "deny") OPENS("a", "[docker-socket]", SOCKET),
	      "does not open `/var/run/docker.sock`: `sensitive-mounts`");
	warns(MOUNT_RULES("deny", "deny") OPENS("a", "[sensitive-mounts]", SOCKET),
	      "does not open `/var/run/docker.sock`: `docker-socket`");
	warns(MOUNT_RULES("deny", "deny") OPENS("a", "[docker-socket, sensitive-mounts]", SOCKET),
	      NULL);
	warns(MOUNT_RULES("deny", "deny") OPENS("a", "[docker-socket]", SOCKET)
		      OPENS("b", "[sensitive-mounts]", SOCKET),
	      NULL);
	warns(MOUNT_RULES("deny", "warn") OPENS("a", "[docker-socket]", SOCKET), NULL);
	warns(MOUNT_RULES("deny", "deny") OPENS("a", "[docker-socket]", "[/srv/data, /etc]"), NULL);
	warns(MOUNT_RULES("deny", "deny")
		      OPENS("a", "[docker-socket]", "[\"/var/run/docker.soc*\"]"),
	      NULL);
	warns(MOUNT_RULES("deny", "deny")
		      OPENS("a", "[docker-socket]", "[\"/var/run/{user}/docker.sock\"]"),
	      NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_half_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
