/*
 * test-final.c - what a company has final: a policy upon it may ask for more, and for less nowhere.
 *
 * The messages are in test/bad-policies/profile-and-final.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "policy/policy-load.h"
#include "policy/policy.h"
#include "policy/rule.h"
#include "scratch.h"

#define ANSWER  ", reason: SEC-1, owner: ops@example.com"
#define SCOPE   "scopes: [{ name: ci, when: { user: ci-1 }" ANSWER
#define EXCEPT  "exceptions: [{ name: one, when: { user: ci-1 }" ANSWER ", expires: 2199-01-01"
#define OPTIONS EXCEPT ", options: { "

/* Its own scopes and exceptions may go below what is final to others. */
static const char company[] =
	"version: 1\n"
	"profile: none\n"
	"rules:\n"
	"  privileged: { action: deny, final: true }\n"
	"  memory-limit: { action: deny, min: 64m, max: 8g, final: true }\n"
	"  host-devices: { action: deny, allow: [/dev/fuse, /dev/kvm], final: true }\n"
	"  host-ipc: { action: warn, final: true }\n"
	"  trusted-users: { action: deny, final: true }\n"
	"  pids-limit: { action: deny, max: 100 }\n"
	"access: { default: deny, rules: [{ users: [\"ops-*\"], allow: [\"*\"] }] }\n"
	"scopes:\n"
	"  - name: company\n"
	"    when: { user: root-1 }\n"
	"    rules: { privileged: off, memory-limit: { max: 64g } }\n"
	"    reason: SEC-1\n"
	"    owner: ops@example.com\n"
	"exceptions:\n"
	"  - name: company\n"
	"    rules: [privileged]\n"
	"    options: { memory-limit: { max: 32g } }\n"
	"    when: { user: root-2 }\n"
	"    reason: SEC-1\n"
	"    owner: ops@example.com\n"
	"    expires: 2199-01-01\n";

static void write_text(const char *path, const char *head, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fprintf(f, "%s%s", head, text) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, 0644), 0);
}

static bool tells_of_final(const struct diags *d)
{
	for (size_t i = 0; i < diags_count(d); i++) {
		if (strstr(diags_at(d, i)->text, "final"))
			return true;
	}
	return false;
}

static void try(const char *site, int wanted)
{
	OWN(diags) d = diags_new();
	const struct policy *p = NULL;
	int r;

	write_text("company.yaml", company, "");
	write_text("site.yaml", "version: 1\nprofile: ./company.yaml\n", site);
	r = policy_load("site.yaml", &p, d);
	policy_unref(p);
	if (r != wanted)
		fail_msg("%s: %s", site, diags_count(d) ? diags_at(d, 0)->text : "taken");
	/* One mistake is made, and it is told as what it is. */
	if (wanted && !tells_of_final(d))
		fail_msg("%s: %s", site, diags_at(d, 0)->text);
}

static void passes(const char *site)
{
	try(site, 0);
}

static void is_refused(const char *site)
{
	try(site, BAD_INPUT);
}

static void test_rules(void **state)
{
	(void) state;
	passes("mode: enforce\n");
	passes("rules: { privileged: deny, host-ipc: warn }\n");
	passes("rules: { host-ipc: deny }\n");
	passes("rules: { pids-limit: off }\n");
	is_refused("mode: warn\n");
	is_refused("rules: { privileged: warn }\n");
	is_refused("rules: { privileged: { action: off } }\n");
	is_refused("rules: { \"5.4\": off }\n");
	is_refused("rules: { host-ipc: off }\n");
	is_refused("rules: { privileged: { final: false } }\n");
}

static void test_options(void **state)
{
	(void) state;
	passes("rules: { memory-limit: { max: 8g } }\n");
	passes("rules: { memory-limit: { min: 128m, max: 4g, bound_swap: true } }\n");
	passes("rules: { host-devices: { allow: [/dev/kvm] } }\n");
	passes("rules: { host-devices: { allow: [] } }\n");
	is_refused("rules: { memory-limit: { max: 8589934593 } }\n");
	is_refused("rules: { memory-limit: { max: 0 } }\n"); /* no bound */
	is_refused("rules: { memory-limit: { min: 63m } }\n");
	is_refused("rules: { memory-limit: { action: warn, max: 4g } }\n");
	is_refused("rules: { host-devices: { allow: [/dev/fuse, /dev/mem] } }\n");
	is_refused("rules: { host-devices: { allow: [\"/dev/*\"] } }\n");
	is_refused("rules: { host-devices: { allow: [{ path: /dev/kvm, permissions: r }, "
		   "/dev/fuse, /dev/net/tun] } }\n");
}

static void test_scopes(void **state)
{
	(void) state;
	passes(SCOPE ", rules: { host-ipc: deny, memory-limit: { max: 1g } } }]\n");
	passes(SCOPE ", rules: { pids-limit: off } }]\n");
	is_refused(SCOPE ", rules: { privileged: warn } }]\n");
	is_refused(SCOPE ", rules: { memory-limit: { max: 16g } } }]\n");
	is_refused(SCOPE ", rules: { host-devices: { allow: [/dev/mem] } } }]\n");
	is_refused(SCOPE ", profile: none }]\n");
	/* What the policy tightened itself may be loosened as far as the company has it. */
	passes("rules: { memory-limit: { max: 2g } }\n" SCOPE
	       ", rules: { memory-limit: { max: 8g } } }]\n");
	is_refused("rules: { memory-limit: { max: 2g } }\n" SCOPE
		   ", rules: { memory-limit: { max: 9g } } }]\n");
}

static void test_exceptions(void **state)
{
	(void) state;
	passes(EXCEPT ", rules: [pids-limit] }]\n");
	is_refused(EXCEPT ", rules: [privileged] }]\n");
	is_refused(EXCEPT ", rules: [pids-limit, \"5.10\"] }]\n");
	is_refused(EXCEPT ", rules: [trusted-users] }]\n");
	passes(OPTIONS "pids-limit: { max: 500 } } }]\n");
	passes("rules: { memory-limit: { max: 2g } }\n" OPTIONS "memory-limit: { max: 8g } } }]\n");
	passes("rules: { host-devices: { allow: [] } }\n" OPTIONS
	       "host-devices: { allow: [/dev/fuse] } } }]\n");
	is_refused(OPTIONS "memory-limit: { max: 8589934593 } } }]\n");
	is_refused(OPTIONS "\"5.10\": { max: 0 } } }]\n");
	is_refused(OPTIONS "memory-limit: { min: 1m } } }]\n");
	is_refused(OPTIONS "host-devices: { allow: [\"/dev/*\"] } } }]\n");
	is_refused("rules: { memory-limit: { max: 2g } }\n" OPTIONS
		   "pids-limit: { max: 500 }, memory-limit: { max: 9g } } }]\n");
	/* Nor in a scope of its own, by whose settings the options would count. */
	is_refused(SCOPE ", rules: { memory-limit: { max: 1g } } }]\n" OPTIONS
			 "memory-limit: { max: 9g } } }]\n");
}

static void test_access(void **state)
{
	(void) state;
	passes("access: { rules: [{ users: [\"*\"], deny: [exec] }] }\n");
	passes("access: { rules: [{ users: [a], images: [\"docker.io/**\"], deny: [run] }] }\n");
	is_refused("access: { rules: [{ users: [ci-1], allow: [reads] }] }\n");
	is_refused("access: { rules: [{ users: [ci-1], images: [\"docker.io/**\"], "
		   "allow: [run] }] }\n");
}

/* Its own rules a file may make final, and has scopes and exceptions of them all the same. */
static void test_own(void **state)
{
	(void) state;
	passes("rules: { pids-limit: { final: true } }\n" EXCEPT ", rules: [pids-limit] }]\n");
	passes("rules: { pids-limit: { final: true } }\n" OPTIONS
	       "pids-limit: { max: 500 } } }]\n");
	passes("rules: { pids-limit: { final: true } }\n" SCOPE
	       ", rules: { pids-limit: off } }]\n");
}

/* An exception that is tried out is one of the file's own. */
static void test_tried_out(void **state)
{
	static const char pids[] = EXCEPT ", options: { pids-limit: { max: 500 } } }]\n";
	static const char memory[] = EXCEPT ", options: { memory-limit: { max: 16g } } }]\n";
	OWN(diags) d = diags_new();
	const struct policy *p = NULL;

	(void) state;
	write_text("company.yaml", company, "");
	write_text("site.yaml", "version: 1\nprofile: ./company.yaml\n",
		   "rules: { pids-limit: { final: true } }\n");
	assert_int_equal(policy_load_with("site.yaml",
					  &(struct load_options){ .more = slice_str(pids) }, &p, d),
			 0);
	policy_unref(p);
	assert_int_equal(policy_load_with("site.yaml",
					  &(struct load_options){ .more = slice_str(memory) }, &p,
					  d),
			 BAD_INPUT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, scratch_enter, scratch_leave)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(rules),  TEST(options), TEST(scopes),    TEST(exceptions),
		TEST(access), TEST(own),     TEST(tried_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
