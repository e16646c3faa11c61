/*
 * test-policy-load.c - YAML to policy: what settings become, and what mistakes are answered.
 *
 * Every folder of test/bad-policies holds a policy and the exact text of its complaints.
 */
#include "policy/policy-load.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/read-file.h"
#include "load/param.h"
#include "policy-internal.h"
#include "policy/policy.h"
#include "policy/profiles.h"
#include "policy/rule.h"
#include "yaml/yaml-doc.h"

static const struct rule_setting *setting(const struct policy *p, const char *name)
{
	const struct rule *rule = rules_find(slice_str(name));

	return policy_setting(
		p, rules_index(rule ? rule : edition_rule(EDITION_1_11_0, slice_str(name))));
}

static const struct policy *parse(const char *text)
{
	OWN(diags) d = diags_new();
	const struct policy *p = NULL;
	int r = policy_parse(slice_str(text), "policy.yaml", &p, d);

	diags_print(d, stderr);
	assert_int_equal(r, 0);
	assert_int_equal(diags_count(d), 0);
	return p;
}

/* The list that the option `name` of `rule` was read into. */
static const struct words *words_of(const struct policy *p, const char *rule, const char *name)
{
	const struct param *param = rules_find(slice_str(rule))->params;
	const char *config = setting(p, rule)->config;
	const void *words;

	while (strcmp(param->name, name) != 0)
		param++;
	words = config + param->offset;
	return words;
}

static void assert_slice(struct slice s, const char *text)
{
	assert_int_equal(s.len, strlen(text));
	assert_memory_equal(s.ptr, text, s.len);
}

static void test_empty_is_baseline(void **state)
{
	static const char *const texts[] = { "", "\n", "# nothing\n", "---\n", "\xef\xbb\xbf" };

	(void) state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		OWN_POLICY p = parse(texts[i]);

		assert_slice(policy_name(p), "baseline");
		assert_slice(policy_profile(p), "baseline");
		assert_true(policy_enforces(p));
		assert_int_equal(setting(p, "privileged")->action, ACTION_DENY);
		assert_int_equal(setting(p, "swarm-control")->action, ACTION_OFF);
	}
}

static void test_no_file_is_baseline(void **state)
{
	OWN(diags) d = diags_new();
	OWN_POLICY built_in = NULL;
	OWN_POLICY empty = parse("");

	(void) state;
	assert_int_equal(policy_load(NULL, &built_in, d), 0);
	assert_slice(policy_name(built_in), "baseline");
	assert_string_equal(policy_digest(built_in), policy_digest(empty));
}

/* Said once, and nothing is read in its place. */
static void test_file_that_is_not_there(void **state)
{
	OWN(diags) d = diags_new();
	OWN_POLICY p = NULL;

	(void) state;
	assert_int_equal(policy_load("/nowhere/policy.yaml", &p, d), BAD_INPUT);
	assert_null(p);
	assert_int_equal(diags_count(d), 1);
}

static void test_none(void **state)
{
	OWN_POLICY p = parse("version: 1\nprofile: none\n");

	(void) state;
	assert_slice(policy_profile(p), "none");
	for (size_t i = 0; i < rules_count(); i++)
		assert_int_equal(policy_setting(p, i)->action,
				 rules_at(i)->always ? ACTION_DENY : ACTION_OFF);
}

/* A person who reads a profile must see everything that it does. */
static void test_profiles_say_everything(void **state)
{
	(void) state;
	for (const struct embedded_profile *profile = profiles; profile->name; profile++) {
		OWN(arena) a = arena_new(1 << 20);
		OWN(diags) d = diags_new();
		const struct yaml_node *root, *rules;

		assert_int_equal(yaml_read(a, (struct slice){ profile->text, profile->len },
					   profile->name, &root, d),
				 0);
		assert_false(diags_bad(d));
		assert_slice(yaml_get(root, SLICE("name"))->text, profile->name);
		rules = yaml_get(root, SLICE("rules"));
		assert_int_equal(rules->count, rules_count());
		for (size_t i = 0; i < rules_count(); i++) {
			const struct rule *rule = rules_at(i);
			const struct yaml_node *n = yaml_get(rules, slice_str(rule->id));

			assert_non_null(n);
			if (n->kind == YAML_SCALAR && slice_eq(n->text, SLICE("off")))
				continue;
			for (const struct param *o = rule->params; o && o->kind != PARAM_END; o++)
				assert_non_null(yaml_get(n, slice_str(o->name)));
		}
	}
}

static void test_keys(void **state)
{
	OWN_POLICY p = parse("version: 1\n"
			     "name: web-hosts\n"
			     "benchmark: cis-docker-1.11.0\n"
			     "profile: none\n"
			     "mode: warn\n");

	(void) state;
	assert_slice(policy_name(p), "web-hosts");
	assert_slice(policy_profile(p), "none");
	assert_false(policy_enforces(p));
}

static void test_letters_of_names(void **state)
{
	static const char taken[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-_.";
	char longest[POLICY_NAME_MOST + 1];

	(void) state;
	for (int c = 0; c < 256; c++) {
		char letter = (char) c;

		assert_int_equal(policy_is_name((struct slice){ &letter, 1 }),
				 c != 0 && strchr(taken, c) != NULL);
	}
	memset(longest, 'a', sizeof(longest));
	assert_false(policy_is_name(SLICE("")));
	assert_true(policy_is_name((struct slice){ longest, POLICY_NAME_MOST }));
	assert_false(policy_is_name((struct slice){ longest, POLICY_NAME_MOST + 1 }));
}

/* What stands in a policy's text is what its reader sees. */
static void test_characters(void **state)
{
	static const struct {
		const char *character, *complaint;
	} rows[] = {
		{ "~", NULL },
		{ "\x7f", "is a control character" },
		{ "\xc2\x80", "is a control character" },
		{ "\xc2\x84", "is a control character" },
		{ "\xc2\x85", "ends a line here" },
		{ "\xc2\x86", "is a control character" },
		{ "\xc2\x9f", "is a control character" },
		{ "\xc2\xa1", NULL },
		{ "\xe2\x80\xa7", NULL },
		{ "\xe2\x80\xa8", "ends a line here" },
		{ "\xe2\x80\xa9", "ends a line here" },
		{ "\xe2\x80\xaa", "in another order" },
		{ "\xe2\x80\xae", "in another order" },
		{ "\xe2\x80\xb0", NULL },
		{ "\xe2\x81\xa6", "in another order" },
		{ "\xe2\x81\xa9", "in another order" },
		{ "\xef\xbb\xbe", NULL },
		{ "\xef\xbb\xbf", "does not belong into text" },
		{ "\xef\xbc\x81", NULL },
		{ "\xef\xbf\xbc", NULL },
		{ "\xef\xbf\xbe", "does not belong into text" },
		{ "\xef\xbf\xbf", "does not belong into text" },
		{ "\xf0\x90\x80\x80", NULL },
		{ "\xe2\x80\x8b", "is shown by no editor" },
		{ "\x1f", "is a control character" },
		{ " ", NULL },
	};

	(void) state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		OWN(diags) d = diags_new();
		OWN_POLICY p = NULL;
		char text[128];
		int r;

		snprintf(text, sizeof(text),
			 "version: 1\nrules:\n  exec-user: { allow: [\"a%sb\"] }\n",
			 rows[i].character);
		r = policy_parse(slice_str(text), "policy.yaml", &p, d);
		if (r != (rows[i].complaint ? BAD_INPUT : 0))
			fail_msg("row %zu is %s", i, r ? diags_at(d, 0)->text : "taken");
		if (r)
			assert_non_null(strstr(diags_at(d, 0)->text, rows[i].complaint));
	}
}

/* Words of a list that are taken, and such that could never match. */
static void test_words_of_rules(void **state)
{
	static const struct {
		const char *setting;
		bool taken;
	} rows[] = {
		{ "trusted-images: { action: deny, allow: [\"docker.io/library/*\"] }", true },
		{ "trusted-images: { action: deny, allow: [\"localhost/a\"] }", true },
		{ "trusted-images: { action: deny, allow: [\"registry:5000/a\"] }", true },
		{ "trusted-images: { action: deny, allow: [\"reg*/a\"] }", true },
		{ "trusted-images: { action: deny, allow: [\"reg?/a\"] }", true },
		{ "trusted-images: { action: deny, allow: [\"**\"] }", true },
		{ "trusted-images: { action: deny, allow: [\"registry/a\"] }", false },
		{ "trusted-images: { action: deny, allow: [\"nginx\"] }", false },
		{ "trusted-images: { action: deny, allow: [\"r.example.com/a b\"] }", false },
		{ "trusted-images: { action: deny, allow: [\"r.example.com/(a)\"] }", false },
		{ "trusted-images: { action: deny, ids: deny, naming: allow, allow: [\"**\"] }",
		  true },
		{ "trusted-images: { action: deny, ids: never, allow: [\"**\"] }", false },
	};

	(void) state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		OWN(diags) d = diags_new();
		OWN_POLICY p = NULL;
		char text[256];

		snprintf(text, sizeof(text), "version: 1\nprofile: none\nrules:\n  %s\n",
			 rows[i].setting);
		if (policy_parse(slice_str(text), "policy.yaml", &p, d) !=
		    (rows[i].taken ? 0 : BAD_INPUT))
			fail_msg("%s is %s", rows[i].setting, rows[i].taken ? "refused" : "taken");
	}
}

static void test_names_and_numbers(void **state)
{
	OWN_POLICY p = parse("version: 1\n"
			     "rules:\n"
			     "  privileged: warn\n"
			     "  \"5.9\": off\n"
			     "  5.15: warn\n"
			     "  2.8: \"off\"\n"
			     "  opaque-request: warn\n"
			     "  docker-socket: { action: warn }\n");

	(void) state;
	assert_int_equal(setting(p, "5.4")->action, ACTION_WARN);
	assert_int_equal(setting(p, "host-network")->action, ACTION_OFF);
	assert_int_equal(setting(p, "host-pid")->action, ACTION_WARN);
	assert_int_equal(setting(p, "host-userns")->action, ACTION_OFF);
	assert_int_equal(setting(p, "opaque-request")->action, ACTION_WARN);
	assert_int_equal(setting(p, "docker-socket")->action, ACTION_WARN);
	assert_int_equal(setting(p, "host-ipc")->action, ACTION_DENY);
}

static void test_options(void **state)
{
	OWN_POLICY p = parse("version: 1\n"
			     "rules:\n"
			     "  capabilities: { allow: [CHOWN, cap_kill], require_drop: [ALL] }\n"
			     "  exec-user: { action: warn, allow: [1000, \"www-*\"] }\n"
			     "  host-devices:\n"
			     "    allow: [/dev/fuse, { path: \"/dev/dri/*\", permissions: rw }]\n");
	const struct words *allow = words_of(p, "capabilities", "allow");
	const struct allowed_devices *devices =
		(const struct allowed_devices *) words_of(p, "host-devices", "allow");

	(void) state;
	assert_int_equal(setting(p, "capabilities")->action, ACTION_DENY);
	assert_int_equal(allow->count, 2);
	assert_slice(allow->items[1], "cap_kill");
	assert_int_equal(words_of(p, "capabilities", "require_drop")->count, 1);
	assert_int_equal(setting(p, "exec-user")->action, ACTION_WARN);
	assert_slice(words_of(p, "exec-user", "allow")->items[0], "1000");
	assert_int_equal(devices->count, 2);
	assert_slice(devices->items[0].permissions, "rwm");
	assert_slice(devices->items[1].path, "/dev/dri/*");
	assert_slice(devices->items[1].permissions, "rw");
}

/* A list replaces the profile's; what is not given stays. */
static void test_layers(void **state)
{
	OWN_POLICY baseline = parse("");
	OWN_POLICY p = parse("version: 1\n"
			     "rules:\n"
			     "  sensitive-mounts:\n"
			     "    add: [/srv/secrets]\n"
			     "    allow:\n"
			     "      - /etc/hostname\n"
			     "      - { path: /etc/hosts, read_only: true }\n");
	const struct allowed_paths *allow =
		(const struct allowed_paths *) words_of(p, "sensitive-mounts", "allow");

	(void) state;
	assert_int_equal(words_of(p, "sensitive-mounts", "add")->count, 1);
	assert_int_equal(allow->count, 2);
	assert_false(allow->items[0].read_only);
	assert_slice(allow->items[1].path, "/etc/hosts");
	assert_true(allow->items[1].read_only);
	assert_true(words_of(p, "sensitive-mounts", "paths")->count > 20);
	assert_int_equal(words_of(p, "sensitive-mounts", "paths")->count,
			 words_of(baseline, "sensitive-mounts", "paths")->count);
}

static void test_none_with_options(void **state)
{
	OWN_POLICY p = parse("version: 1\n"
			     "profile: none\n"
			     "rules:\n"
			     "  sensitive-mounts: { action: deny }\n"
			     "  capabilities: { action: deny, allow: [] }\n");

	(void) state;
	assert_int_equal(setting(p, "sensitive-mounts")->action, ACTION_DENY);
	assert_true(words_of(p, "sensitive-mounts", "paths")->count > 0); /* the rule's default */
	assert_int_equal(words_of(p, "capabilities", "allow")->count, 0);
}

static void test_digest(void **state)
{
	OWN_POLICY one = parse("version: 1\n");
	OWN_POLICY same = parse("version: 1\n");
	OWN_POLICY other = parse("version: 1 \n");

	(void) state;
	assert_int_equal(strlen(policy_digest(one)), 64);
	assert_int_equal(strspn(policy_digest(one), "0123456789abcdef"), 64);
	assert_string_equal(policy_digest(one), policy_digest(same));
	assert_string_not_equal(policy_digest(one), policy_digest(other));
}

/* A number means what the named edition means by it; a name is the same in all. */
static void test_editions(void **state)
{
	OWN_POLICY first = parse("version: 1\nprofile: none\nrules: { \"5.4\": deny }\n");
	OWN_POLICY later = parse("version: 1\nprofile: none\nbenchmark: cis-docker-1.6.0\n"
				 "rules: { \"5.4\": deny, \"5.32\": warn, host-pid: deny }\n");
	OWN_POLICY latest = parse("version: 1\nprofile: none\nrules: { \"5.5\": deny }\n"
				  "benchmark: cis-docker-1.7.0\n");

	OWN_POLICY moved = parse("version: 1\nprofile: none\nbenchmark: cis-docker-1.8.0\n"
				 "rules: { \"2.8\": deny, \"2.14\": warn, \"5.5\": deny }\n");

	(void) state;
	assert_int_equal(setting(moved, "tls-authentication")->action, ACTION_DENY);
	assert_int_equal(setting(moved, "log-driver")->action, ACTION_WARN);
	assert_int_equal(setting(moved, "privileged")->action, ACTION_DENY);
	assert_int_equal(setting(first, "privileged")->action, ACTION_DENY);
	assert_int_equal(setting(later, "privileged")->action, ACTION_OFF);
	assert_int_equal(setting(later, "capabilities")->action, ACTION_DENY);
	assert_int_equal(setting(later, "docker-socket")->action, ACTION_WARN);
	assert_int_equal(setting(later, "host-pid")->action, ACTION_DENY);
	assert_int_equal(setting(latest, "privileged")->action, ACTION_DENY);
	assert_string_equal(edition_number(EDITION_1_11_0, rules_find(SLICE("privileged"))), "5.4");
	assert_string_equal(edition_number(EDITION_1_7_0, rules_find(SLICE("privileged"))), "5.5");
	assert_string_equal(edition_number(EDITION_1_6_0, rules_find(SLICE("image-digest"))),
			    "4.5");
	assert_null(edition_number(EDITION_1_6_0, rules_find(SLICE("runtime"))));
}

/* The sanitizers see a use after the last unref, and a leak without it. */
static void test_references(void **state)
{
	const struct policy *p = parse("version: 1\nname: kept\n");

	(void) state;
	assert_ptr_equal(policy_ref(p), p);
	policy_unref(p);
	assert_slice(policy_name(p), "kept");
	policy_unref(p);
	policy_unref(NULL);
}

/* Nothing in the policy may point into the text or the tree. */
static void test_text_may_go(void **state)
{
	char *text = strdup("version: 1\nname: kept\nrules: { exec-user: { allow: [web] } }\n");
	OWN_POLICY p = parse(text);

	(void) state;
	memset(text, 'x', strlen(text));
	free(text);
	assert_slice(policy_name(p), "kept");
	assert_slice(words_of(p, "exec-user", "allow")->items[0], "web");
}

struct config {
	uint64_t max;
	bool strict;
};

static const struct param params[] = {
	PARAM_COUNT(struct config, max, 1, 512, "highest limit"),
	PARAM_BOOL(struct config, strict, "strictness"),
	{ 0 },
};

static const struct rule limit = { .id = "limit", .params = params, .size = sizeof(struct config) };

/* What is complained about `text` as options of the rule above; NULL for nothing. */
static void read_limit(const char *text, struct config *c, const char *complaint)
{
	OWN(arena) a = arena_new(1 << 20);
	OWN(diags) d = diags_new();
	const struct yaml_node *root;

	assert_int_equal(yaml_read(a, slice_str(text), "x", &root, d), 0);
	assert_int_equal(param_read(&limit, root, c, a, d), 0);
	assert_int_equal(diags_count(d), complaint ? 1 : 0);
	if (complaint)
		assert_string_equal(diags_at(d, 0)->text, complaint);
}

static void test_numbers(void **state)
{
	struct config c = { .max = 7 };

	(void) state;
	read_limit("strict: true\n", &c, NULL);
	assert_int_equal(c.max, 7);
	assert_true(c.strict);
	read_limit("{ max: 512, strict: false }\n", &c, NULL);
	assert_int_equal(c.max, 512);
	assert_false(c.strict);
	read_limit(
		"max: 513\n", &c,
		"`max` of `limit` must be a whole number from 1 to 512, without quotes, not `513`");
	read_limit(
		"max: 0\n", &c,
		"`max` of `limit` must be a whole number from 1 to 512, without quotes, not `0`");
	read_limit(
		"max: \"5\"\n", &c,
		"`max` of `limit` must be a whole number from 1 to 512, without quotes, not `\"5\"`");
	read_limit(
		"max: 0x10\n", &c,
		"`max` of `limit` must be a whole number from 1 to 512, without quotes, not `0x10`");
	assert_int_equal(c.max, 512);
}

static char *path_of(const char *folder, const char *name, const char *file)
{
	const char *data = getenv("CIS_AUTHZ_TEST_DATA");
	char *path;

	assert_non_null(data);
	assert_true(asprintf(&path, "%s/%s/%s/%s", data, folder, name, file) > 0);
	return path;
}

static struct slice contents(struct arena *a, const char *name, const char *file)
{
	OWN(diags) d = diags_new();
	char *path = path_of("bad-policies", name, file);
	struct slice text;

	assert_int_equal(read_file(a, path, 1 << 20, 0, &text, d), 0);
	free(path);
	return text;
}

/* Where the policy names another file, it lies beside it. */
static void enter(const char *folder)
{
	char *path = path_of("bad-policies", folder, ".");

	assert_int_equal(chdir(path), 0);
	free(path);
}

static void check_bad_policy(const char *name)
{
	OWN(arena) a = arena_new(4 << 20);
	OWN(diags) d = diags_new();
	const struct policy *p = NULL;
	char *printed = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&printed, &len);
	struct slice expected = contents(a, name, "errors");

	print_message("bad-policies/%s\n", name);
	enter(name);
	assert_int_equal(policy_parse(contents(a, name, "policy.yaml"), "policy.yaml", &p, d),
			 BAD_INPUT);
	assert_null(p);
	diags_print(d, out);
	fclose(out);
	assert_slice(expected, printed);
	free(printed);
}

static void test_bad_policies(void **state)
{
	char *folder = path_of("bad-policies", ".", ".");
	DIR *dir = opendir(folder);
	unsigned count = 0;

	(void) state;
	assert_non_null(dir);
	for (struct dirent *entry; (entry = readdir(dir));) {
		if (entry->d_name[0] == '.')
			continue;
		check_bad_policy(entry->d_name);
		count++;
	}
	closedir(dir);
	free(folder);
	assert_true(count >= 80);
}

/* Half of it would mean something else, so none of it counts. */
static void test_too_large(void **state)
{
	OWN(arena) a = arena_new(YAML_SIZE_MOST + 4096);
	OWN(diags) d = diags_new();
	OWN(diags) none = diags_new();
	OWN_POLICY p = NULL;
	size_t len = YAML_SIZE_MOST + 1;
	char *text = arena_bytes(a, len);

	(void) state;
	memset(text, '#', len);
	assert_int_equal(policy_parse((struct slice){ text, len }, "policy.yaml", &p, d),
			 BAD_INPUT);
	assert_string_equal(diags_at(d, 0)->text, "the file is larger than 16 MiB");
	assert_int_equal(policy_parse((struct slice){ text, len - 1 }, "policy.yaml", &p, none), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty_is_baseline),
		cmocka_unit_test(test_no_file_is_baseline),
		cmocka_unit_test(test_file_that_is_not_there),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_profiles_say_everything),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_letters_of_names),
		cmocka_unit_test(test_characters),
		cmocka_unit_test(test_words_of_rules),
		cmocka_unit_test(test_names_and_numbers),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_layers),
		cmocka_unit_test(test_none_with_options),
		cmocka_unit_test(test_digest),
		cmocka_unit_test(test_editions),
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_text_may_go),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_too_large),
		cmocka_unit_test(test_bad_policies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
