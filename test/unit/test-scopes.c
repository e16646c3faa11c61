/*
 * test-scopes.c - what `check` says of scopes and groups, whose scopes are tried first, and that
 * the index finds what trying each scope finds.
 *
 * What a scope makes of a request is in test/cases/scopes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "authz/decide.h"
#include "authz/reply.h"
#include "base/arena.h"
#include "base/array.h"
#include "log/record.h"
#include "policy/evaluate.h"
#include "policy/intent.h"
#include "policy/policy-load.h"
#include "policy/policy.h"
#include "policy/rule.h"
#include "scratch.h"
#include "when/scope.h"

enum { MUCH = 64 << 20, MANY = 100 };

#define DIGEST "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct policy *parse(const char *text, struct diags *d)
{
	struct policy_moment moment = { 0, SLICE("web-1") };
	const struct policy *p = NULL;
	int r = policy_parse_at(slice_str(text), "policy.yaml", &moment, &p, d);

	diags_print(d, stderr);
	assert_int_equal(r, 0);
	return p;
}

static void write_text(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, 0644), 0);
}

/* The one warning that a policy with these keys gets, or none. */
static void warns(const char *keys, const char *words)
{
	OWN(diags) d = diags_new();
	char text[1024];

	snprintf(text, sizeof(text), "version: 1\nprofile: none\nrules: { host-pid: deny }\n%s",
		 keys);
	OWN_POLICY p = parse(text, d);

	assert_non_null(p);
	assert_int_equal(diags_count(d), words ? 1 : 0);
	if (!words)
		return;
	assert_int_equal(diags_at(d, 0)->level, DIAG_WARNING);
	if (!strstr(diags_at(d, 0)->text, words))
		fail_msg("`%s` is not in: %s", words, diags_at(d, 0)->text);
}

#define LAXER(when) \
	"scopes: [{ name: a, when: { " when " }, rules: { host-pid: warn }, reason: R, owner: o }]"
#define STRICTER(when) "scopes: [{ name: a, when: { " when " }, rules: { host-ipc: deny } }]"

static void test_warnings(void **state)
{
	(void) state;
	warns(LAXER("user: kim"), NULL);
	warns(LAXER("image: \"docker.io/library/nginx@" DIGEST "\""), NULL);
	warns(LAXER("image: \"docker.io/library/nginx:1\""), "rests neither on a user");
	warns(LAXER("container: web"), "rests neither on a user");
	warns(LAXER("not: { user: kim }"), "rests neither on a user");
	warns(LAXER("user: \"*\""), "matches every request with a name");
	warns(STRICTER("container: web"), NULL);
	warns(STRICTER("not: { user: kim }"), NULL);
	warns(STRICTER("operation: \"*\""), "matches every request;");
	warns("groups: { ops: [kim], night: [lee] }\n" STRICTER("user: \"@ops\""),
	      "no list of users names the group `night`");
	/* Off outside, on in the scope: the exception is for something. */
	warns(STRICTER(
		      "user: kim") "\nexceptions: [{ name: e, rules: [host-ipc], when: { user: kim }, "
				   "reason: R, owner: o, expires: 2099-01-01 }]",
	      NULL);
}

/* What a rule is set to for a caller. */
static const struct rule_setting *setting(const struct policy *p, const char *user,
					  const char *rule)
{
	static struct arena *a;
	const struct rule_setting *settings = NULL;
	struct intent in = { .op = OP_CONTAINER_CREATE,
			     .caller = { slice_str(user), SLICE("TLS") } };

	arena_free(a);
	a = arena_new(MUCH);
	in.arena = a;
	assert_int_equal(evaluate_settings(p, &in, 0, a, &settings), 0);
	return &settings[rules_index(rules_find(slice_str(rule)))];
}

static void test_layers(void **state)
{
	OWN(diags) d = diags_new();
	const struct policy *loaded = NULL;

	(void) state;
	write_text("company.yaml", "version: 1\nprofile: none\n"
				   "groups: { guests: [\"guest-*\"] }\n"
				   "rules: { host-pid: warn }\n"
				   "scopes: [{ name: guests, when: { user: \"@guests\" }, rules: { "
				   "host-ipc: deny } }]\n");
	write_text("site.yaml",
		   "version: 1\nprofile: ./company.yaml\nrules: { host-uts: deny }\n"
		   "scopes:\n"
		   "  - { name: all, when: { user: \"*-1\" }, rules: { host-pid: deny } }\n"
		   "  - { name: more, when: { user: [\"@guests\", kim] }, rules: { "
		   "privileged: deny } }\n");
	assert_int_equal(policy_load("site.yaml", &loaded, d), 0);
	OWN_POLICY p = loaded;

	assert_int_equal(diags_count(d), 0);
	assert_int_equal(policy_scope_count(p), 3);
	/* The company's scope goes first, and starts from what the site says. */
	assert_int_equal(setting(p, "guest-1", "host-ipc")->action, ACTION_DENY);
	assert_int_equal(setting(p, "guest-1", "host-uts")->action, ACTION_DENY);
	assert_int_equal(setting(p, "guest-1", "host-pid")->action, ACTION_WARN);
	assert_int_equal(setting(p, "lee-1", "host-pid")->action, ACTION_DENY);
	assert_int_equal(setting(p, "kim", "privileged")->action, ACTION_DENY);
	assert_int_equal(setting(p, "lee", "privileged")->action, ACTION_OFF);
	assert_int_equal(setting(p, "", "host-pid")->action, ACTION_WARN);
}

/* A profile that a scope starts from changes with the program, and decisions with it. */
static void test_digest(void **state)
{
	OWN(diags) d = diags_new();
	OWN_POLICY one =
		parse("version: 1\nscopes: [{ name: a, when: { user: a }, profile: strict }]\n", d);
	OWN_POLICY same =
		parse("version: 1\nscopes: [{ name: a, when: { user: a }, profile: strict }]\n", d);
	OWN_POLICY other =
		parse("version: 1\nscopes: [{ name: a, when: { user: a }, profile: level2 }]\n", d);

	(void) state;
	assert_string_equal(policy_digest(one), policy_digest(same));
	assert_string_not_equal(policy_digest(one), policy_digest(other));
	assert_int_equal(setting(one, "a", "memory-limit")->action, ACTION_DENY);
	assert_int_equal(setting(one, "b", "memory-limit")->action, ACTION_OFF);
}

/* The profiles are a ladder: to go up asks for no less, to go down for less. */
static void test_strictness(void **state)
{
	static const char *const ladder[] = { "none",   "baseline", "steps",
					      "level1", "level2",   "strict" };

	(void) state;
	for (size_t i = 0; i < 36; i++) {
		struct policy_moment moment = { 0, SLICE("web-1") };
		OWN(diags) d = diags_new();
		OWN_POLICY p = NULL;
		char text[256];
		int wanted = i % 6 < i / 6 ? BAD_INPUT : 0;

		snprintf(text, sizeof(text),
			 "version: 1\nprofile: %s\n"
			 "scopes: [{ name: a, when: { user: a }, profile: %s }]\n",
			 ladder[i / 6], ladder[i % 6]);
		if (policy_parse_at(slice_str(text), "policy.yaml", &moment, &p, d) != wanted)
			fail_msg("%s in %s: %s", ladder[i % 6], ladder[i / 6],
				 diags_count(d) ? diags_at(d, 0)->text : "taken");
	}
}

/* Both ways, by an option of each kind. */
static void test_options(void **state)
{
	static const struct {
		const char *outside, *inside;
		bool laxer;
	} pairs[] = {
		{ "memory-limit: { action: deny, max: 4g }", "memory-limit: { max: 5g }", true },
		{ "memory-limit: { action: deny, max: 4g }", "memory-limit: { max: 3g }", false },
		{ "api-version: { action: deny, min: \"1.40\" }", "api-version: { min: \"1.9\" }",
		  true },
		{ "api-version: { action: deny, min: \"1.9\" }", "api-version: { min: \"1.40\" }",
		  false },
		{ "capabilities: { action: deny, allow: [CHOWN] }",
		  "capabilities: { allow: [CHOWN, KILL] }", true },
		{ "capabilities: { action: deny, allow: [CHOWN] }", "capabilities: { allow: [] }",
		  false },
		{ "container-user: { action: deny, allow: [\"1000\"] }",
		  "container-user: { allow: [] }", true },
		{ "sensitive-mounts: { action: deny, allow: [{ path: /etc/a, read_only: true }] }",
		  "sensitive-mounts: { allow: [/etc/a] }", true },
		{ "sensitive-mounts: { action: deny, resolve_symlinks: true }",
		  "sensitive-mounts: { resolve_symlinks: false }", true },
		{ "sensitive-mounts: { action: deny, add: [/srv] }",
		  "sensitive-mounts: { add: [/srv, /data] }", false },
		{ "sensitive-mounts: { action: deny, add: [/srv] }",
		  "sensitive-mounts: { add: [/data] }", true },
		{ "host-devices: { action: deny, allow: [{ path: /dev/fuse, permissions: r }] }",
		  "host-devices: { allow: [{ path: /dev/fuse, permissions: rw }] }", true },
		{ "host-devices: { action: deny, allow: [{ path: /dev/fuse, permissions: r }] }",
		  "host-devices: { allow: [{ path: /dev/null, permissions: r }] }", true },
		{ "host-pid: warn", "host-pid: off", true },
		{ "host-pid: warn", "host-pid: deny", false },
	};

	(void) state;
	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		struct policy_moment moment = { 0, SLICE("web-1") };
		OWN(diags) d = diags_new();
		OWN_POLICY p = NULL;
		char text[512];

		snprintf(text, sizeof(text),
			 "version: 1\nprofile: none\nrules:\n  %s\n"
			 "scopes: [{ name: a, when: { user: a }, rules: { %s } }]\n",
			 pairs[i].outside, pairs[i].inside);
		if (policy_parse_at(slice_str(text), "policy.yaml", &moment, &p, d) !=
		    (pairs[i].laxer ? BAD_INPUT : 0))
			fail_msg("%s: %s", text, diags_count(d) ? diags_at(d, 0)->text : "taken");
	}
}

/* Who reads a denial or a record learns by which settings it came about. */
static void test_told(void **state)
{
	static const char call[] =
		"{\"RequestMethod\":\"POST\",\"RequestUri\":\"/v1.41/containers/create\","
		"\"User\":\"%s\",\"RequestHeaders\":{\"Content-Type\":\"application/json\"},"
		"\"RequestBody\":\"eyJIb3N0Q29uZmlnIjp7IlBpZE1vZGUiOiJob3N0In19\"}";
	static const char *const users[] = { "kim", "lee" };
	OWN(diags) d = diags_new();
	OWN_POLICY p =
		parse("version: 1\nname: web\nprofile: none\nrules: { host-pid: deny }\n"
		      "scopes: [{ name: ci, when: { user: kim }, rules: { host-ipc: deny } }]\n",
		      d);

	(void) state;
	for (size_t i = 0; i < 2; i++) {
		OWN(arena) a = arena_new(MUCH);
		struct decide_env env = { 0 };
		struct decision decision;
		struct slice text, record;
		bool in_scope = i == 0;

		assert_int_equal(arena_printf(a, &text, call, users[i]), 0);
		decide(text, p, &env, a, &decision);
		assert_int_equal(record_write(&decision, a, &record), 0);
		assert_int_equal(reply_message(&decision, a, &text), 0);
		assert_int_equal(memmem(record.ptr, record.len, "\"scope\":\"ci\"}", 13) != NULL,
				 in_scope);
		assert_int_equal(arena_printf(a, &text, "%.*s", SLICE_ARG(text)), 0);
		assert_non_null(strstr(text.ptr, in_scope ? "policy web, scope ci, denies "
							  : "policy web denies "));
	}
}

/* Each takes the room of a whole policy. */
static void test_too_many(void **state)
{
	enum { MOST = 1000, EACH = 64 };
	static char text[(MOST + 2) * EACH];
	size_t len = (size_t) snprintf(text, sizeof(text), "version: 1\nprofile: none\nscopes:\n");

	(void) state;
	for (unsigned i = 0; i <= MOST; i++) {
		OWN(diags) d = diags_new();
		OWN_POLICY p = NULL;

		len += (size_t) snprintf(text + len, sizeof(text) - len,
					 "- {name: s%u, when: {user: u%u}, profile: level1}\n", i,
					 i);
		if (i + 2 < MOST)
			continue;
		assert_int_equal(policy_parse(slice_str(text), "policy.yaml", &p, d),
				 i < MOST ? 0 : BAD_INPUT);
		if (i == MOST)
			assert_non_null(strstr(diags_at(d, 0)->text, "at most 1000"));
	}
}

static size_t write_scope(char *to, size_t room, unsigned i)
{
	if (i % 3 == 0)
		return (size_t) snprintf(
			to, room, "  - { name: s%u, when: { user: \"u%u-*\" }, profile: level1 }\n",
			i, i);
	if (i % 3 == 1)
		return (size_t) snprintf(
			to, room,
			"  - { name: s%u, when: { image: \"r.io/i%u:*\" }, rules: { "
			"host-pid: deny } }\n",
			i, i);
	return (size_t) snprintf(to, room,
				 "  - { name: s%u, when: { user: \"*-x%u\", not: { image: "
				 "\"r.io/i%u:1\" } }, rules: { host-ipc: deny } }\n",
				 i, i, i);
}

/* Many scopes of every kind, by what they are found. */
static void test_index(void **state)
{
	static char text[1 << 16] = "version: 1\nprofile: none\nscopes:\n";
	OWN(diags) d = diags_new();
	OWN(arena) a = arena_new(MUCH);
	size_t len = strlen(text);

	(void) state;
	for (unsigned i = 0; i < MANY; i++)
		len += write_scope(text + len, sizeof(text) - len, i);
	OWN_POLICY p = parse(text, d);
	const struct scopes *scopes = policy_scopes(p);

	assert_int_equal(scopes->count, MANY);
	for (unsigned i = 0; i < 4 * MANY; i++) {
		char user[32], name[32];
		struct image image = { .given = SLICE("x"), .tag = SLICE("1") };
		struct intent in = { .arena = a,
				     .op = OP_CONTAINER_CREATE,
				     .images = { &image, 1 } };
		struct facts facts;
		size_t first = 0;

		snprintf(user, sizeof(user), "u%u-x%u", i % 5 ? i : i + 1, i % MANY);
		snprintf(name, sizeof(name), "r.io/i%u", i % 7 ? i * 31 % MANY : i % MANY);
		in.caller.user = slice_str(user);
		image.name = slice_str(name);
		image.may_be_id = i % 11 == 0;
		assert_int_equal(facts_of(&in, 0, a, &facts), 0);
		while (first < MANY && !when_holds(&scopes->items[first].when, &facts, DOUBT_HOLDS))
			first++;
		assert_ptr_equal(scopes_find(scopes, &facts),
				 first < MANY ? &scopes->items[first] : NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_warnings),
		cmocka_unit_test_setup_teardown(test_layers, scratch_enter, scratch_leave),
		cmocka_unit_test(test_digest),
		cmocka_unit_test(test_strictness),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_told),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
