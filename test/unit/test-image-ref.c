/* test-image-ref.c - references to images, in the engine's normal form. */
#include "unit.h"

#include "base/arena.h"
#include "base/array.h"
#include "docker/spelling/image-ref.h"

#define HEX64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ID    "sha256:" HEX64

static struct image read_as(struct arena *a, const char *given, enum image_use use)
{
	struct image image;

	assert_int_equal(image_ref_read(a, slice_str(given), use, &image), 0);
	return image;
}

static void test_names(void **state)
{
	static const struct {
		const char *given, *registry, *name, *tag, *digest;
	} rows[] = {
		{ "nginx", "docker.io", "docker.io/library/nginx", "latest", "" },
		{ "nginx:1.27", "docker.io", "docker.io/library/nginx", "1.27", "" },
		{ "nginx:", "docker.io", "docker.io/library/nginx", "latest", "" },
		{ "nginx@" ID, "docker.io", "docker.io/library/nginx", "", ID },
		{ "nginx:1@" ID, "docker.io", "docker.io/library/nginx", "1", ID },
		{ "nginx:1:2", "docker.io", "docker.io/library/nginx", "2", "" },
		{ "team/app", "docker.io", "docker.io/team/app", "latest", "" },
		{ "docker.io/nginx", "docker.io", "docker.io/library/nginx", "latest", "" },
		{ "docker.io/team/app", "docker.io", "docker.io/team/app", "latest", "" },
		{ "index.docker.io/nginx", "docker.io", "docker.io/library/nginx", "latest", "" },
		{ "localhost/app", "localhost", "localhost/app", "latest", "" },
		{ "localhost:5000/app", "localhost:5000", "localhost:5000/app", "latest", "" },
		{ "r.example.com/a/b/c:2", "r.example.com", "r.example.com/a/b/c", "2", "" },
		{ "R.Example.com/app", "r.example.com", "R.Example.com/app", "latest", "" },
		{ "Team/app", "team", "Team/app", "latest", "" },
		{ "[::1]:5000/app", "[::1]:5000", "[::1]:5000/app", "latest", "" },
		{ "nginx:1/app", "nginx:1", "nginx:1/app", "latest", "" },
		{ "sha256:cafe", "docker.io", "docker.io/library/sha256", "cafe", "" },
	};
	struct arena *a = *state;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct slice given = tight(slice_str(rows[i].given));
		struct image image;

		assert_int_equal(image_ref_read(a, given, IMAGE_RUN, &image), 0);
		assert_false(image.is_id);
		assert_slice(image.given, given);
		assert_slice(image.registry, slice_str(rows[i].registry));
		assert_slice(image.name, slice_str(rows[i].name));
		assert_slice(image.tag, slice_str(rows[i].tag));
		assert_slice(image.digest, slice_str(rows[i].digest));
		untight(given);
	}
}

static void test_tag_implied(void **state)
{
	assert_true(read_as(*state, "nginx", IMAGE_FETCH).tag_implied);
	assert_false(read_as(*state, "nginx:latest", IMAGE_FETCH).tag_implied);
	assert_false(read_as(*state, "nginx@" ID, IMAGE_FETCH).tag_implied);
}

static void test_ids(void **state)
{
	static const char *const ids[] = { ID, HEX64 };

	for (size_t i = 0; i < 2; i++) {
		struct image image = read_as(*state, ids[i], IMAGE_RUN);

		assert_true(image.is_id);
		assert_false(image.may_be_id);
		assert_slice(image.digest, SLICE(ID));
		assert_int_equal(image.name.len, 0);
		assert_int_equal(image.registry.len, 0);
	}
	assert_true(read_as(*state, "cafe", IMAGE_RUN).may_be_id);
	assert_true(read_as(*state, "sha256:cafe", IMAGE_RUN).may_be_id);
	assert_false(read_as(*state, "cafe:1", IMAGE_RUN).may_be_id);
	assert_false(read_as(*state, "CAFE", IMAGE_RUN).may_be_id);
}

/* What is pulled or named is never an ID, whatever it looks like. */
static void test_ids_are_run_only(void **state)
{
	static const enum image_use uses[] = { IMAGE_FETCH, IMAGE_NAME };

	for (size_t i = 0; i < 2; i++) {
		struct image image = read_as(*state, ID, uses[i]);

		assert_false(image.is_id);
		assert_slice(image.name, SLICE("docker.io/library/sha256"));
		assert_slice(image.tag, SLICE(HEX64));
		assert_int_equal(image.digest.len, 0);
		assert_false(read_as(*state, "cafe", uses[i]).may_be_id);
	}
}

static void test_list(void **state)
{
	struct intent in = { .arena = *state };

	assert_int_equal(image_ref_add(&in, SLICE(""), IMAGE_RUN, NULL), 0);
	assert_int_equal(in.images.count, 0);
	assert_int_equal(image_ref_add(&in, SLICE("a"), IMAGE_NAME, NULL), 0);
	assert_int_equal(image_ref_add(&in, SLICE("b"), IMAGE_FETCH, NULL), 0);
	assert_int_equal(in.images.count, 2);
	assert_slice(in.images.items[1].name, SLICE("docker.io/library/b"));
	assert_int_equal(in.images.items[0].use, IMAGE_NAME);
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
		cmocka_unit_test(test_names), cmocka_unit_test(test_tag_implied),
		cmocka_unit_test(test_ids),   cmocka_unit_test(test_ids_are_run_only),
		cmocka_unit_test(test_list),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
