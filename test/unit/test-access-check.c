/* test-access-check.c - what is said of an `access:` that gives half of something, or leaves a
 * door. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/diag.h"
#include "policy/policy-load.h"
#include "policy/policy.h"

/* The complaints, a line each, of `access:` with these lines below it. */
static void expect(const char *lines, const char *complaints)
{
	OWN(diags) d = diags_new();
	OWN_POLICY p = NULL;
	char *text, *told = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&told, &len);

	assert_true(asprintf(&text, "version: 1\naccess:\n%s", lines) > 0);
	assert_int_equal(policy_parse(slice_str(text), "p", &p, d), 0);
	for (size_t i = 0; i < diags_count(d); i++) {
		const struct diag *one = diags_at(d, i);

		fprintf(out, "%u:%u %s\n", (unsigned) one->mark.line, (unsigned) one->mark.column,
			one->text);
	}
	fclose(out);
	assert_string_equal(told, complaints);
	free(told);
	free(text);
}

#define EXEC                                                                 \
	"exec.create and not exec.start, and docker exec takes both; allow " \
	"exec.start as well, or deny exec.create too\n"

static void test_halves(void **state)
{
	(void) state;
	expect("  default: deny\n  rules:\n    - { users: [\"ci-*\"], allow: [exec.create] }\n",
	       "5:7 `ci-*` may call " EXEC);
	expect("  default: deny\n  rules:\n    - { users: [ci], allow: [exec.start] }\n",
	       "5:7 `ci` may call exec.start and not exec.create, and docker exec takes both; "
	       "allow exec.create as well, or deny exec.start too\n");
	expect("  default: deny\n  rules:\n    - { users: [\"\"], allow: [container.create] }\n",
	       "5:7 callers without a name may call container.create and not container.start, and "
	       "docker run takes both; allow container.start as well, or deny container.create "
	       "too\n");
	/* Of some images alone, and by a rule of its own the other half. */
	expect("  default: deny\n  rules:\n"
	       "    - { users: [ci], images: [\"docker.io/**\"], allow: [run] }\n",
	       "5:7 `ci` may call container.create and not container.start, and docker run takes "
	       "both; allow container.start in a rule without `images`, as it names none, or deny "
	       "container.create too\n");
	expect("  default: deny\n  rules:\n"
	       "    - { users: [ci], images: [\"docker.io/**\"], allow: [container.create] }\n"
	       "    - { users: [ci], allow: [container.start] }\n",
	       "");
	/* Containers that others make may well be started and stopped by somebody else. */
	expect("  default: deny\n  rules:\n    - { users: [ci], allow: [container.start] }\n", "");
}

static void test_halves_by_two_rules(void **state)
{
	(void) state;
	/* The default allows one half: the rule that takes the other is told. */
	expect("  rules:\n    - { users: [\"*\"], deny: [exec.start] }\n",
	       "4:7 `*` may call " EXEC);
	expect("  default: deny\n  rules:\n"
	       "    - { users: [\"*\"], deny: [exec.start] }\n"
	       "    - { users: [\"ops-*\"], allow: [\"*\"] }\n",
	       "6:7 `ops-*` may call " EXEC "5:7 the other one is decided by this rule\n");
	expect("  default: deny\n  rules:\n"
	       "    - { users: [ci], allow: [exec.create] }\n"
	       "    - { users: [\"c*\"], allow: [exec.start, exec.create] }\n",
	       "");
	expect("  default: deny\n  rules:\n    - { users: [ci], allow: [\"*\"], deny: [exec.*] }\n",
	       "");
}

static void test_doors(void **state)
{
	(void) state;
	expect("  rules:\n    - { users: [a, b, c, d, e], deny: [container.attach] }\n",
	       "4:7 `a`, `b`, `c` and 2 more may not call container.attach, but may call "
	       "container.attach.ws, which attaches to the same terminal; deny that as well\n");
	expect("  default: deny\n  rules:\n"
	       "    - { users: [ci], allow: [reads], deny: [container.archive.get] }\n",
	       "5:7 `ci` may not call container.archive.get, but may call container.copy, which "
	       "takes the same files out, with API 1.23 and before; deny that as well\n"
	       "5:7 `ci` may not call container.archive.get, but may call container.export, which "
	       "takes every file out; deny that as well\n");
	/* Each open door once, however many closed ones are beside it. */
	expect("  rules:\n    - { users: [ci], deny: [container.archive.*, container.copy] }\n",
	       "4:7 `ci` may not call container.archive.get, but may call container.export, which "
	       "takes every file out; deny that as well\n");
	expect("  rules:\n    - { users: [ci], deny: [config.inspect] }\n",
	       "4:7 `ci` may not call config.inspect, but may call config.list, which shows all of "
	       "each, its data too; deny that as well\n");
	expect("  rules:\n    - { users: [ci], deny: [run] }\n",
	       "4:7 `ci` may not call container.start, but may call container.restart, which "
	       "starts a container that is stopped or new as well; deny that as well\n");
}

static void test_no_doors(void **state)
{
	(void) state;
	/* What is only not allowed was perhaps not thought of. */
	expect("  default: deny\n  rules:\n    - { users: [ci], allow: [container.attach] }\n", "");
	expect("  rules:\n"
	       "    - { users: [\"*\"], deny: [container.attach, container.attach.ws] }\n",
	       "");
	/* Another rule closes the other. */
	expect("  rules:\n"
	       "    - { users: [ci], deny: [container.attach] }\n"
	       "    - { users: [\"c*\"], deny: [container.attach.ws, container.attach] }\n",
	       "");
	/* A rule by image closes no door to other images. */
	expect("  rules:\n"
	       "    - { users: [ci], images: [\"docker.io/**\"], deny: [image.build] }\n",
	       "");
	/* Restricted pulls and free pushes are no pair. */
	expect("  rules:\n    - { users: [ci], deny: [image.pull] }\n", "");
}

/* Who only waits until it is stopped. */
static void test_prune_deletes(void **state)
{
	(void) state;
	expect("  rules:\n    - { users: [ci], allow: [container.*], deny: [container.delete] }\n",
	       "4:7 `ci` may not call container.delete, but may call container.prune, which removes "
	       "every container that is stopped; deny that as well\n");
	expect("  rules:\n    - { users: [ci], allow: [container.*], deny: [deletes] }\n", "");
	/* The group is all that removes, and nothing else. */
	expect("  default: deny\n  rules:\n"
	       "    - { users: [ci], allow: [deletes, container.create] }\n",
	       "5:7 `ci` may call container.create and not container.start, and docker run takes "
	       "both; allow container.start as well, or deny container.create too\n");
}

/* Valid, and told, as it locks everybody out. */
static void test_nothing_allowed(void **state)
{
#define NOTHING                                                                              \
	"`default: deny` here denies every call of everybody, docker ps too, as no rule of " \
	"`access` allows any; add `rules`, such as { users: [\"ops-*\"], allow: [\"*\"] }\n"

	(void) state;
	expect("  default: deny\n", "3:12 " NOTHING);
	expect("  default: deny\n  rules:\n    - { users: [ci], deny: [image.push] }\n",
	       "3:12 " NOTHING);
	expect("  default: deny\n  rules:\n    - { users: [ci], allow: [reads] }\n", "");
}

/* A POST that reads: whoever may read files by one call may by the other. */
static void test_copy_is_a_read(void **state)
{
	(void) state;
	expect("  rules:\n"
	       "    - { users: [ci], deny: [reads, container.attach, container.attach.ws] }\n",
	       "");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_halves),         cmocka_unit_test(test_halves_by_two_rules),
		cmocka_unit_test(test_doors),          cmocka_unit_test(test_no_doors),
		cmocka_unit_test(test_prune_deletes),  cmocka_unit_test(test_nothing_allowed),
		cmocka_unit_test(test_copy_is_a_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
