#include "base/array.h"
#include "base/number.h"

#include "unit.h"

static void u64(void **state)
{
	uint64_t value;

	(void) state;
	assert_true(number_u64(SLICE("0"), &value) && value == 0);
	assert_true(number_u64(SLICE("007"), &value) && value == 7);
	assert_true(number_u64(SLICE("18446744073709551615"), &value) && value == UINT64_MAX);
}

static void not_u64(void **state)
{
	static const struct slice bad[] = {
		{ NULL, 0 },
		SLICE_INIT("-1"),
		SLICE_INIT("+1"),
		SLICE_INIT(" 1"),
		SLICE_INIT("1 "),
		SLICE_INIT("1\0"),
		SLICE_INIT("\0001"),
		SLICE_INIT("1\n"),
		SLICE_INIT("0x1"),
		SLICE_INIT("1."),
		SLICE_INIT("1e3"),
		SLICE_INIT("/"),
		SLICE_INIT(":"),
		SLICE_INIT("1_0"),
		SLICE_INIT("\xd9\xa1"),
		SLICE_INIT("18446744073709551616"),
		SLICE_INIT("18446744073709551620"),
		SLICE_INIT("99999999999999999999"),
		SLICE_INIT("100000000000000000000"),
	};

	(void) state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		uint64_t value = 77;

		assert_false(number_u64(bad[i], &value));
		assert_int_equal(value, 77);
	}
}

static void i64(void **state)
{
	int64_t value;

	(void) state;
	assert_true(number_i64(SLICE("0"), &value) && value == 0);
	assert_true(number_i64(SLICE("-0"), &value) && value == 0);
	assert_true(number_i64(SLICE("-1"), &value) && value == -1);
	assert_true(number_i64(SLICE("9223372036854775807"), &value) && value == INT64_MAX);
	assert_true(number_i64(SLICE("-9223372036854775808"), &value) && value == INT64_MIN);
}

static void not_i64(void **state)
{
	static const struct slice bad[] = {
		{ NULL, 0 },
		SLICE_INIT("-"),
		SLICE_INIT("--1"),
		SLICE_INIT("+1"),
		SLICE_INIT("- 1"),
		SLICE_INIT("1-"),
		SLICE_INIT("-1\0"),
		SLICE_INIT("9223372036854775808"),
		SLICE_INIT("-9223372036854775809"),
		SLICE_INIT("-18446744073709551615"),
		SLICE_INIT("18446744073709551615"),
		SLICE_INIT("-18446744073709551616"),
	};

	(void) state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		int64_t value = 77;

		assert_false(number_i64(bad[i], &value));
		assert_int_equal(value, 77);
	}
}

static void sizes(void **state)
{
	static const struct {
		const char *text;
		uint64_t value;
	} good[] = {
		{ "0", 0 },
		{ "512", 512 },
		{ "1b", 1 },
		{ "1B", 1 },
		{ "2k", 2048 },
		{ "2K", 2048 },
		{ "2kb", 2048 },
		{ "2KB", 2048 },
		{ "2Kb", 2048 },
		{ "3m", 3 << 20 },
		{ "3MB", 3 << 20 },
		{ "4g", UINT64_C(4) << 30 },
		{ "0t", 0 },
		{ "1tb", UINT64_C(1) << 40 },
		{ "16777215t", UINT64_C(16777215) << 40 },
		{ "18014398509481983k", UINT64_C(18014398509481983) << 10 },
		{ "18446744073709551615b", UINT64_MAX },
	};
	uint64_t value;

	(void) state;
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		assert_true(number_size(slice_str(good[i].text), &value));
		assert_int_equal(value, good[i].value);
	}
}

static void not_sizes(void **state)
{
	static const char *const bad[] = {
		"",
		"b",
		"k",
		"kb",
		"-1",
		"-1k",
		"1 k",
		"1k ",
		" 1k",
		"1kib",
		"1kk",
		"1bb",
		"1bk",
		"1p",
		"1.5g",
		"1x",
		"0x10",
		"16777216t",
		"18014398509481984k",
		"17179869184g",
		"18446744073709551616",
	};

	(void) state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		uint64_t value = 77;

		if (number_size(slice_str(bad[i]), &value))
			fail_msg("`%s` was read as %ju", bad[i], (uintmax_t) value);
		assert_int_equal(value, 77);
	}
	assert_false(number_size(SLICE("1k\0"), &(uint64_t){ 0 }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(u64),     cmocka_unit_test(not_u64), cmocka_unit_test(i64),
		cmocka_unit_test(not_i64), cmocka_unit_test(sizes),   cmocka_unit_test(not_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
