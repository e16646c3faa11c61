/*
 * test-evaluate.c - what no case can show: rules on intents made by hand, and a verdict without
 * memory.
 */
#include "policy/evaluate.h"

#include "unit.h"

#include <errno.h>

#include "authz/decide.h"
#include "base/arena.h"
#include "base/diag.h"
#include "policy/intent.h"
#include "policy/policy-load.h"
#include "policy/policy.h"
#include "policy/rule.h"
#include "policy/verdict.h"

enum { MUCH = 1 << 20 };

static const struct policy *parse(const char *text)
{
	OWN(diags) d = diags_new();
	const struct policy *p = NULL;

	assert_int_equal(policy_parse(slice_str(text), "policy.yaml", &p, d), 0);
	return p;
}

static struct intent create(struct arena *a)
{
	struct intent in = {
		.arena = a,
		.subjects = SUBJECT_CALL | SUBJECT_CONTAINER,
		.op = OP_CONTAINER_CREATE,
		.caller = { SLICE("ops-1"), SLICE("TLS") },
	};

	reading_start(&in.reading, a);
	return in;
}

static enum outcome judge(const struct policy *p, const struct intent *in)
{
	struct verdict *v = NULL;

	assert_int_equal(evaluate(p, in, 0, in->arena, &v), 0);
	return verdict_outcome(v);
}

/* What stands behind a list or a text in memory is none of it. */
static void rules_read_no_further(void **state)
{
	OWN(arena) a = arena_new(MUCH);
	OWN_POLICY ssh = parse("version: 1\nprofile: none\nrules: { ssh-server: deny }\n");
	OWN_POLICY drop = parse("version: 1\nprofile: none\nrules:\n"
				"  capabilities: { action: deny, require_drop: [NET_RAW] }\n");
	const struct text command[] = { { { "sshdaemon", 4 }, NULL } };
	const struct text dropped[] = { { SLICE("CHOWN"), NULL }, { SLICE("NET_RAW"), NULL } };
	struct intent in = create(a);

	(void) state;
	in.container.command = (struct field_texts){ FIELD_SET, command, 1, NULL };
	assert_int_equal(judge(ssh, &in), OUTCOME_DENY);

	in = create(a);
	in.container.cap_drop = (struct field_texts){ FIELD_SET, dropped, 1, NULL };
	assert_int_equal(judge(drop, &in), OUTCOME_DENY);
	in.container.cap_drop.count = 2;
	assert_int_equal(judge(drop, &in), OUTCOME_ALLOW);
}

/* Every byte of a word that becomes part of a host's name. */
static void regions_are_words(void **state)
{
	static const char taken[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
	OWN_POLICY p = parse("version: 1\nprofile: none\nrules: { log-options: deny }\n");

	(void) state;
	for (int c = 0; c < 256; c++) {
		OWN(arena) a = arena_new(MUCH);
		const char region[] = { 'e', 'u', (char) c };
		const struct pair option = { SLICE("awslogs-region"),
					     { region, sizeof(region) },
					     NULL };
		struct intent in = create(a);

		in.container.log_driver = (struct field_text){ FIELD_SET, SLICE("awslogs"), NULL };
		in.container.log_options =
			(struct field_pairs){ .state = FIELD_SET, .items = &option, .count = 1 };
		assert_int_equal(judge(p, &in),
				 c != 0 && strchr(taken, c) ? OUTCOME_ALLOW : OUTCOME_DENY);
	}
}

/* A decision's id is its time, and later than the one before. */
static void ids_grow_with_time(void **state)
{
	OWN(arena) a = arena_new(MUCH);
	OWN_POLICY p = parse("version: 1\nprofile: none\n");
	struct decide_env env = { 0 };
	struct decision first, second;

	(void) state;
	decide(SLICE("{}"), p, &env, a, &first);
	assert_int_equal(first.id, first.time.tv_sec * 1000000 + first.time.tv_nsec / 1000);
	env.last_id += 1000000000000;
	decide(SLICE("{}"), p, &env, a, &second);
	assert_int_equal(second.id, first.id + 1000000000001);
	assert_int_equal(env.last_id, second.id);
}

static const char excepting[] = "version: 1\n"
				"profile: none\n"
				"rules: { capabilities: deny }\n"
				"exceptions:\n"
				"  - name: tracing\n"
				"    rules: [capabilities]\n"
				"    when: { user: ops-1 }\n"
				"    values: [SYS_PTRACE]\n"
				"    reason: SEC-142\n"
				"    owner: ops@example.com\n"
				"    expires: 2099-03-31\n";

static bool excepted(const char *rule, const char *user, const char *value)
{
	OWN(arena) a = arena_new(MUCH);
	OWN_POLICY p = parse(excepting);
	struct intent in = create(a);
	enum finding ret;

	in.caller.user = slice_str(user);
	assert_int_equal(evaluate_finding(p, &in, 0,
					  &(struct violation){
						  .rule = rules_find(slice_str(rule)),
						  .value = slice_str(value),
					  },
					  SLICE(""), a, &ret),
			 0);
	return ret == FINDING_EXCEPTED;
}

static void finding_meets_its_exception(void **state)
{
	(void) state;
	assert_true(excepted("capabilities", "ops-1", "SYS_PTRACE"));
	assert_false(excepted("capabilities", "ops-1", "SYS_ADMIN"));
	assert_false(excepted("capabilities", "dev-1", "SYS_PTRACE"));
	assert_false(excepted("host-devices", "ops-1", "SYS_PTRACE"));
}

static void finding_without_memory(void **state)
{
	OWN(arena) much = arena_new(MUCH);
	OWN(arena) none = arena_new(8);
	OWN_POLICY p = parse(excepting);
	const struct image image = { .name = SLICE("docker.io/library/web"), .tag = SLICE("1") };
	struct intent in = create(much);
	enum finding ret = FINDING_UNKNOWN;

	(void) state;
	in.images.items = &image;
	in.images.count = 1;
	assert_int_equal(evaluate_finding(p, &in, 0,
					  &(struct violation){
						  .rule = rules_find(SLICE("capabilities")),
						  .value = SLICE("SYS_ADMIN"),
					  },
					  SLICE(""), none, &ret),
			 -ENOMEM);
	assert_int_equal(ret, FINDING_UNKNOWN); /* untouched */
}

/*
 * A rule that drops an error of its objection lets nothing through: the verdict knows of it. Each
 * call is tried under every ceiling, and none of their results is looked at.
 */
static void lost_objection_denies(void **state)
{
	const struct rule *rule = rules_find(SLICE("privileged"));
	unsigned failed = 0, whole = 0;

	(void) state;
	for (size_t ceiling = 256; ceiling < 4096; ceiling += 8) {
		OWN(arena) a = arena_new(ceiling);
		struct verdict *v = verdict_new(a);
		int object, drop, add;

		if (!v)
			continue;
		verdict_open_rule(v, rule, ACTION_WARN);
		object = verdict_object(v, NULL, SLICE(""), "is %0512d.", 1);
		verdict_leads(v, SLICE("/etc"));
		drop = verdict_drop(v, SETTING_CAP_DROP, SLICE("ALL"));
		add = verdict_addf(v, SETTING_CAP_ADD, "%0512d", 1);
		verdict_close(v, true);

		/* The last one's result tells of all. */
		assert_true(add <= drop && drop <= object);
		assert_int_equal(verdict_count(v), 1);
		assert_int_equal(verdict_outcome(v), add < 0 ? OUTCOME_ERROR : OUTCOME_WARN);
		failed += add < 0;
		whole += add == 0;
	}
	assert_true(failed > 0 && whole > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_grow_with_time),
		cmocka_unit_test(regions_are_words),
		cmocka_unit_test(rules_read_no_further),
		cmocka_unit_test(finding_meets_its_exception),
		cmocka_unit_test(finding_without_memory),
		cmocka_unit_test(lost_objection_denies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
