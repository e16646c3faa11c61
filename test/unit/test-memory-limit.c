/* test-memory-limit.c - control groups as hosts and containers show them. */
#include "service/memory-limit.h"

#include "base/array.h"
#include "scratch.h"

static void put(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void folder(const char *path)
{
	assert_int_equal(mkdir(path, 0755), 0);
}

static void least_of_all_groups_above_counts(void **state)
{
	(void) state;
	put("groups", "0::/system.slice/cis-authz.service\n");
	folder("mount");
	folder("mount/system.slice");
	folder("mount/system.slice/cis-authz.service");
	assert_true(memory_limit("groups", "mount") == UINT64_MAX);
	put("mount/system.slice/cis-authz.service/memory.max", "max\n");
	assert_true(memory_limit("groups", "mount") == UINT64_MAX);
	put("mount/system.slice/memory.max", "67108864\n");
	assert_int_equal(memory_limit("groups", "mount"), 64 << 20);
	put("mount/system.slice/cis-authz.service/memory.max", "33554432\n");
	assert_int_equal(memory_limit("groups", "mount"), 32 << 20);
	put("mount/memory.max", "16777216\n");
	assert_int_equal(memory_limit("groups", "mount"), 16 << 20);
}

/* Its group is the root of what it sees, or has a name that only the host knows. */
static void container_is_told_by_the_root(void **state)
{
	(void) state;
	folder("mount");
	put("mount/memory.max", "1048576\n");
	put("groups", "0::/\n");
	assert_int_equal(memory_limit("groups", "mount"), 1 << 20);
	put("groups", "0::/../../docker/5724e2c8\n");
	assert_int_equal(memory_limit("groups", "mount"), 1 << 20);
}

static void older_hierarchy_has_a_folder_for_memory(void **state)
{
	(void) state;
	folder("mount");
	folder("mount/memory");
	folder("mount/memory/docker");
	put("mount/memory/memory.limit_in_bytes", "9223372036854771712\n");
	put("mount/memory/docker/memory.limit_in_bytes", "4096\n");
	put("groups",
	    "12:pids:/docker\n11:cpu,memory:/docker\n10:memory,x:/\n1:name=systemd:/\n0::/\n");
	assert_int_equal(memory_limit("groups", "mount"), 4096);
	put("groups", "11:pids:/docker\n10:memoryless:/docker\n0::/\n");
	assert_true(memory_limit("groups", "mount") == UINT64_MAX);
}

static void nonsense_is_no_limit(void **state)
{
	static const char *const texts[] = {
		"", "\n", "no", "0", ":", "::", "0:", "0::", "x:y:z\n"
	};

	(void) state;
	folder("mount");
	put("mount/memory.max", "-1\n");
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		put("groups", texts[i]);
		assert_true(memory_limit("groups", "mount") == UINT64_MAX);
	}
	assert_true(memory_limit("absent", "mount") == UINT64_MAX);
	assert_true(memory_limit("groups", "absent") == UINT64_MAX);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_enter, scratch_leave)
	const struct CMUnitTest tests[] = {
		TEST(least_of_all_groups_above_counts),
		TEST(container_is_told_by_the_root),
		TEST(older_hierarchy_has_a_folder_for_memory),
		TEST(nonsense_is_no_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
