/* test-reload.c - what is said and done about a file, and when. */
#include "service/reload.h"

#include "base/array.h"
#include "reloading.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static void bad_policy_changes_nothing_and_is_loud(void **state)
{
	struct fixture *f = *state;

	write_policy("policy.yaml", "first");
	start(f, "policy.yaml");
	write_text("policy.yaml", "version: 1\nrules:\n  priviledged: deny\n  pids-limit: maybe\n");
	settle(f);
	assert_in_force(f, "first", 1);
	assert_true(said(f, "policy.yaml:3:3: error: "));
	assert_true(said(f, "policy.yaml:4:15: error: "));
	assert_true(said(f, "the policy file policy.yaml is not taken; policy first (sha256 "));
	assert_true(said(f, ", generation 1) stays in force until the file is good\n"));
	assert_true(state_of(f).failed);
	assert_int_equal(state_of(f).errors, 1);

	/* The good one is as it was before: in force all the time. */
	forget_said(f);
	write_policy("policy.yaml", "first");
	settle(f);
	assert_in_force(f, "first", 1);
	assert_true(said(f, "generation 1) stays in force; its file is good again\n"));
	assert_false(state_of(f).failed);

	write_policy("policy.yaml", "second");
	settle(f);
	assert_in_force(f, "second", 2);
	assert_int_equal(state_of(f).errors, 1);
}

static void unchanged_file_is_not_published(void **state)
{
	struct fixture *f = *state;

	write_policy("policy.yaml", "first");
	start(f, "policy.yaml");
	write_policy("policy.yaml", "first");
	settle(f);
	write_policy("neighbour.yaml", "second");
	assert_int_equal(reload_timeout(f->reload, f->now) > SETTLE_MOST, 1);
	settle(f);
	assert_in_force(f, "first", 1);
	assert_false(said(f, "cis-authz"));

	/* Somebody who asks is told all the same. */
	reload_ask(f->reload, f->now);
	assert_in_force(f, "first", 1);
	assert_true(said(f, "generation 1) stays in force; its file is unchanged\n"));
}

static void asking_does_not_wait(void **state)
{
	struct fixture *f = *state;

	write_policy("policy.yaml", "first");
	start(f, "policy.yaml");
	write_policy("policy.yaml", "second");
	reload_ask(f->reload, f->now);
	assert_in_force(f, "second", 2);
	settle(f);
	assert_in_force(f, "second", 2);

	/* Each time that somebody asks about a bad file, he is told all of it. */
	write_text("policy.yaml", "nonsense");
	for (int i = 0; i < 2; i++) {
		forget_said(f);
		reload_ask(f->reload, f->now);
		assert_true(said(f, "policy.yaml:1:1: error: "));
		assert_true(said(f, "stays in force until"));
	}
	assert_int_equal(state_of(f).errors, 2);
}

static void change_before_the_first_turn_is_taken(void **state)
{
	struct fixture *f = *state;
	OWN(diags) d = diags_new();
	const struct policy *p = NULL;

	write_policy("policy.yaml", "first");
	assert_int_equal(policy_load("policy.yaml", &p, d), 0);
	f->slot = policy_slot_new(p);
	f->reload = reload_new("policy.yaml", f->slot);
	write_policy("policy.yaml", "second");
	reload_turn(f->reload, f->now);
	assert_in_force(f, "second", 2);
}

/* At each moment of the first change's way: before it is heard of, and after it was read. */
static void two_changes_end_with_the_second(void **state)
{
	struct fixture *f = *state;
	char name[16];

	write_policy("policy.yaml", "first");
	start(f, "policy.yaml");
	for (unsigned i = 0; i < 100; i++) {
		write_policy("policy.yaml", "between");
		if (i % 4 > 0)
			reload_turn(f->reload, f->now);
		f->now += i % 4 > 1 ? SETTLE : 0;
		if (i % 4 == 3)
			reload_turn(f->reload, f->now);
		snprintf(name, sizeof(name), "last-%u", i);
		write_policy("policy.yaml", name);
		settle(f);
		settle(f);
		{
			OWN_POLICY p = policy_slot_get(f->slot);

			assert_slice(policy_name(p), slice_str(name));
		}
	}
}

static void burst_is_read_once_but_not_put_off_for_ever(void **state)
{
	struct fixture *f = *state;
	char name[16];
	int64_t begin;

	write_policy("policy.yaml", "first");
	start(f, "policy.yaml");
	begin = f->now;
	for (unsigned i = 0; in_force(f, "first", 1); i++) {
		int sleep;

		assert_true(f->now - begin <= SETTLE_MOST);
		snprintf(name, sizeof(name), "name-%u", i);
		write_policy("policy.yaml", name);
		reload_turn(f->reload, f->now);
		sleep = reload_timeout(f->reload, f->now);
		f->now += sleep < SETTLE - 10 ? sleep : SETTLE - 10;
	}
	assert_true(f->now - begin > SETTLE_MOST - SETTLE);
}

/* A system call filter that has none but watches in it, for a process of its own. */
static bool forbid_watches(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0), /* the number of the call */
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_inotify_add_watch, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSPC),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { COUNT_OF(code), code };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/* Which step is not as it should be; 0 when all are. */
static int look_without_watches(struct fixture *f)
{
	static const char words[] =
		"cannot be watched for: No space left on device; it is looked at "
		"every 2 s instead";

	if (!forbid_watches())
		return 1;
	reload_ask(f->reload, f->now);
	if (!said(f, words))
		return 2;
	forget_said(f);
	if (reload_timeout(f->reload, f->now) != LOOK_UNWATCHED)
		return 3;
	rename_over();
	f->now += LOOK_UNWATCHED;
	reload_turn(f->reload, f->now);
	f->now += SETTLE;
	reload_turn(f->reload, f->now);
	if (!in_force(f, "second", 2))
		return 4;

	/* A mode is not content, and still found. */
	open_up();
	f->now += LOOK_UNWATCHED;
	reload_turn(f->reload, f->now);
	f->now += SETTLE;
	reload_turn(f->reload, f->now);
	if (!said(f, "the file has mode 0666"))
		return 5;

	/* Said once. */
	return said(f, "cannot be watched for") ? 6 : 0;
}

static void without_watches_the_file_is_looked_at(void **state)
{
	struct fixture *f = *state;
	int status;
	pid_t pid;

	write_policy("policy.yaml", "first");
	start(f, "policy.yaml");
	pid = fork();
	if (pid == 0)
		_exit(look_without_watches(f));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* The reason may lie outside of the files, so it is tried again; and told once. */
static void failure_is_tried_again_quietly(void **state)
{
	struct fixture *f = *state;

	write_policy("policy.yaml", "first");
	start(f, "policy.yaml");
	take_away();
	settle(f);
	assert_int_equal(state_of(f).errors, 1);
	forget_said(f);
	for (int i = 0; i < 3; i++) {
		assert_true(reload_timeout(f->reload, f->now) <= LOOK);
		f->now += LOOK;
		settle(f);
	}
	assert_false(said(f, "cis-authz"));
	assert_int_equal(state_of(f).errors, 1);
	assert_true(state_of(f).failed);
}

/* Or decisions would go by the baseline while somebody fills the file. */
static void empty_file_is_one_that_is_being_written(void **state)
{
	struct fixture *f = *state;

	write_policy("policy.yaml", "first");
	start(f, "policy.yaml");
	write_text("policy.yaml", "");
	settle(f);
	assert_in_force(f, "first", 1);
	assert_true(said(f, "policy.yaml: error: the file is empty"));
	write_text("policy.yaml", "version: 1\n");
	settle(f);
	assert_in_force(f, "baseline", 2);
}

static void service_may_start_with_an_empty_file(void **state)
{
	struct fixture *f = *state;

	write_text("policy.yaml", "");
	start(f, "policy.yaml");
	assert_in_force(f, "baseline", 1);
	take_away();
	settle(f);
	assert_true(state_of(f).failed);
	write_text("policy.yaml", "");
	settle(f);
	assert_false(state_of(f).failed);
	assert_in_force(f, "baseline", 1);
}

static void what_is_no_file_is_said_to_be_none(void **state)
{
	struct fixture *f = *state;

	start(f, NULL);
	assert_int_equal(reload_fd(f->reload), -1);
	reload_ask(f->reload, f->now);
	assert_true(said(f, "the policy in force is the built-in baseline"));
	assert_in_force(f, "baseline", 1);
	reload_free(f->reload);
	f->reload = reload_new("-", f->slot);
	reload_turn(f->reload, f->now);
	reload_ask(f->reload, f->now);
	assert_true(said(f, "the policy came from standard input"));
	assert_in_force(f, "baseline", 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bad_policy_changes_nothing_and_is_loud),
		TEST(unchanged_file_is_not_published),
		TEST(asking_does_not_wait),
		TEST(change_before_the_first_turn_is_taken),
		TEST(two_changes_end_with_the_second),
		TEST(burst_is_read_once_but_not_put_off_for_ever),
		TEST(without_watches_the_file_is_looked_at),
		TEST(failure_is_tried_again_quietly),
		TEST(empty_file_is_one_that_is_being_written),
		TEST(service_may_start_with_an_empty_file),
		TEST(what_is_no_file_is_said_to_be_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
