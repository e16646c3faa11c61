/* test-contact.c - how a denial ends: what to look up, whom to ask. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "authz/decide.h"
#include "authz/reply.h"
#include "base/arena.h"
#include "base/diag.h"
#include "policy/policy-load.h"
#include "policy/policy.h"
#include "unit.h"

enum { MUCH = 4 << 20 };

#define ASK     "contact: https://wiki.example.com/docker?a=b&c\n"
#define CREATE  "\"RequestMethod\":\"POST\",\"RequestUri\":\"/v1.41/containers/create\""
#define HEADERS ",\"RequestHeaders\":{\"Content-Type\":\"application/json\"}"
/* {"HostConfig":{"PidMode":"host"}} */
#define BODY    ",\"RequestBody\":\"eyJIb3N0Q29uZmlnIjp7IlBpZE1vZGUiOiJob3N0In19\""
#define BY_TLS  ",\"User\":\"kim\",\"UserAuthNMethod\":\"TLS\""

/* What stands behind the id of the decision. */
static void ends(const char *keys, const char *question, const char *expected)
{
	OWN(diags) d = diags_new();
	OWN(arena) a = arena_new(MUCH);
	const struct policy_moment moment = { 0 };
	const struct policy *p = NULL;
	OWN_POLICY owner = NULL;
	struct decide_env env = { 0 };
	struct decision decision;
	struct slice text, rest;

	assert_int_equal(arena_printf(a, &text,
				      "version: 1\nprofile: none\nrules: { host-pid: deny }\n%s",
				      keys),
			 0);
	assert_int_equal(policy_parse_at(text, "policy.yaml", &moment, &p, d), 0);
	owner = p;
	decide(slice_str(question), p, &env, a, &decision);
	assert_int_equal(reply_message(&decision, a, &text), 0);
	rest = slice_from(
		text,
		(size_t) ((char *) memmem(text.ptr, text.len, "\ndecision ", 10) - text.ptr) + 10);
	while (rest.len > 0 && slice_find(SLICE("0123456789abcdef"), rest.ptr[0]))
		rest = slice_from(rest, 1);
	assert_int_equal(arena_printf(a, &text, "%.*s", SLICE_ARG(rest)), 0);
	assert_string_equal(text.ptr, expected);
}

static void test_here(void **state)
{
	(void) state;
	ends("", "{" CREATE HEADERS BODY "}", "; more: cis-authz explain 5.15");
	ends(ASK, "{" CREATE HEADERS BODY "}",
	     "; more: cis-authz explain 5.15\ncontact: https://wiki.example.com/docker?a=b&c");
}

/* Nobody may be left with nothing to go by. */
static void test_elsewhere(void **state)
{
	(void) state;
	ends("", "{" CREATE HEADERS BODY BY_TLS "}", "; more: cis-authz explain 5.15");
	ends(ASK, "{" CREATE HEADERS BODY BY_TLS "}",
	     "\ncontact: https://wiki.example.com/docker?a=b&c");
}

/* What no rule judged has none to be looked up. */
static void test_not_judged(void **state)
{
	(void) state;
	ends("", "{\"RequestMethod\":\"POST\"}", "");
	ends(ASK, "{\"RequestMethod\":\"POST\"}",
	     "\ncontact: https://wiki.example.com/docker?a=b&c");
	ends(ASK, "[", "\ncontact: https://wiki.example.com/docker?a=b&c");
}

static void test_edition(void **state)
{
	(void) state;
	ends("benchmark: cis-docker-1.7.0\ncontact: ops@example.com\n", "{" CREATE HEADERS BODY "}",
	     "; more: cis-authz explain host-pid\ncontact: ops@example.com");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_here),
		cmocka_unit_test(test_elsewhere),
		cmocka_unit_test(test_not_judged),
		cmocka_unit_test(test_edition),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
