/*
 * test-exceptions.c - until when an exception holds, for which host, and what `check` says of it.
 *
 * What it asks of a request is in test/cases/exceptions; here is what no case can have: another
 * day, and another host.
 */
#include "unit.h"

#include <errno.h>
#include <stdio.h>

#include "authz/decide.h"
#include "base/arena.h"
#include "base/array.h"
#include "base/glob-index.h"
#include "base/glob.h"
#include "kit/caller.h"
#include "policy/evaluate.h"
#include "policy/intent.h"
#include "policy/policy-load.h"
#include "policy/policy.h"
#include "policy/rule.h"
#include "scratch.h"
#include "when/access.h"
#include "when/exception.h"

enum { DAY = 24 * 60 * 60, MUCH = 64 << 20 };

static const int64_t EXPIRES = 1806537600; /* 2027-04-01T00:00:00Z, the day after the one written */

#define POLICY_WITH(when, expires, action)  \
	"version: 1\n"                      \
	"profile: none\n"                   \
	"rules: { host-pid: " action " }\n" \
	"exceptions:\n"                     \
	"  - name: metrics\n"               \
	"    rules: [host-pid]\n"           \
	"    when: { " when " }\n"          \
	"    reason: SEC-142\n"             \
	"    owner: ops@example.com\n" expires
#define POLICY(when, expires) POLICY_WITH(when, expires, "deny")

#define UNTIL                 "    expires: 2027-03-31\n"

static const struct policy *parse(const char *text, int64_t now, const char *host, struct diags *d)
{
	struct policy_moment moment = { now, slice_str(host) };
	const struct policy *p = NULL;
	int r = policy_parse_at(slice_str(text), "policy.yaml", &moment, &p, d);

	diags_print(d, stderr);
	assert_int_equal(r, 0);
	return p;
}

/* A container in the host's process namespace, made by ops-1, judged at `now`. */
static enum outcome judge(const struct policy *p, int64_t now)
{
	OWN(arena) a = arena_new(MUCH);
	struct intent in = {
		.arena = a,
		.subjects = SUBJECT_CALL | SUBJECT_CONTAINER,
		.op = OP_CONTAINER_CREATE,
		.caller = { SLICE("ops-1"), SLICE("TLS") },
	};
	struct verdict *v = NULL;

	reading_start(&in.reading, a);
	in.container.pid_mode = (struct field_text){ FIELD_SET, SLICE("host"), NULL };
	assert_int_equal(evaluate(p, &in, now, a, &v), 0);
	assert_int_equal(verdict_count(v), 1);
	assert_int_equal(violation_denies(verdict_violations(v)),
			 verdict_outcome(v) == OUTCOME_DENY);
	return verdict_outcome(v);
}

static void test_last_day(void **state)
{
	OWN(diags) d = diags_new();
	OWN_POLICY p = parse(POLICY("user: ops-1", UNTIL), EXPIRES - 100 * DAY, "web-1", d);

	(void) state;
	assert_int_equal(diags_count(d), 0);
	assert_int_equal(judge(p, 0), OUTCOME_ALLOW);
	assert_int_equal(judge(p, EXPIRES - 1), OUTCOME_ALLOW);
	assert_int_equal(judge(p, EXPIRES), OUTCOME_DENY);
	assert_int_equal(judge(p, EXPIRES + 365 * DAY), OUTCOME_DENY);
	assert_int_equal(policy_expiring(p, EXPIRES - DAY, DAY), 1);
	assert_int_equal(policy_expiring(p, EXPIRES - DAY, DAY - 1), 0);
	assert_int_equal(policy_expiring(p, EXPIRES, DAY), 0);
	assert_int_equal(policy_expired(p, EXPIRES - 1), 0);
	assert_int_equal(policy_expired(p, EXPIRES), 1);
}

/* In a process that has seen the time `seen`, which may be later than the clock's. */
static enum outcome decide_after(const struct policy *p, int64_t seen, uint64_t *ret_id)
{
	static const char call[] =
		"{\"RequestMethod\":\"POST\",\"RequestUri\":\"/v1.41/containers/create\","
		"\"User\":\"ops-1\",\"RequestHeaders\":{\"Content-Type\":\"application/json\"},"
		"\"RequestBody\":\"eyJIb3N0Q29uZmlnIjp7IlBpZE1vZGUiOiJob3N0In19\"}";
	OWN(arena) a = arena_new(MUCH);
	struct decide_env env = { .last_id = (uint64_t) seen * 1000000 };
	struct decision d;

	decide(slice_str(call), p, &env, a, &d);
	*ret_id = d.id;
	return d.outcome;
}

static void test_clock_set_back(void **state)
{
	const int64_t far = INT64_C(4102444800); /* 2100 */
	OWN(diags) d = diags_new();
	OWN_POLICY p =
		parse(POLICY("user: ops-1", "    expires: 2099-12-31\n"), EXPIRES, "web-1", d);
	uint64_t id;

	(void) state;
	assert_int_equal(decide_after(p, 0, &id), OUTCOME_ALLOW);
	assert_int_equal(decide_after(p, far - 1, &id), OUTCOME_ALLOW);
	assert_int_equal(decide_after(p, far, &id), OUTCOME_DENY);
	assert_int_equal(id, (uint64_t) far * 1000000 + 1);
}

static void test_hosts(void **state)
{
	static const struct {
		const char *host;
		enum outcome outcome;
	} hosts[] = { { "web-1", OUTCOME_ALLOW },
		      { "web-1.example.com", OUTCOME_ALLOW },
		      { "db-1", OUTCOME_DENY },
		      { "", OUTCOME_DENY } };

	(void) state;
	for (size_t i = 0; i < COUNT_OF(hosts); i++) {
		OWN(diags) d = diags_new();
		OWN_POLICY p =
			parse(POLICY("user: ops-1, host: \"web-*\"", UNTIL), 0, hosts[i].host, d);

		assert_int_equal(judge(p, 0), hosts[i].outcome);
	}
}

/* The one warning that a policy gets, or none. */
static void warns(const char *text, int64_t now, const char *words)
{
	OWN(diags) d = diags_new();
	OWN_POLICY p = parse(text, now, "web-1", d);

	assert_non_null(p);
	assert_int_equal(diags_count(d), words ? 1 : 0);
	if (!words)
		return;
	assert_int_equal(diags_at(d, 0)->level, DIAG_WARNING);
	if (!strstr(diags_at(d, 0)->text, words))
		fail_msg("`%s` is not in: %s", words, diags_at(d, 0)->text);
}

static void test_warnings(void **state)
{
	(void) state;
	warns(POLICY("user: ops-1", UNTIL), EXPIRES - 31 * DAY, NULL);
	warns(POLICY("user: ops-1", UNTIL), EXPIRES - 30 * DAY, "in 29 days");
	warns(POLICY("user: ops-1", UNTIL), EXPIRES - 1, "which is today");
	warns(POLICY("user: ops-1", UNTIL), EXPIRES, "expired on 2027-03-31");
	warns(POLICY("user: ops-1", ""), 0, "never expires");
	warns(POLICY("user: ops-1", "    expires: never\n"), 0, "never expires");
	warns(POLICY("user: \"*\"", UNTIL), 0, "matches every request with a name");
	warns(POLICY("user: \"?*\"", UNTIL), 0, "matches every request with a name");
	warns(POLICY("operation: \"*\", host: web-1", UNTIL), 0, "matches every request,");
	warns(POLICY("operation: container.create", UNTIL), 0, "rests neither on a user");
	warns(POLICY("user: [ops-1, \"\"]", UNTIL), 0, "rests neither on a user");
	warns(POLICY("container: web", UNTIL), 0, "rests neither on a user");
	warns(POLICY("image: \"registry.example.com/app:1\"", UNTIL), 0, "rests neither on a user");
	warns(POLICY("image: \"registry.example.com/app@sha256:*\"", UNTIL), 0,
	      "rests neither on a user");
	warns(POLICY("image: \"**@sha256:0123456789abcdef0123456789abcdef0123456789abcdef"
		     "0123456789abcdef\"",
		     UNTIL),
	      0, NULL);
	warns(POLICY_WITH("user: ops-1", UNTIL, "off"), 0, "has no effect on `host-pid`");
}

static const char one_value[] = "version: 1\n"
				"profile: none\n"
				"rules: { sensitive-mounts: { action: deny, add: [/boot] } }\n"
				"exceptions:\n"
				"  - name: boot\n"
				"    rules: [sensitive-mounts]\n"
				"    when: { user: ops-1 }\n"
				"    values: [%s]\n"
				"    reason: SEC-142\n"
				"    owner: ops@example.com\n"
				"    expires: 2099-03-31\n";

/* A mount of `path`, which leads to /boot, where the policy lists `value`. */
static enum outcome judge_mount(const char *value, const char *path)
{
	OWN(arena) a = arena_new(MUCH);
	OWN(diags) d = diags_new();
	struct mount mount = { .kind = MOUNT_HOST_PATH,
			       .source = slice_str(path),
			       .clean = slice_str(path),
			       .resolved = SLICE("/boot") };
	struct intent in = { .arena = a,
			     .subjects = SUBJECT_CALL | SUBJECT_MOUNTS,
			     .op = OP_CONTAINER_CREATE,
			     .caller = { SLICE("ops-1"), SLICE("TLS") },
			     .mounts = { &mount, 1 } };
	struct verdict *v = NULL;
	char text[8192];

	snprintf(text, sizeof(text), one_value, value);
	OWN_POLICY p = parse(text, 0, "web-1", d);

	reading_start(&in.reading, a);
	assert_int_equal(evaluate(p, &in, 0, a, &v), 0);
	return verdict_outcome(v);
}

/* One name is as good as the other where root alone made the way, and nobody else can change it. */
static void test_links(void **state)
{
	char open[PATH_MAX], sticky[PATH_MAX], own[PATH_MAX];
	const char *here = *state;

	snprintf(own, sizeof(own), "%s/own/to", here);
	snprintf(open, sizeof(open), "%s/open/to", here);
	snprintf(sticky, sizeof(sticky), "%s/sticky/to", here);
	assert_int_equal(mkdir("own", 0755) | mkdir("open", 0755) | mkdir("sticky", 0755), 0);
	assert_int_equal(symlink("/boot", own) | symlink("/boot", open) | symlink("/boot", sticky),
			 0);
	assert_int_equal(chmod("open", 0777) | chmod("sticky", 01777), 0);

	assert_int_equal(judge_mount(own, own), OUTCOME_ALLOW);
	assert_int_equal(judge_mount("/boot", own), OUTCOME_ALLOW);
	assert_int_equal(judge_mount("\"/boot*\"", own), OUTCOME_ALLOW);
	assert_int_equal(judge_mount("\"/**/to\"", own), OUTCOME_DENY);
	assert_int_equal(judge_mount("/elsewhere", own), OUTCOME_DENY);

	assert_int_equal(judge_mount(open, open), OUTCOME_DENY);
	assert_int_equal(judge_mount("/boot", open), OUTCOME_DENY);
	/* Nobody can take root's link out of /tmp. */
	assert_int_equal(judge_mount(sticky, sticky), OUTCOME_ALLOW);
	assert_int_equal(remove(sticky), 0);
	assert_int_equal(judge_mount(sticky, sticky), OUTCOME_DENY);
	if (geteuid() != 0)
		return;
	assert_int_equal(symlink("/boot", sticky) | lchown(sticky, 65534, 65534), 0);
	assert_int_equal(judge_mount(sticky, sticky), OUTCOME_DENY);
	/* Whose folder it is that the link lies in decides, not who made the link. */
	assert_int_equal(lchown(own, 65534, 65534), 0);
	assert_int_equal(judge_mount(own, own), OUTCOME_ALLOW);
	assert_int_equal(chown("own", 65534, 65534), 0);
	assert_int_equal(judge_mount(own, own), OUTCOME_DENY);
}

/* A mount of `path`, below what bind-sources lists, with owner_check. */
static enum outcome judge_owners(const char *here, const char *path)
{
	OWN(arena) a = arena_new(MUCH);
	OWN(diags) d = diags_new();
	struct mount mount = { .kind = MOUNT_HOST_PATH,
			       .source = slice_str(path),
			       .clean = slice_str(path),
			       .resolved = slice_str(path) };
	struct intent in = { .arena = a,
			     .subjects = SUBJECT_CALL | SUBJECT_MOUNTS,
			     .op = OP_CONTAINER_CREATE,
			     .caller = { SLICE("kim"), SLICE("TLS") },
			     .mounts = { &mount, 1 } };
	struct verdict *v = NULL;
	char text[8192];

	snprintf(text, sizeof(text),
		 "version: 1\nprofile: none\n"
		 "rules: { bind-sources: { action: deny, owner_check: true, allow: [%s] } }\n",
		 here);
	OWN_POLICY p = parse(text, 0, "web-1", d);

	reading_start(&in.reading, a);
	assert_int_equal(evaluate(p, &in, 0, a, &v), 0);
	return verdict_outcome(v);
}

/* A home may be mounted; what lies in it could be another thing by then. */
static void test_owners(void **state)
{
	char home[PATH_MAX], part[PATH_MAX], missing[PATH_MAX];
	const char *here = *state;

	snprintf(home, sizeof(home), "%s/kim", here);
	snprintf(part, sizeof(part), "%s/kim/src", here);
	snprintf(missing, sizeof(missing), "%s/kim/src/a/b", here);
	assert_int_equal(mkdir(home, 0755) | mkdir(part, 0755), 0);
	assert_int_equal(judge_owners(here, home), OUTCOME_ALLOW);
	assert_int_equal(judge_owners(here, missing), OUTCOME_ALLOW);
	assert_int_equal(chmod(home, 0777), 0);
	assert_int_equal(judge_owners(here, home), OUTCOME_ALLOW);
	assert_int_equal(judge_owners(here, part), OUTCOME_DENY);
	assert_int_equal(judge_owners(here, missing), OUTCOME_DENY);
	if (geteuid() != 0)
		return;
	assert_int_equal(chmod(home, 0755) | chown(home, 65534, 65534), 0);
	assert_int_equal(judge_owners(here, home), OUTCOME_ALLOW);
	assert_int_equal(judge_owners(here, part), OUTCOME_DENY);
}

/* Any short text over few letters, so that many globs match. */
static struct slice random_text(struct arena *a, const char *letters, unsigned *seed)
{
	char text[8];
	size_t len = (*seed = *seed * 1103515245 + 12345) >> 16 & 7;
	struct slice copy;

	for (size_t i = 0; i < len; i++) {
		*seed = *seed * 1103515245 + 12345;
		text[i] = letters[(*seed >> 16) % strlen(letters)];
	}
	assert_int_equal(arena_copy(a, (struct slice){ text, len }, &copy), 0);
	return copy;
}

/* What the index finds is what trying every glob finds. */
static void test_index(void **state)
{
	OWN(arena) a = arena_new(MUCH);
	enum { GLOBS = 300, TEXTS = 3000 };
	struct glob_entry *entries = arena_alloc(a, GLOBS, sizeof(*entries));
	struct slice globs[GLOBS];
	const struct glob_index *index;
	unsigned seed = 7, found = 0;

	(void) state;
	for (uint32_t i = 0; i < GLOBS; i++) {
		globs[i] = random_text(a, "ab*?/", &seed);
		entries[i] = (struct glob_entry){ .glob = globs[i], .id = i };
	}
	assert_int_equal(glob_index_new(entries, GLOBS, a, &index), 0);
	for (size_t t = 0; t < TEXTS; t++) {
		struct slice text = random_text(a, "ab/", &seed);
		struct glob_search s = glob_index_search(index, text);
		const struct glob_entry *group;
		bool hits[GLOBS] = { false };
		size_t count;

		while (glob_index_next(&s, &group, &count)) {
			for (size_t i = 0; i < count; i++) {
				assert_true(i == 0 || group[i - 1].id < group[i].id);
				assert_false(hits[group[i].id]);
				hits[group[i].id] = glob_match(group[i].glob, text);
			}
		}
		for (size_t i = 0; i < GLOBS; i++) {
			assert_int_equal(hits[i], glob_match(globs[i], text));
			found += hits[i];
		}
	}
	assert_true(found > TEXTS);
}

/* The first rule that matches, as the manual has it, tried one by one. */
static size_t first_rule(const struct access *a, struct slice user, enum op op)
{
	for (size_t i = 0; i < a->count; i++) {
		const struct access_rule *r = &a->rules[i];

		if (caller_is(&r->users, user) &&
		    (bit_set_has(&r->deny, op) || bit_set_has(&r->allow, op)))
			return i + 1;
	}
	return 0;
}

static void test_access_index(void **state)
{
	OWN(arena) arena = arena_new(MUCH);
	enum { RULES = 200, USERS = 2 };
	struct access_rule rules[RULES] = { 0 };
	struct slice users[RULES][USERS];
	struct access a = { .rules = rules, .count = RULES };
	unsigned seed = 11, decided = 0;

	(void) state;
	for (size_t i = 0; i < RULES; i++) {
		for (size_t j = 0; j < USERS; j++)
			users[i][j] = random_text(arena, "ab*", &seed);
		rules[i].users = (struct words){ users[i], USERS };
		bit_set_add(&rules[i].allow, i % 5);
		bit_set_add(&rules[i].deny, i % 7);
	}
	assert_int_equal(access_index(&a, arena), 0);
	for (size_t t = 0; t < 3000; t++) {
		struct slice user = random_text(arena, "ab", &seed);
		enum op op = (enum op)(t % 8);
		size_t rule, wanted = first_rule(&a, user, op);
		bool allows = access_allows(&a, &(struct access_question){ user, op, NULL }, &rule);

		assert_int_equal(rule, wanted);
		assert_int_equal(allows, wanted == 0 || !bit_set_has(&rules[wanted - 1].deny, op));
		decided += rule > 0;
	}
	assert_true(decided > 1000);
}

/* Under whatever ceiling: an index that is whole, or the word that there is none. */
static void test_access_index_without_memory(void **state)
{
	struct slice users[] = { SLICE("ops-*"), SLICE("") };
	struct access_rule rules[] = { { .users = { users, 2 } } };
	unsigned made = 0;

	(void) state;
	bit_set_add(&rules[0].deny, 1);
	for (size_t ceiling = 0; ceiling < 1024; ceiling += 8) {
		OWN(arena) arena = arena_new(ceiling);
		struct access a = { .rules = rules, .count = 1 };
		int r = access_index(&a, arena);
		size_t rule;

		if (r != 0) {
			assert_int_equal(r, -ENOMEM);
			continue;
		}
		made++;
		assert_false(access_allows(
			&a, &(struct access_question){ SLICE("ops-1"), (enum op) 1, NULL }, &rule));
		assert_false(access_allows(
			&a, &(struct access_question){ SLICE(""), (enum op) 1, NULL }, &rule));
	}
	assert_true(made > 0 && made < 1024 / 8);
}

static bool in_index(const struct glob_index *index, const char *text)
{
	struct glob_search s = glob_index_search(index, slice_str(text));
	const struct glob_entry *entries;
	size_t count;

	return glob_index_next(&s, &entries, &count);
}

/* By what leads to it most seldom, so that most calls look at few. */
static void test_narrowest_decides(void **state)
{
	OWN(diags) d = diags_new();
	OWN_POLICY by_user =
		parse(POLICY("user: operations-1, image: \"**\", container: \"w*\"", UNTIL), 0,
		      "web-1", d);
	OWN_POLICY by_image = parse(POLICY("user: \"o*\", image: \"registry.example.com/a:1\", "
					   "container: \"w*\"",
					   UNTIL),
				    0, "web-1", d);
	OWN_POLICY by_container = parse(
		POLICY("user: \"o*\", image: \"**\", container: web-1", UNTIL), 0, "web-1", d);
	const struct exceptions *e = policy_exceptions(by_user);

	(void) state;
	assert_true(in_index(e->index.by_user, "operations-1"));
	assert_false(in_index(e->index.by_image, "") || in_index(e->index.by_container, "w"));
	e = policy_exceptions(by_image);
	assert_true(in_index(e->index.by_image, "registry.example.com/a:1"));
	assert_false(in_index(e->index.by_user, "o") || in_index(e->index.by_container, "w"));
	e = policy_exceptions(by_container);
	assert_true(in_index(e->index.by_container, "web-1"));
	assert_false(in_index(e->index.by_user, "o") || in_index(e->index.by_image, ""));
}

static void test_operations_that_name_a_container(void **state)
{
	static const enum op none[] = { OP_CONTAINER_LIST, OP_CONTAINER_PRUNE, OP_CONTAINER_COMMIT,
					OP_IMAGE_LIST,     OP_EXEC_START,      OP_SERVICE_CREATE };
	static const enum op some[] = { OP_CONTAINER_CREATE, OP_CONTAINER_UPDATE, OP_EXEC_CREATE };

	(void) state;
	for (size_t i = 0; i < COUNT_OF(none); i++)
		assert_false(op_sees_container(none[i]));
	for (size_t i = 0; i < COUNT_OF(some); i++)
		assert_true(op_sees_container(some[i]));
}

static bool reads(const char *when, const char *complaint)
{
	struct policy_moment moment = { 0, SLICE("web-1") };
	OWN(diags) d = diags_new();
	OWN_POLICY p = NULL;
	char text[1024];

	snprintf(text, sizeof(text), POLICY("%s", UNTIL), when);
	if (policy_parse_at(slice_str(text), "policy.yaml", &moment, &p, d) == 0)
		return true;
	for (size_t i = 0; i < diags_count(d); i++)
		assert_non_null(strstr(diags_at(d, i)->text, complaint));
	return false;
}

/* Every byte that a policy may hold: those of names are taken, the others are said to match none.
 */
static void test_bytes_of_names(void **state)
{
	static const char taken[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_.-*?";

	(void) state;
	for (char c = '!'; c <= '~'; c++) {
		char when[64];

		if (c == '\'')
			continue;
		snprintf(when, sizeof(when), "user: ops-1, container: 'a%cb'", c);
		if (reads(when, "matches no container") != (strchr(taken, c) != NULL))
			fail_msg("container: %c", c);
		snprintf(when, sizeof(when), "user: ops-1, host: 'a%cb'", c);
		if (reads(when, "matches no host") != (strchr(taken, c) != NULL))
			fail_msg("host: %c", c);
	}
}

/* No rule finds an image in a list of containers, from the first of them to the last. */
static void test_every_rule_must_be_reached(void **state)
{
	static const char format[] = "version: 1\n"
				     "profile: none\n"
				     "exceptions:\n"
				     "  - name: metrics\n"
				     "    rules: [%s]\n"
				     "    when: { operation: container.list, image: \"**\" }\n"
				     "    reason: SEC-142\n"
				     "    owner: ops@example.com\n";

	(void) state;
	for (size_t i = 0; i < rules_count(); i++) {
		const char *id = rules_at(i)->id;
		OWN(diags) d = diags_new();
		OWN_POLICY p = NULL;
		char text[512];

		/* Of these there is no exception at all. */
		if (!rules_at(i)->example_value && !rules_at(i)->sole_value)
			continue;
		snprintf(text, sizeof(text), format, id);
		assert_int_equal(policy_parse(slice_str(text), "policy.yaml", &p, d), BAD_INPUT);
		assert_non_null(strstr(diags_at(d, 0)->text, "can never match for"));
		assert_non_null(strstr(diags_at(d, 0)->text, id));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_last_day),
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_warnings),
		cmocka_unit_test_setup_teardown(test_links, scratch_enter, scratch_leave),
		cmocka_unit_test_setup_teardown(test_owners, scratch_enter, scratch_leave),
		cmocka_unit_test(test_index),
		cmocka_unit_test(test_access_index),
		cmocka_unit_test(test_clock_set_back),
		cmocka_unit_test(test_access_index_without_memory),
		cmocka_unit_test(test_narrowest_decides),
		cmocka_unit_test(test_operations_that_name_a_container),
		cmocka_unit_test(test_bytes_of_names),
		cmocka_unit_test(test_every_rule_must_be_reached),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
