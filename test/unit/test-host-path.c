#include "base/host-path.h"

#include "base/arena.h"

#include "scratch.h"

#include <errno.h>
#include <fcntl.h>

enum { MUCH = 1024 * 1024 };

/* Paths that do not start with a slash are below the scratch directory. */
static struct slice whole(struct arena *a, const char *dir, const char *path)
{
	struct slice text;

	if (path[0] == '/')
		return slice_str(path);
	assert_int_equal(arena_printf(a, &text, "%s%s%s", dir, *path ? "/" : "", path), 0);
	return text;
}

#define assert_leads(state, from, to)                                                           \
	do {                                                                                    \
		OWN(arena) a_ = arena_new(MUCH);                                                \
		struct slice got_ = SLICE("untouched");                                         \
		assert_int_equal(host_path_resolve(a_, whole(a_, *(state), from), NULL, &got_), \
				 0);                                                            \
		assert_slice(got_, whole(a_, *(state), to));                                    \
	} while (0)

#define assert_refused(state, from, error)                                                      \
	do {                                                                                    \
		OWN(arena) a_ = arena_new(MUCH);                                                \
		struct slice got_ = SLICE("untouched");                                         \
		assert_int_equal(host_path_resolve(a_, whole(a_, *(state), from), NULL, &got_), \
				 error);                                                        \
		assert_slice(got_, SLICE("untouched"));                                         \
	} while (0)

static void make_file(const char *name)
{
	int fd = open(name, O_CREAT | O_WRONLY, 0600);

	assert_true(fd >= 0);
	close(fd);
}

static void make_link(const char *target, const char *name)
{
	assert_int_equal(symlink(target, name), 0);
}

static void plain(void **state)
{
	assert_int_equal(mkdir("dir", 0700), 0);
	make_file("dir/file");
	assert_leads(state, "/", "/");
	assert_leads(state, "//", "/");
	assert_leads(state, "/..", "/");
	assert_leads(state, "/../../.", "/");
	assert_leads(state, "dir", "dir");
	assert_leads(state, "dir/file", "dir/file");
	assert_leads(state, "dir//./file", "dir/file");
	assert_leads(state, "dir/", "dir");
	assert_leads(state, "dir/../dir/..", "");
}

static void missing_parts_are_kept(void **state)
{
	make_file("file");
	assert_leads(state, "no", "no");
	assert_leads(state, "no/such/thing/", "no/such/thing");
	assert_leads(state, "no/../../x/../..", "/");
	assert_leads(state, "no/a//./b/../c", "no/a/c");
	assert_leads(state, "file/below", "file/below");
	assert_leads(state, "file/below/../../x", "x");
}

/* Leaving what is missing by ".." comes back to what exists, and its links count. */
static void links_behind_missing_parts(void **state)
{
	make_link("/etc", "link");
	assert_leads(state, "no/../link/x", "/etc/x");
	assert_leads(state, "no/such/../../link", "/etc");
}

static void absolute_links(void **state)
{
	make_link("/", "root");
	make_link("/no/such/./x/", "dangling");
	assert_leads(state, "root", "/");
	assert_leads(state, "root/root-of-all/x", "/root-of-all/x");
	assert_leads(state, "dangling", "/no/such/x");
	assert_leads(state, "dangling/y", "/no/such/x/y");
	assert_leads(state, "dangling/..", "/no/such");
	assert_leads(state, "dangling/../../..", "/");
}

static void relative_links(void **state)
{
	assert_int_equal(mkdir("a", 0700), 0);
	assert_int_equal(mkdir("a/b", 0700), 0);
	assert_int_equal(mkdir("c", 0700), 0);
	make_link("../c", "a/up");
	make_link("b", "a/down");
	make_link(".", "a/here");
	make_link("..", "a/b/parent");
	make_link("../../../../../../../../../../../etc", "a/out");
	assert_leads(state, "a/up", "c");
	assert_leads(state, "a/up/x", "c/x");
	assert_leads(state, "a/down/x", "a/b/x");
	assert_leads(state, "a/here/here/here/down", "a/b");
	assert_leads(state, "a/b/parent/up", "c");
	assert_leads(state, "a/out/shadow", "/etc/shadow");
}

/* A textual clean would say a/x here: the kernel, and so the mount, goes to the parent of the
 * target. */
static void up_after_a_link(void **state)
{
	assert_int_equal(mkdir("a", 0700), 0);
	assert_int_equal(mkdir("c", 0700), 0);
	assert_int_equal(mkdir("c/d", 0700), 0);
	make_link("../c/d", "a/link");
	assert_leads(state, "a/link/../x", "c/x");
}

static void loops(void **state)
{
	make_link("self", "self");
	make_link("two", "one");
	make_link("one", "two");
	make_link("grow/x", "grow");
	assert_refused(state, "self", -ELOOP);
	assert_refused(state, "one/x", -ELOOP);
	assert_refused(state, "grow", -ELOOP);
}

static void forty_links_and_no_more(void **state)
{
	char name[16], target[16];

	make_file("l0");
	for (unsigned i = 1; i <= 41; i++) {
		snprintf(name, sizeof(name), "l%u", i);
		snprintf(target, sizeof(target), "l%u", i - 1);
		make_link(target, name);
	}
	assert_leads(state, "l40", "l0");
	assert_refused(state, "l41", -ELOOP);
	assert_true(access("l40", F_OK) == 0);
	assert_true(access("l41", F_OK) != 0);
}

static void proc(void **state)
{
	assert_leads(state, "/proc/self/root", "/");
	assert_leads(state, "/proc/self/root/etc/x", "/etc/x");
	assert_leads(state, "/proc/self/cwd", "");
	assert_leads(state, "/proc/self/root/proc/self/root/no", "/no");
}

static void not_a_path(void **state)
{
	OWN(arena) a = arena_new(MUCH);
	struct slice got;

	(void) state;
	assert_int_equal(host_path_resolve(a, SLICE(""), NULL, &got), -EINVAL);
	assert_int_equal(host_path_resolve(a, SLICE("etc"), NULL, &got), -EINVAL);
	assert_int_equal(host_path_resolve(a, SLICE("../etc"), NULL, &got), -EINVAL);
	assert_int_equal(host_path_resolve(a, SLICE("/etc\0"), NULL, &got), -EINVAL);
	assert_int_equal(host_path_resolve(a, SLICE("/etc\0/x"), NULL, &got), -EINVAL);
}

/* Fills with components of 199 letters. */
static void fill(char *path, size_t from, size_t len)
{
	for (size_t i = from; i < len; i++)
		path[i] = (i - from) % 200 == 0 ? '/' : 'a';
	path[len] = '\0';
}

static void long_paths(void **state)
{
	char path[PATH_MAX + 2];

	fill(path, 0, PATH_MAX - 1);
	assert_leads(state, path, path);
	fill(path, 0, PATH_MAX);
	assert_refused(state, path, -ENAMETOOLONG);
	memset(path, '/', PATH_MAX);
	assert_refused(state, path, -ENAMETOOLONG);
}

static void long_names(void **state)
{
	char path[300];

	memset(path, 'n', sizeof(path));
	path[255] = '\0';
	assert_leads(state, path, path);
	path[255] = 'n';
	path[256] = '\0';
	assert_refused(state, path, -ENAMETOOLONG);
}

static void long_targets(void **state)
{
	size_t before = strlen(*state) + 1;
	char path[PATH_MAX + 2];

	path[0] = 'r';
	fill(path, 1, PATH_MAX - 1 - before);
	make_link(path, "fits");
	assert_leads(state, "fits", path);
	assert_refused(state, "fits/x", -ENAMETOOLONG);
	fill(path, 1, PATH_MAX - before);
	make_link(path, "relative");
	assert_refused(state, "relative", -ENAMETOOLONG);
	fill(path, 0, PATH_MAX - 5);
	make_link(path, "absolute");
	assert_leads(state, "absolute/abc", (memcpy(path + PATH_MAX - 5, "/abc", 5), path));
	assert_refused(state, "absolute/abcd", -ENAMETOOLONG);
	assert_refused(state, "absolute/a/b/c", -ENAMETOOLONG);
}

static void unreadable(void **state)
{
	if (geteuid() == 0)
		skip();
	assert_int_equal(mkdir("closed", 0), 0);
	assert_refused(state, "closed/x", -EACCES);
}

static void out_of_memory(void **state)
{
	OWN(arena) names = arena_new(MUCH);
	struct slice path, got = SLICE("untouched");

	make_link("/abcdefgh", "link");
	path = whole(names, *state, "link/xyz");
	for (size_t ceiling = 0; ceiling < 14; ceiling++) {
		OWN(arena) a = arena_new(ceiling);

		assert_int_equal(host_path_resolve(a, path, NULL, &got), -ENOMEM);
		assert_slice(got, SLICE("untouched"));
	}
	arena_reset(names);
}

static void assert_exposed(const char *path, const char *by)
{
	OWN(arena) a = arena_new(MUCH);
	struct slice got = SLICE("untouched");

	assert_int_equal(host_path_exposed(a, slice_str(path), NULL, &got), 0);
	assert_slice(got, slice_str(by));
}

/* Below /var/lib, since everything below /tmp is exposed. */
static void exposed(void **state)
{
	char top[] = "/var/lib/cis-authz-test-XXXXXX", path[64];

	(void) state;
	assert_exposed("/", "");
	assert_exposed("/tmp/anything", "/tmp");
	if (geteuid() != 0)
		skip();
	assert_non_null(mkdtemp(top));

	snprintf(path, sizeof(path), "%s/dir", top);
	assert_exposed(path, ""); /* not there yet */
	assert_int_equal(mkdir(path, 0755), 0);
	assert_exposed(path, "");
	assert_int_equal(chmod(path, 0775), 0);
	assert_exposed(path, path);
	assert_int_equal(chmod(path, 0757), 0);
	assert_exposed(path, path);
	assert_int_equal(chmod(path, 0755) | chown(path, 1, 0), 0);
	assert_exposed(path, path);
	assert_int_equal(rmdir(path) | symlink("/tmp", path), 0);
	assert_exposed(path, "/tmp");
	assert_int_equal(unlink(path) | symlink("/etc/hostname", path), 0);
	assert_exposed(path, "");
	assert_int_equal(unlink(path) | rmdir(top), 0);
}

struct sight {
	const char *dir;
	char text[512];
	size_t len;
};

/* What is looked up in the scratch directory and below, and where. */
static void note(void *cls, const char *path, size_t folder)
{
	struct sight *s = cls;
	size_t skip = strlen(s->dir);

	if (folder < skip)
		return;
	s->len += (size_t) snprintf(s->text + s->len, sizeof(s->text) - s->len, "%s in .%.*s, ",
				    path + folder + 1, (int) (folder - skip), path + skip);
}

static void walk_shows_every_step(void **state)
{
	OWN(arena) a = arena_new(MUCH);
	struct sight s = { .dir = *state };

	assert_int_equal(mkdir("dir", 0755) | symlink("dir", "now") | symlink("now/x/y", "file"),
			 0);
	assert_int_equal(host_path_walk(a, whole(a, *state, "file"), NULL, note, &s), 0);
	assert_string_equal(s.text, "file in ., now in ., dir in ., x in ./dir, y in ./dir/x, ");
}

/* A relative link may make more of a path than any path may have: 4095 bytes are taken, one more
 * is not. */
static void longest_result(void **state)
{
	OWN(arena) a = arena_new(MUCH);
	enum { LONGEST = 4095 };
	char target[LONGEST + 1];
	size_t before = strlen(*state) + 1;

	for (size_t i = 0; i < sizeof(target); i++)
		target[i] = i % 200 == 199 ? '/' : 'x';
	for (size_t over = 0; over < 2; over++) {
		struct slice ret = SLICE("");
		size_t len = LONGEST + over - before;
		char last = target[len - 1];

		target[len - 1] = 'x';
		target[len] = '\0';
		unlink("link");
		make_link(target, "link");
		assert_int_equal(host_path_resolve(a, whole(a, *state, "link"), NULL, &ret),
				 over ? -ENAMETOOLONG : 0);
		assert_int_equal(ret.len, over ? 0 : LONGEST);
		target[len] = (len % 200) == 199 ? '/' : 'x';
		target[len - 1] = last;
	}
}

/* Within each other; the path of the deepest still fits. */
enum { NESTED = 1900, CHAIN = 38 };

/* The path of the deepest folder, with a link in it from each of l0, l1... to the next one. */
static struct slice nest(struct arena *a, const char *dir, bool absolute)
{
	char path[PATH_MAX], name[16];
	size_t len = (size_t) snprintf(path, sizeof(path), "%s", dir);
	struct slice target, deepest;

	for (unsigned i = 0; i < NESTED; i++) {
		assert_int_equal(mkdir("d", 0755) | chdir("d"), 0);
		memcpy(path + len, "/d", 3);
		len += 2;
	}
	for (unsigned i = 0; i < CHAIN; i++) {
		snprintf(name, sizeof(name), "l%u", i);
		assert_int_equal(arena_printf(a, &target, "%s%sl%u", absolute ? path : "",
					      absolute ? "/" : "", i + 1),
				 0);
		make_link(target.ptr, name);
	}
	assert_int_equal(chdir(dir), 0);
	assert_int_equal(arena_copy(a, (struct slice){ path, len }, &deepest), 0);
	return deepest;
}

static int lowest_free_descriptor(void)
{
	int fd = dup(STDIN_FILENO);

	assert_int_equal(close(fd), 0);
	return fd;
}

/* Each link costs what it says, not what it takes to come where it lies. */
static void links_in_deep_folders(void **state)
{
	OWN(arena) a = arena_new(MUCH);
	struct host_steps steps = { HOST_STEPS };
	struct slice deepest = nest(a, *state, false), path, got;
	int fd = lowest_free_descriptor();

	assert_int_equal(arena_printf(a, &path, "%.*s/l0", SLICE_ARG(deepest)), 0);
	assert_int_equal(host_path_resolve(a, path, &steps, &got), 0);
	assert_true(slice_starts(got, deepest) && slice_ends(got, SLICE("/l38")));
	assert_true(HOST_STEPS - steps.left <= NESTED + 8 + 2 * CHAIN);
	assert_int_equal(lowest_free_descriptor(), fd);
}

/* All paths of a request draw from one sum, and once it is spent nothing is looked at any more. */
static void steps_run_out(void **state)
{
	OWN(arena) a = arena_new(MUCH);
	struct host_steps steps = { HOST_STEPS };
	struct slice deepest = nest(a, *state, true), path, got = SLICE("untouched");
	int fd = lowest_free_descriptor();

	assert_int_equal(arena_printf(a, &path, "%.*s/l0", SLICE_ARG(deepest)), 0);
	assert_int_equal(host_path_resolve(a, path, &steps, &got), -E2BIG);
	assert_int_equal(steps.left, 0);
	assert_int_equal(host_path_resolve(a, SLICE("/etc"), &steps, &got), -E2BIG);
	assert_int_equal(host_path_exposed(a, SLICE("/etc"), &steps, &got), -E2BIG);
	assert_slice(got, SLICE("untouched"));
	assert_int_equal(lowest_free_descriptor(), fd);
	assert_non_null(strstr(host_path_why(-E2BIG), "steps"));
	assert_string_equal(host_path_why(-EACCES), "Permission denied");
}

/* Exactly as many as there are components, empty ones too. */
static void steps_are_counted(void **state)
{
	OWN(arena) a = arena_new(MUCH);
	struct host_steps steps = { 6 };
	struct slice got;

	(void) state;
	assert_int_equal(host_path_resolve(a, SLICE("/no/such/./../"), &steps, &got), 0);
	assert_int_equal(steps.left, 1);
	assert_int_equal(host_path_resolve(a, SLICE("/"), &steps, &got), 0);
	assert_int_equal(host_path_resolve(a, SLICE("/"), &steps, &got), -E2BIG);
}

/* The parent gets another name as soon as the walk is in it. */
static void move_away(void *cls, const char *path, size_t folder)
{
	(void) folder;
	if (slice_ends(slice_str(path), SLICE("/link")))
		assert_int_equal(rename("top", "moved"), 0);
	if (slice_eq(slice_str(path), SLICE("/etc")))
		*(bool *) cls = true;
}

/* Were names looked up from the root, the link would not be found any more. */
static void names_are_looked_up_where_the_walk_is(void **state)
{
	OWN(arena) a = arena_new(MUCH);
	bool followed = false;

	assert_int_equal(mkdir("top", 0755) | symlink("/etc", "top/link"), 0);
	assert_int_equal(
		host_path_walk(a, whole(a, *state, "top/link/x"), NULL, move_away, &followed), 0);
	assert_true(followed);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, scratch_enter, scratch_leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(longest_result),
		TEST(plain),
		TEST(missing_parts_are_kept),
		TEST(links_behind_missing_parts),
		TEST(absolute_links),
		TEST(relative_links),
		TEST(up_after_a_link),
		TEST(loops),
		TEST(forty_links_and_no_more),
		TEST(proc),
		TEST(not_a_path),
		TEST(long_paths),
		TEST(long_names),
		TEST(long_targets),
		TEST(unreadable),
		TEST(out_of_memory),
		TEST(exposed),
		TEST(walk_shows_every_step),
		TEST(links_in_deep_folders),
		TEST(steps_run_out),
		TEST(steps_are_counted),
		TEST(names_are_looked_up_where_the_walk_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
