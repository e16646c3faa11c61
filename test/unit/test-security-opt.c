/* test-security-opt.c - security options in all their spellings, seccomp profiles by content. */
#include "unit.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/array.h"
#include "docker/spelling/security-opt.h"
#include "policy/intent.h"

enum { MOST = 4 };

/* Up to MOST options, the last of them NULL unless all are there. */
static struct security read_options(struct arena *a, const char *const *options)
{
	struct text items[MOST] = { 0 };
	struct container c = { .security_opt = { .state = FIELD_SET, .items = items } };

	for (size_t i = 0; i < MOST && options[i]; i++) {
		items[i].value = slice_str(options[i]);
		c.security_opt.count++;
	}
	assert_int_equal(security_opt_read(&c, a), 0);
	return c.security;
}

#define READ(...) read_options(*state, (const char *const[MOST]){ __VA_ARGS__ })

static void test_separators(void **state)
{
	assert_slice(READ("apparmor=web").apparmor.value, SLICE("web"));
	assert_slice(READ("apparmor:web").apparmor.value, SLICE("web"));
	/* The first '=' ends the key, whatever colons stand before it. */
	assert_int_equal(READ("apparmor:a=b").apparmor.state, FIELD_DEFAULT);
	assert_slice(READ("apparmor=a:b").apparmor.value, SLICE("a:b"));
	assert_int_equal(READ("AppArmor=web").apparmor.state, FIELD_DEFAULT);
}

static void test_last_wins(void **state)
{
	assert_slice(READ("apparmor=a", "apparmor:b").apparmor.value, SLICE("b"));
	assert_false(READ("no-new-privileges", "no-new-privileges=f").no_new_privileges.value);
	assert_true(READ("no-new-privileges:0", "no-new-privileges").no_new_privileges.value);
}

static void test_flags(void **state)
{
	static const char *const yes[] = { "1", "t", "T", "true", "TRUE", "True" };
	char option[64];

	for (size_t i = 0; i < COUNT_OF(yes); i++) {
		snprintf(option, sizeof(option), "no-new-privileges=%s", yes[i]);
		assert_true(READ(option).no_new_privileges.value);
	}
	assert_int_equal(READ("no-new-privileges=yes").no_new_privileges.state, FIELD_DEFAULT);
	assert_true(READ("writable-cgroups").writable_cgroups.value);
}

static void test_labels_add_up(void **state)
{
	struct security s =
		READ("label=disable", "label:type:web_t", "label=level:s0", "label=user:u");

	assert_true(s.label_disabled.value);
	assert_slice(s.label_type.value, SLICE("web_t"));
	assert_slice(s.label_level.value, SLICE("s0"));
	assert_slice(s.label_other.value, SLICE("user:u"));
	assert_true(READ("disable").label_disabled.value);
}

static void test_seccomp_words(void **state)
{
	assert_int_equal(READ("apparmor=web").seccomp.kind, SECCOMP_DEFAULT);
	assert_int_equal(READ("seccomp=").seccomp.kind, SECCOMP_DEFAULT);
	assert_int_equal(READ("seccomp=builtin").seccomp.kind, SECCOMP_DEFAULT);
	assert_int_equal(READ("seccomp:unconfined").seccomp.kind, SECCOMP_UNCONFINED);
	assert_int_equal(READ("seccomp={}").seccomp.kind, SECCOMP_CUSTOM);
}

/* A profile that refuses by default and has the entries `entries`. */
static struct seccomp read_entries(void *const *state, const char *entries)
{
	static char option[2048]; /* what is read points into it */

	snprintf(option, sizeof(option),
		 "seccomp={\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[%s]}", entries);
	return READ(option).seccomp;
}

static void test_seccomp_default_action(void **state)
{
	assert_true(READ("seccomp={}").seccomp.allows_unnamed);
	assert_true(READ("seccomp={\"defaultAction\":\"SCMP_ACT_ALLOW\"}").seccomp.allows_unnamed);
	assert_true(READ("seccomp={\"defaultAction\":\"SCMP_ACT_LOG\"}").seccomp.allows_unnamed);
	assert_false(read_entries(state, "").allows_unnamed);
	assert_false(read_entries(state, "").unreadable);
}

static void test_seccomp_calls(void **state)
{
	static const struct {
		const char *entries;
		size_t count;
	} rows[] = {
		{ "{\"names\":[\"read\",\"write\"],\"action\":\"SCMP_ACT_ALLOW\"}", 0 },
		{ "{\"names\":[\"mount\",\"mount\"],\"action\":\"SCMP_ACT_ALLOW\"}", 1 },
		{ "{\"names\":[\"_sysctl\",\"vm86old\"],\"action\":\"SCMP_ACT_LOG\"}", 2 },
		{ "{\"names\":[\"mount\"],\"action\":\"SCMP_ACT_KILL_PROCESS\"}", 0 },
		{ "{\"name\":\"keyctl\",\"action\":\"SCMP_ACT_ALLOW\"}", 1 },
		{ "{\"names\":[\"bpf\"],\"action\":\"SCMP_ACT_ALLOW\","
		  "\"includes\":{\"caps\":[\"CAP_BPF\"]}}",
		  0 },
		{ "{\"names\":[\"bpf\"],\"action\":\"SCMP_ACT_ALLOW\","
		  "\"includes\":{\"caps\":[\"CAP_KILL\"]}}",
		  1 },
		{ "{\"names\":[\"keyctl\"],\"action\":\"SCMP_ACT_ALLOW\","
		  "\"includes\":{\"caps\":[\"CAP_SYS_ADMIN\"]}}",
		  1 },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_int_equal(read_entries(state, rows[i].entries).count, rows[i].count);
}

/* Of those that the engine's own does not name, two stand for all. */
static void test_seccomp_many(void **state)
{
	struct seccomp all = read_entries(
		state,
		"{\"names\":[\"_sysctl\",\"acct\",\"bpf\",\"clone\",\"clone3\",\"fsopen\",\"init_"
		"module\",\"io_uring_setup\",\"ioperm\",\"iopl\",\"kexec_load\",\"mount\",\"open_by_"
		"handle_at\",\"perf_event_open\",\"pivot_root\",\"reboot\",\"set_mempolicy\","
		"\"setdomainname\",\"setns\",\"swapon\",\"umount2\",\"unshare\",\"userfaultfd\","
		"\"vm86\",\"vm86old\"],\"action\":\"SCMP_ACT_ALLOW\"}");

	assert_int_equal(all.count, 20);
	assert_slice(all.allowed[0], SLICE("acct"));
	assert_slice(all.allowed[17], SLICE("unshare"));
	assert_slice(all.allowed[18], SLICE("_sysctl"));
	assert_slice(all.allowed[19], SLICE("kexec_load"));
}

static void test_seccomp_length(void **state)
{
	static char text[(256 << 10) + sizeof("seccomp=") + 1];
	const size_t profile = strlen("seccomp="), longest = 256 << 10;

	memset(text, ' ', sizeof(text) - 1);
	memcpy(text, "seccomp={\"defaultAction\":\"SCMP_ACT_ERRNO\"", 41);
	text[profile + longest - 1] = '}';
	text[profile + longest] = '\0';
	assert_false(READ(text).seccomp.too_long);
	assert_false(READ(text).seccomp.unreadable);
	text[profile + longest - 1] = ' ';
	text[profile + longest] = '}';
	assert_true(READ(text).seccomp.too_long);
}

static void test_seccomp_clone(void **state)
{
	static const char entry[] = "{\"names\":[\"clone\"],\"action\":\"SCMP_ACT_ALLOW\","
				    "\"includes\":{\"arches\":[%s]},\"args\":[{\"index\":%d,"
				    "\"value\":%s,\"valueTwo\":0,\"op\":\"SCMP_CMP_MASKED_EQ\"}]}";
	char text[512];

	snprintf(text, sizeof(text), entry, "", 0, "2114060288");
	assert_int_equal(read_entries(state, text).count, 0);
	snprintf(text, sizeof(text), entry, "\"s390\",\"s390x\"", 1, "2114060288");
	assert_int_equal(read_entries(state, text).count, 0);
	snprintf(text, sizeof(text), entry, "\"s390\",\"amd64\"", 1, "2114060288");
	assert_int_equal(read_entries(state, text).count, 1);
	snprintf(text, sizeof(text), entry, "", 0, "0");
	assert_int_equal(read_entries(state, text).count, 1);
	/* Beyond what we keep of a number. */
	snprintf(text, sizeof(text), entry, "", 0, "18446744073709551615");
	assert_true(read_entries(state, text).unreadable);
}

static void test_seccomp_unreadable(void **state)
{
	assert_true(READ("seccomp=/etc/profile.json").seccomp.unreadable);
	assert_true(READ("seccomp={").seccomp.unreadable);
	assert_true(READ("seccomp={\"defaultAction\":1}").seccomp.unreadable);
	assert_true(READ("seccomp={\"syscalls\":[],\"sysCalls\":[]}").seccomp.unreadable);
}

/* printf '{"defaultAction":"SCMP_ACT_ALLOW"}' | sha256sum */
static void test_seccomp_digest(void **state)
{
	struct seccomp a = READ("seccomp={\"defaultAction\":\"SCMP_ACT_ALLOW\"}").seccomp;
	struct seccomp b =
		READ("seccomp= {\n\t\"defaultAction\" : \"SCMP_ACT_ALLOW\" }\r\n").seccomp;
	struct seccomp c = READ("seccomp={\"defaultAction\":\"SCMP_ACT_ ALLOW\"}").seccomp;

	assert_slice(a.sha256,
		     SLICE("1e91071efd3cec07b4e3e6cb9e0405055162ec9674f62869fe7f1564d5dce24f"));
	assert_slice(b.sha256, a.sha256);
	assert_false(slice_eq(c.sha256, a.sha256));
}

static int set_up(void **state)
{
	*state = arena_new(1 << 20);
	return *state ? 0 : -1;
}

static int tear_down(void **state)
{
	arena_free(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_separators),
		cmocka_unit_test(test_last_wins),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_labels_add_up),
		cmocka_unit_test(test_seccomp_words),
		cmocka_unit_test(test_seccomp_default_action),
		cmocka_unit_test(test_seccomp_calls),
		cmocka_unit_test(test_seccomp_many),
		cmocka_unit_test(test_seccomp_length),
		cmocka_unit_test(test_seccomp_clone),
		cmocka_unit_test(test_seccomp_unreadable),
		cmocka_unit_test(test_seccomp_digest),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
