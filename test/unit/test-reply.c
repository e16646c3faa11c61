/*
 * test-reply.c - what is said to whom is denied.
 *
 * Lines may be broken anywhere, so blanks are made one before anything is looked for.
 */
#include "authz/reply.h"

#include "unit.h"

#include <stdio.h>

#include "authz/decide.h"
#include "base/arena.h"
#include "base/array.h"
#include "base/diag.h"
#include "base/place.h"
#include "policy/evaluate.h"
#include "policy/policy-load.h"
#include "policy/policy.h"

enum { MUCH = 8 << 20 };

#define RULES "version: 1\nname: web-hosts\nprofile: none\n"

/* A privileged container in the host's process namespace. */
static struct intent made(struct arena *a)
{
	struct intent in = {
		.arena = a,
		.subjects = SUBJECT_CALL | SUBJECT_CONTAINER,
		.op = OP_CONTAINER_CREATE,
		.caller = { SLICE("ops-1"), SLICE("TLS") },
	};

	reading_start(&in.reading, a);
	in.container.privileged =
		(struct field_bool){ FIELD_SET, true, PLACE_WORDS("HostConfig.Privileged") };
	in.container.pid_mode =
		(struct field_text){ FIELD_SET, SLICE("host"), PLACE_WORDS("HostConfig.PidMode") };
	return in;
}

/* The message with every run of blanks as one. */
static struct slice told(const char *text, const struct intent *in)
{
	OWN(diags) d = diags_new();
	OWN_POLICY p = NULL;
	struct decision decision = { .outcome = OUTCOME_DENY, .intent = *in, .id = 0x1234abcd };
	struct verdict *v = NULL;
	struct slice message;
	char *out;
	size_t len = 0;

	assert_int_equal(policy_parse(slice_str(text), "policy.yaml", &p, d), 0);
	assert_int_equal(evaluate(p, in, 0, in->arena, &v), 0);
	decision.policy = p;
	decision.verdict = v;
	assert_int_equal(reply_message(&decision, in->arena, &message), 0);
	out = arena_bytes(in->arena, message.len);
	for (size_t i = 0; i < message.len; i++) {
		char c = message.ptr[i] == '\n' ? ' ' : message.ptr[i];

		if (c != ' ' || (len > 0 && out[len - 1] != ' '))
			out[len++] = c;
	}
	return (struct slice){ out, len };
}

static bool says(struct slice message, const char *words)
{
	return memmem(message.ptr, message.len, words, slice_str(words).len) != NULL;
}

static void assert_says(struct slice message, const char *words)
{
	if (!says(message, words))
		fail_msg("`%s` is not in: %.*s", words, SLICE_ARG(message));
}

static void each_denial_is_told(void **state)
{
	OWN(arena) a = arena_new(MUCH);
	const struct intent in = made(a);
	struct slice message = told(RULES "rules: { privileged: deny, host-pid: deny }\n", &in);

	(void) state;
	assert_true(slice_starts(message, SLICE("policy web-hosts denies container.create: ")));
	assert_says(message, " 5.4 privileged HostConfig.Privileged ");
	assert_says(message, " 5.15 host-pid HostConfig.PidMode is \"host\". ");
	assert_says(message, " decision 1234abcd; more: cis-authz explain 5.4");
	assert_false(says(message, " more: cis-authz explain 5.4 "));
	assert_false(says(message, "scope"));
}

/* What only warns stopped nobody. */
static void warnings_are_left_out(void **state)
{
	OWN(arena) a = arena_new(MUCH);
	const struct intent in = made(a);
	struct slice message = told(RULES "rules: { privileged: warn, host-pid: deny }\n", &in);

	(void) state;
	assert_false(says(message, "privileged"));
	assert_says(message, "host-pid");
	assert_says(message, "explain 5.15");
}

static void numbers_are_those_of_the_edition(void **state)
{
	OWN(arena) a = arena_new(MUCH);
	const struct intent in = made(a);
	struct slice message =
		told(RULES "benchmark: cis-docker-1.6.0\nrules: { host-pid: deny }\n", &in);

	(void) state;
	assert_says(message, " 5.16 host-pid ");
	assert_says(message, "explain host-pid");
}

static void scopes_and_near_exceptions_are_named(void **state)
{
	OWN(arena) a = arena_new(MUCH);
	const struct intent in = made(a);
	struct slice message = told(
		RULES "rules: { privileged: warn }\n"
		      "scopes: [{ name: ci, when: { user: ops-1 }, rules: { host-pid: deny } }]\n"
		      "exceptions:\n"
		      "  - name: metrics\n"
		      "    rules: [host-pid]\n"
		      "    when: { user: ops-1, container: exporter }\n"
		      "    reason: SEC-142\n"
		      "    owner: ops@example.com\n"
		      "    expires: 2099-03-31\n",
		&in);

	(void) state;
	assert_says(message, "policy web-hosts, scope ci, denies container.create:");
	assert_says(message, "exception metrics");
}

/* 64 are told one by one. */
static void many_are_counted(void **state)
{
	static const struct {
		size_t given;
		const char *more;
	} rows[] = { { 64, NULL }, { 65, " and 1 more" }, { 200, " and 136 more" } };

	(void) state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		OWN(arena) a = arena_new(MUCH);
		struct intent in = made(a);
		struct text *caps = arena_alloc(a, rows[i].given, sizeof(*caps));
		struct slice message;

		for (size_t j = 0; j < rows[i].given; j++)
			assert_int_equal(arena_printf(a, &caps[j].value, "CAP_%zu", j), 0);
		in.container.cap_add = (struct field_texts){ FIELD_SET, caps, rows[i].given, NULL };
		message = told(RULES "rules: { capabilities: deny }\n", &in);
		assert_says(message, "CAP_63");
		assert_false(says(message, "CAP_64"));
		if (rows[i].more)
			assert_says(message, rows[i].more);
		else
			assert_false(says(message, " more "));
	}
}

/* A call that could not be judged. */
static void errors_say_why(void **state)
{
	OWN(arena) a = arena_new(MUCH);
	OWN(diags) d = diags_new();
	OWN_POLICY p = NULL;
	struct decision decision = { .outcome = OUTCOME_ERROR,
				     .intent = made(a),
				     .id = 7,
				     .error = SLICE("cannot be read.") };
	struct slice message;

	(void) state;
	assert_int_equal(policy_parse(SLICE(RULES), "policy.yaml", &p, d), 0);
	decision.policy = p;
	assert_int_equal(reply_message(&decision, a, &message), 0);
	assert_says(message, "the call cannot be read.");
	assert_true(slice_ends(message, SLICE("decision 7")));
}

/* Keys of maps are the caller's own, and a value may be a secret. */
static void secrets_and_long_texts_are_not_told(void **state)
{
	OWN(arena) a = arena_new(MUCH);
	struct intent in = made(a);
	char name[4096];
	struct slice message;

	(void) state;
	in.container.pid_mode.at = PLACE_WORDS("HostConfig.https://u:hunter2@host");
	memset(name, 'x', sizeof(name));
	in.container.runtime = (struct field_text){ FIELD_SET, { name, sizeof(name) }, NULL };
	message = told(RULES "rules: { host-pid: deny, runtime: deny }\n", &in);
	assert_false(says(message, "hunter2"));
	assert_says(message, "runtime");
	assert_true(message.len < 2048);
}

/* The caller's own word does not end before its time, nor tells more in parts than as a whole. */
static void names_cannot_be_left(void **state)
{
	static const struct {
		const char *name, *told;
	} rows[] = {
		{ "x\": never mind; \"y",
		  "denies container.create of \"x\\x22: never mind; \\x22y\":" },
		{ "\"", "of \"\\x22\":" },
		{ "https://u:hunt\"er2@host/", "of \"https://***@host/\":" },
	};

	(void) state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		OWN(arena) a = arena_new(MUCH);
		OWN(diags) d = diags_new();
		OWN_POLICY p = NULL;
		struct decision decision = { .outcome = OUTCOME_ERROR, .intent = made(a) };
		struct slice message;

		assert_int_equal(policy_parse(SLICE(RULES), "policy.yaml", &p, d), 0);
		decision.policy = p;
		decision.asker.name = slice_str(rows[i].name);
		assert_int_equal(reply_message(&decision, a, &message), 0);
		assert_says(message, rows[i].told);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_denial_is_told),
		cmocka_unit_test(warnings_are_left_out),
		cmocka_unit_test(numbers_are_those_of_the_edition),
		cmocka_unit_test(scopes_and_near_exceptions_are_named),
		cmocka_unit_test(many_are_counted),
		cmocka_unit_test(errors_say_why),
		cmocka_unit_test(secrets_and_long_texts_are_not_told),
		cmocka_unit_test(names_cannot_be_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
