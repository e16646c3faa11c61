/*
 * test-team-profile.c - `profile:` as a path: a team's own profile between a policy and the
 * built-in ones.
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
#include "when/access.h"

static void write_text(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, 0644), 0);
}

static enum action action(const struct policy *p, const char *rule)
{
	return policy_setting(p, rules_index(rules_find(slice_str(rule))))->action;
}

static const struct policy *load(const char *path, struct diags *d)
{
	const struct policy *p = NULL;
	int r = policy_load(path, &p, d);

	diags_print(d, stderr);
	assert_int_equal(r, 0);
	return p;
}

static void test_layers(void **state)
{
	OWN(diags) d = diags_new();

	(void) state;
	write_text("company.yaml", "version: 1\n"
				   "name: company\n"
				   "contact: docker@example.com\n"
				   "profile: level1\n"
				   "rules: { host-pid: warn, image-tag: deny }\n");
	write_text("site.yaml", "version: 1\n"
				"profile: ./company.yaml\n"
				"rules: { host-pid: deny }\n");
	OWN_POLICY p = load("site.yaml", d);

	assert_int_equal(diags_count(d), 0);
	assert_slice(policy_name(p), SLICE("company"));
	assert_slice(policy_contact(p), SLICE("docker@example.com"));
	assert_slice(policy_profile(p), SLICE("./company.yaml"));
	assert_slice(policy_profile_path(p), SLICE("./company.yaml"));
	assert_int_equal(action(p, "host-pid"), ACTION_DENY);
	assert_int_equal(action(p, "image-tag"), ACTION_DENY);
	assert_int_equal(action(p, "memory-limit"), ACTION_DENY); /* of level1 */
}

/* Relative to the file, whatever the current directory is. */
static void test_place(void **state)
{
	char folder[4096], *site, *wanted;
	OWN(diags) d = diags_new();

	(void) state;
	assert_int_equal(mkdir("team", 0755), 0);
	assert_int_equal(mkdir("sites", 0755), 0);
	write_text("team/base.yaml", "version: 1\nprofile: none\nrules: { host-ipc: deny }\n");
	write_text("sites/web.yaml", "version: 1\nprofile: ../team/base.yaml\n");
	assert_non_null(getcwd(folder, sizeof(folder)));
	assert_true(asprintf(&site, "%s/sites/web.yaml", folder) > 0);
	assert_true(asprintf(&wanted, "%s/sites/../team/base.yaml", folder) > 0);
	OWN_POLICY p = load(site, d);

	assert_int_equal(action(p, "host-ipc"), ACTION_DENY);
	assert_int_equal(action(p, "host-pid"), ACTION_OFF);
	assert_slice(policy_profile_path(p), slice_str(wanted));
	free(site);
	free(wanted);
}

static void test_editions_apart(void **state)
{
	OWN(diags) d = diags_new();

	(void) state;
	write_text("company.yaml", "version: 1\nbenchmark: cis-docker-1.6.0\nprofile: none\n"
				   "rules: { \"5.5\": deny }\n");
	write_text("site.yaml", "version: 1\nbenchmark: cis-docker-1.11.0\n"
				"profile: ./company.yaml\nrules: { \"5.5\": deny }\n");
	write_text("heir.yaml", "version: 1\nprofile: ./company.yaml\nrules: { \"5.6\": warn }\n");
	OWN_POLICY site = load("site.yaml", d);
	OWN_POLICY heir = load("heir.yaml", d);

	assert_int_equal(action(site, "privileged"), ACTION_DENY);       /* 5.5 of the profile */
	assert_int_equal(action(site, "sensitive-mounts"), ACTION_DENY); /* 5.5 of the site */
	assert_int_equal(policy_edition(site), EDITION_1_11_0);
	assert_int_equal(action(heir, "sensitive-mounts"), ACTION_WARN); /* as the profile counts */
	assert_int_equal(policy_edition(heir), EDITION_1_6_0);
}

/* A change of either file is another policy. */
static void test_digest(void **state)
{
	OWN(diags) d = diags_new();

	(void) state;
	write_text("company.yaml", "version: 1\n");
	write_text("site.yaml", "version: 1\nprofile: ./company.yaml\n");
	OWN_POLICY before = load("site.yaml", d);

	write_text("company.yaml", "version: 1 # changed\n");
	OWN_POLICY after = load("site.yaml", d);

	assert_string_not_equal(policy_digest(before), policy_digest(after));
}

/* What moves from the one file to the other may change its meaning, and makes another policy. */
static void test_digest_tells_files_apart(void **state)
{
	OWN(diags) d = diags_new();

	(void) state;
	write_text("company.yaml", "rules: { host-pid: deny }\nversion: 1\n");
	write_text("site.yaml", "version: 1\nprofile: ./company.yaml\n");
	OWN_POLICY before = load("site.yaml", d);

	write_text("company.yaml", "version: 1\n");
	write_text("site.yaml", "version: 1\nprofile: ./company.yaml\nrules: { host-pid: deny }\n");
	OWN_POLICY after = load("site.yaml", d);

	assert_string_not_equal(policy_digest(before), policy_digest(after));
}

static void test_lowering_is_said(void **state)
{
	OWN(diags) d = diags_new();

	(void) state;
	write_text("company.yaml", "version: 1\nprofile: level1\nmode: enforce\n"
				   "rules: { privileged: deny, host-pid: warn }\n");
	write_text("site.yaml", "version: 1\nprofile: ./company.yaml\nmode: warn\n"
				"rules:\n  privileged: off\n  host-pid: deny\n  host-ipc: off\n");
	OWN_POLICY p = load("site.yaml", d);

	assert_int_equal(action(p, "privileged"), ACTION_OFF);
	assert_int_equal(diags_count(d), 4);
	assert_int_equal(diags_at(d, 0)->level, DIAG_WARNING);
	assert_string_equal(diags_at(d, 0)->text, "`mode` is lowered to warn here");
	assert_string_equal(diags_at(d, 1)->mark.file, "./company.yaml");
	assert_string_equal(diags_at(d, 2)->text, "`privileged` is lowered to off here");
	assert_int_equal(diags_at(d, 2)->mark.line, 5);
	assert_string_equal(diags_at(d, 3)->text, "the profile says deny");
	assert_int_equal(diags_at(d, 3)->mark.line, 4);
}

/* The rule that judges `access` is lowered under its own name. */
static void test_lowering_of_access_is_said(void **state)
{
	OWN(diags) d = diags_new();

	(void) state;
	write_text("company.yaml",
		   "version: 1\n"
		   "access: { rules: [ { users: [\"ci-*\"], deny: [changes] } ] }\n");
	write_text("site.yaml", "version: 1\nprofile: ./company.yaml\n"
				"rules: { trusted-users: off }\n");
	OWN_POLICY p = load("site.yaml", d);

	assert_int_equal(action(p, "trusted-users"), ACTION_OFF);
	assert_int_equal(diags_count(d), 2);
	assert_string_equal(diags_at(d, 0)->text, "`trusted-users` is lowered to off here");
	assert_string_equal(diags_at(d, 1)->mark.file, "./company.yaml");
	assert_int_equal(diags_at(d, 1)->mark.line, 2);
}

/* The profile's rules come first, so the file cannot give what they refuse. */
static void test_access_of_both(void **state)
{
	const struct access *a;
	OWN(diags) d = diags_new();
	size_t rule;

	(void) state;
	write_text("company.yaml", "version: 1\naccess:\n  default: deny\n  rules:\n"
				   "    - { users: [\"**\"], deny: [plugin.*] }\n");
	write_text("site.yaml", "version: 1\nprofile: ./company.yaml\naccess:\n  rules:\n"
				"    - { users: [\"ci-*\"], allow: [changes] }\n");
	OWN_POLICY p = load("site.yaml", d);

	a = policy_setting(p, rules_index(rules_find(SLICE("trusted-users"))))->config;
	assert_true(access_allows(
		a, &(struct access_question){ SLICE("ci-1"), OP_CONTAINER_CREATE, NULL }, &rule));
	assert_int_equal(rule, 2);
	assert_false(access_allows(
		a, &(struct access_question){ SLICE("ci-1"), OP_PLUGIN_PULL, NULL }, &rule));
	assert_int_equal(rule, 1);
	assert_false(access_allows(
		a, &(struct access_question){ SLICE("dev/1"), OP_PLUGIN_PULL, NULL }, &rule));
	assert_int_equal(rule, 1);
	assert_false(access_allows(
		a, &(struct access_question){ SLICE(""), OP_CONTAINER_CREATE, NULL }, &rule));
	assert_int_equal(rule, 0);
}

static void test_exceptions_of_both(void **state)
{
	OWN(diags) d = diags_new();

	(void) state;
#define EXCEPTION(name)                                            \
	"exceptions:\n  - name: " name "\n    rules: [host-pid]\n" \
	"    when: { user: ops }\n    reason: x\n    owner: y\n"   \
	"    expires: 2199-01-01\n"
	write_text("company.yaml", "version: 1\n" EXCEPTION("one"));
	write_text("site.yaml", "version: 1\nprofile: ./company.yaml\n" EXCEPTION("two"));
	OWN_POLICY p = load("site.yaml", d);

	assert_int_equal(policy_exception_count(p), 2);
}

static void test_trust(void **state)
{
	const struct policy *p = NULL;
	OWN(diags) d = diags_new();

	(void) state;
	write_text("company.yaml", "version: 1\n");
	write_text("site.yaml", "version: 1\nprofile: ./company.yaml\n");
	assert_int_equal(chmod("company.yaml", 0666), 0);
	assert_int_equal(policy_load("site.yaml", &p, d), BAD_INPUT);
	assert_non_null(strstr(diags_at(d, 0)->text, "mode 0666"));
	assert_string_equal(diags_at(d, 0)->mark.file, "./company.yaml");
	assert_int_equal(diags_at(d, 1)->mark.line, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, scratch_enter, scratch_leave)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(layers),
		TEST(place),
		TEST(editions_apart),
		TEST(digest),
		TEST(digest_tells_files_apart),
		TEST(lowering_is_said),
		TEST(lowering_of_access_is_said),
		TEST(access_of_both),
		TEST(exceptions_of_both),
		TEST(trust),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
