/* test-seccomp.c - the table of the engine's own system calls, and ways to allow one of them. */
#include "unit.h"

#include <string.h>

#include "base/array.h"
#include "docker/spelling/seccomp-calls.h"

static struct seccomp_index *make(struct seccomp_index *index)
{
	seccomp_index_make(index);
	return index;
}

static void test_table(void **state)
{
	struct seccomp_index index;

	(void) state;
	make(&index);
	for (size_t i = 0; i < SECCOMP_CALLS; i++) {
		struct slice name = seccomp_call_name(i);

		assert_int_equal(seccomp_index_find(&index, name), i);
		if (i > 0)
			assert_true(slice_cmp(seccomp_call_name(i - 1), name) < 0);
	}
	assert_int_equal(seccomp_index_find(&index, SLICE("")), SECCOMP_CALLS);
	assert_int_equal(seccomp_index_find(&index, SLICE("clon")), SECCOMP_CALLS);
	assert_int_equal(seccomp_index_find(&index, SLICE("clone\0")), SECCOMP_CALLS);
}

static struct seccomp_arg arg(int64_t index, const char *op, int64_t value, int64_t two)
{
	return (struct seccomp_arg){
		.index = { .value = index },
		.op = { .value = slice_str(op) },
		.value = { .value = value },
		.value_two = { .value = two },
	};
}

static const struct {
	size_t call;
	const char *op;
	int64_t value, two;
	enum seccomp_credit credit;
} rows[] = {
	{ SECCOMP_CALL_socket, "SCMP_CMP_NE", 40, 0, SECCOMP_AS_ENGINE },
	{ SECCOMP_CALL_socket, "SCMP_CMP_NE", 41, 0, SECCOMP_AS_OLD_ENGINE },
	{ SECCOMP_CALL_socket, "SCMP_CMP_EQ", 40, 0, SECCOMP_AS_OLD_ENGINE },
	{ SECCOMP_CALL_socket, "SCMP_CMP_EQ", 39, 0, SECCOMP_AS_ENGINE },
	{ SECCOMP_CALL_socket, "SCMP_CMP_LT", 40, 0, SECCOMP_AS_ENGINE },
	{ SECCOMP_CALL_socket, "SCMP_CMP_LE", 40, 0, SECCOMP_AS_OLD_ENGINE },
	{ SECCOMP_CALL_socket, "SCMP_CMP_LT", 0, 0, SECCOMP_AS_OLD_ENGINE },
	{ SECCOMP_CALL_socket, "SCMP_CMP_GT", 40, 0, SECCOMP_AS_ENGINE },
	{ SECCOMP_CALL_socket, "SCMP_CMP_GE", 40, 0, SECCOMP_AS_OLD_ENGINE },
	{ SECCOMP_CALL_socket, "SCMP_CMP_GE", 41, 0, SECCOMP_AS_ENGINE },
	{ SECCOMP_CALL_socket, "SCMP_CMP_GT", -1, 0, SECCOMP_AS_OLD_ENGINE },
	{ SECCOMP_CALL_socket, "scmp_cmp_eq", 1, 0, SECCOMP_AS_OLD_ENGINE },
	{ SECCOMP_CALL_socket, "", 1, 0, SECCOMP_AS_OLD_ENGINE },
	{ SECCOMP_CALL_personality, "SCMP_CMP_EQ", 0, 0, SECCOMP_AS_ENGINE },
	{ SECCOMP_CALL_personality, "SCMP_CMP_EQ", 1, 0, SECCOMP_WIDER },
	{ SECCOMP_CALL_personality, "SCMP_CMP_LE", 0, 0, SECCOMP_AS_ENGINE },
	{ SECCOMP_CALL_personality, "SCMP_CMP_LT", 1, 0, SECCOMP_AS_ENGINE },
	{ SECCOMP_CALL_personality, "SCMP_CMP_NE", 0, 0, SECCOMP_WIDER },
	{ SECCOMP_CALL_personality, "SCMP_CMP_MASKED_EQ", 0xff, 0, SECCOMP_WIDER },
	{ SECCOMP_CALL_clone, "SCMP_CMP_MASKED_EQ", 0x7e020000, 0, SECCOMP_AS_ENGINE },
	{ SECCOMP_CALL_clone, "SCMP_CMP_MASKED_EQ", 0x7e020000, 0x100, SECCOMP_AS_ENGINE },
	{ SECCOMP_CALL_clone, "SCMP_CMP_MASKED_EQ", 0x7e020000, 0x20000, SECCOMP_WIDER },
	{ SECCOMP_CALL_clone, "SCMP_CMP_MASKED_EQ", 0x7c020000, 0, SECCOMP_WIDER },
	{ SECCOMP_CALL_clone, "SCMP_CMP_MASKED_EQ", 0xff020000, 0x80000000, SECCOMP_AS_ENGINE },
	{ SECCOMP_CALL_clone, "SCMP_CMP_EQ", 17, 0, SECCOMP_AS_ENGINE },
	{ SECCOMP_CALL_clone, "SCMP_CMP_EQ", 0x10000011, 0, SECCOMP_WIDER },
	{ SECCOMP_CALL_clone, "SCMP_CMP_LT", 2, 0, SECCOMP_WIDER },
	{ SECCOMP_CALL_mount, "SCMP_CMP_EQ", 0, 0, SECCOMP_WIDER },
	{ SECCOMP_CALL_read, "SCMP_CMP_EQ", 0, 0, SECCOMP_AS_ENGINE },
	{ SECCOMP_CALL_io_uring_setup, "SCMP_CMP_EQ", 0, 0, SECCOMP_AS_OLD_ENGINE },
};

static void test_conditions(void **state)
{
	(void) state;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct seccomp_arg args[] = { arg(0, rows[i].op, rows[i].value, rows[i].two) };
		struct seccomp_way way = { .args = args, .count = 1 };

		assert_int_equal(seccomp_call_judge(rows[i].call, &way), rows[i].credit);
		assert_int_equal(seccomp_call_judge(rows[i].call, &way), rows[i].credit);
	}
}

/* On different arguments conditions hold together; on one, and with one, either is enough. */
static void test_together(void **state)
{
	struct seccomp_arg args[] = {
		arg(1, "SCMP_CMP_EQ", 7, 0),
		arg(0, "SCMP_CMP_EQ", 8, 0),
		arg(0, "SCMP_CMP_EQ", 0, 0),
	};
	struct seccomp_arg last[] = {
		arg(5, "SCMP_CMP_EQ", 7, 0),
		arg(0, "SCMP_CMP_EQ", 8, 0),
		arg(5, "SCMP_CMP_EQ", 6, 0),
	};
	/* The engine takes no such profile, and neither stands for another argument. */
	struct seccomp_arg none[] = {
		arg(6, "SCMP_CMP_EQ", 7, 0),  arg(-1, "SCMP_CMP_EQ", 7, 0),
		arg(0, "SCMP_CMP_EQ", 8, 0),  arg(6, "SCMP_CMP_EQ", 6, 0),
		arg(-1, "SCMP_CMP_EQ", 6, 0),
	};
	struct seccomp_way fifth = { .args = last, .count = 3 };
	struct seccomp_way beyond = { .args = none, .count = 5 };
	struct seccomp_way two = { .args = args, .count = 2 };
	struct seccomp_way three = { .args = args, .count = 3 };
	struct seccomp_way doubled = { .args = args + 1, .count = 2 };

	(void) state;
	assert_int_equal(seccomp_call_judge(SECCOMP_CALL_personality, &two), SECCOMP_AS_ENGINE);
	assert_int_equal(seccomp_call_judge(SECCOMP_CALL_personality, &three), SECCOMP_WIDER);
	assert_int_equal(seccomp_call_judge(SECCOMP_CALL_personality, &fifth), SECCOMP_WIDER);
	assert_int_equal(seccomp_call_judge(SECCOMP_CALL_personality, &beyond), SECCOMP_AS_ENGINE);
	assert_int_equal(seccomp_call_judge(SECCOMP_CALL_personality, &doubled), SECCOMP_AS_ENGINE);
}

static void test_machine(void **state)
{
	struct seccomp_arg first[] = { arg(0, "SCMP_CMP_MASKED_EQ", 0x7e020000, 0) };
	struct seccomp_arg second[] = { arg(1, "SCMP_CMP_MASKED_EQ", 0x7e020000, 0) };
	struct seccomp_way ways[] = {
		{ .args = first, .count = 1 },
		{ .args = first, .count = 1, .only_on_s390 = true },
		{ .args = second, .count = 1 },
		{ .args = second, .count = 1, .only_on_s390 = true },
	};

	(void) state;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(seccomp_call_judge(SECCOMP_CALL_clone, &ways[i]),
				 i == 0 || i == 3 ? SECCOMP_AS_ENGINE : SECCOMP_WIDER);
}

static void test_capabilities(void **state)
{
	struct seccomp_way way = { .caps = seccomp_cap(SLICE("CAP_BPF")) };

	(void) state;
	assert_int_equal(seccomp_call_judge(SECCOMP_CALL_bpf, &way), SECCOMP_AS_ENGINE);
	assert_int_equal(seccomp_call_judge(SECCOMP_CALL_mount, &way), SECCOMP_WIDER);
	way.caps |= seccomp_cap(SLICE("CAP_SYS_ADMIN"));
	assert_int_equal(seccomp_call_judge(SECCOMP_CALL_mount, &way), SECCOMP_AS_ENGINE);
	assert_int_equal(seccomp_cap(SLICE("SYS_ADMIN")), 0);
	assert_int_equal(seccomp_cap(SLICE("cap_sys_admin")), 0);
	assert_int_equal(seccomp_cap(SLICE("CAP_CHOWN")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),        cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_together),     cmocka_unit_test(test_machine),
		cmocka_unit_test(test_capabilities),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
