/* test-reload-ways.c - every way in which people change a file leads to its policy. */
#include "service/reload.h"

#include "base/array.h"
#include "reloading.h"

static void write_in_place(void)
{
	write_policy("policy.yaml", "second");
}

/* As vim does with backupcopy=no. */
static void keep_a_backup(void)
{
	assert_int_equal(rename("policy.yaml", "policy.yaml~"), 0);
	write_policy("policy.yaml", "second");
	assert_int_equal(unlink("policy.yaml~"), 0);
}

static void delete_and_create(void)
{
	assert_int_equal(unlink("policy.yaml"), 0);
	write_policy("policy.yaml", "second");
}

static void link_over(void)
{
	write_policy("other.yaml", "second");
	assert_int_equal(symlink("other.yaml", "new") | rename("new", "policy.yaml"), 0);
}

static void write_by_another_name(void)
{
	assert_int_equal(link("policy.yaml", "same-file"), 0);
	write_policy("same-file", "second");
}

static void plain_file(struct fixture *f, void (*change)(void))
{
	write_policy("policy.yaml", "first");
	start(f, "policy.yaml");
	assert_in_force(f, "first", 1);
	change();
	settle(f);
	assert_in_force(f, "second", 2);
	assert_true(said(f, "policy second (sha256 "));
	assert_true(said(f, ", generation 2) is in force\n"));
	assert_false(state_of(f).failed);
	assert_int_equal(state_of(f).errors, 0);
}

static void plain_file_is_changed(void **state)
{
	static void (*const ways[])(void) = { rename_over,   write_in_place,
					      keep_a_backup, delete_and_create,
					      link_over,     write_by_another_name };

	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		assert_int_equal(i == 0 ? 0 : leave(state) | enter(state), 0);
		plain_file(*state, ways[i]);
	}
}

/* policy.yaml -> ..data/policy.yaml, ..data -> ..1: as Kubernetes lays out a ConfigMap. */
static void lay_config_map(const char *version, const char *name)
{
	char path[64];

	assert_int_equal(mkdir(version, 0755), 0);
	snprintf(path, sizeof(path), "%s/policy.yaml", version);
	write_policy(path, name);
	assert_int_equal(symlink(version, "..data_tmp") | rename("..data_tmp", "..data"), 0);
}

static void link_on_the_way_is_swapped(void **state)
{
	struct fixture *f = *state;

	lay_config_map("..1", "first");
	assert_int_equal(symlink("..data/policy.yaml", "policy.yaml"), 0);
	start(f, "policy.yaml");
	lay_config_map("..2", "second");
	settle(f);
	assert_in_force(f, "second", 2);

	/* The old version goes away later, and the next one is swapped in like the first. */
	assert_int_equal(unlink("..1/policy.yaml") | rmdir("..1"), 0);
	settle(f);
	lay_config_map("..3", "third");
	settle(f);
	assert_in_force(f, "third", 3);

	/* A file that the link leads to now, and did not at first. */
	write_policy("..3/policy.yaml", "fourth");
	settle(f);
	assert_in_force(f, "fourth", 4);
}

/* ln -sfn with an absolute target, the link a directory's, another link behind it. */
static void absolute_links_are_followed(void **state)
{
	struct fixture *f = *state;
	char target[PATH_MAX];

	assert_int_equal(mkdir("a", 0755) | mkdir("b", 0755), 0);
	write_policy("a/policy.yaml", "first");
	write_policy("b/policy.yaml", "second");
	assert_int_equal(symlink("a", "release"), 0);
	snprintf(target, sizeof(target), "%s/release", f->dir);
	assert_int_equal(symlink(target, "current"), 0);
	start(f, "current/policy.yaml");

	assert_int_equal(unlink("release") | symlink("b", "release"), 0);
	settle(f);
	assert_in_force(f, "second", 2);
	snprintf(target, sizeof(target), "%s/a", f->dir);
	assert_int_equal(unlink("current") | symlink(target, "current"), 0);
	settle(f);
	assert_in_force(f, "first", 3);
}

static void directory_is_made_again(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(mkdir("etc", 0755) | mkdir("etc/authz", 0755), 0);
	write_policy("etc/authz/policy.yaml", "first");
	start(f, "etc/authz/policy.yaml");

	assert_int_equal(unlink("etc/authz/policy.yaml") | rmdir("etc/authz") | rmdir("etc"), 0);
	settle(f);
	assert_in_force(f, "first", 1);
	assert_true(state_of(f).failed);
	assert_int_equal(mkdir("etc", 0755), 0);
	settle(f);
	assert_int_equal(mkdir("etc/authz", 0755), 0);
	settle(f);
	write_policy("etc/authz/policy.yaml", "second");
	settle(f);
	assert_in_force(f, "second", 2);

	/* Another one takes the place of the upper one. */
	assert_int_equal(mkdir("new", 0755) | mkdir("new/authz", 0755), 0);
	write_policy("new/authz/policy.yaml", "third");
	assert_int_equal(rename("etc", "old") | rename("new", "etc"), 0);
	settle(f);
	assert_in_force(f, "third", 3);

	/* What is done to the old one is no concern of ours any more. */
	forget_said(f);
	write_text("old/authz/policy.yaml", "nonsense");
	settle(f);
	assert_false(said(f, "nonsense"));
	assert_false(state_of(f).failed);
}

static void give_away(void)
{
	assert_int_equal(chown("policy.yaml", 12345, -1), 0);
}

static void write_half(void)
{
	write_text("policy.yaml", "version: 1\nname: sec\nrules: {");
}

static void make_directory(void)
{
	assert_int_equal(unlink("policy.yaml") | mkdir("policy.yaml", 0755), 0);
}

static void link_to_itself(void)
{
	assert_int_equal(unlink("policy.yaml") | symlink("policy.yaml", "policy.yaml"), 0);
}

static void open_folder_up(void)
{
	assert_int_equal(chmod(".", 0777), 0);
}

static void recovers_from(struct fixture *f, void (*spoil)(void), const char *complaint)
{
	write_policy("policy.yaml", "first");
	start(f, "policy.yaml");
	spoil();
	settle(f);
	assert_in_force(f, "first", 1);
	assert_true(said(f, complaint));
	assert_true(said(f, "is not taken; policy first"));
	assert_true(state_of(f).failed);

	assert_int_equal(chmod(".", 0700), 0);
	if (rmdir("policy.yaml") != 0)
		unlink("policy.yaml");
	rename_over();
	settle(f);
	assert_in_force(f, "second", 2);
	assert_false(state_of(f).failed);
}

static void file_that_cannot_be_taken_is_taken_when_it_is_good(void **state)
{
	static const struct {
		void (*spoil)(void);
		const char *complaint;
	} ways[] = {
		{ take_away, "cannot be opened: No such file" },
		{ write_half, "policy.yaml:4:1: error: " },
		{ open_up, "the file has mode 0666" },
		{ make_directory, "this is a directory" },
		{ link_to_itself, "cannot be opened: Too many levels" },
		{ open_folder_up, "others can change" },
		{ give_away, "the file belongs to user 12345" },
	};
	size_t count = COUNT_OF(ways) - (geteuid() != 0);

	for (size_t i = 0; i < count; i++) {
		assert_int_equal(i == 0 ? 0 : leave(state) | enter(state), 0);
		recovers_from(*state, ways[i].spoil, ways[i].complaint);
	}
}

/* Nothing is written: the mode alone was wrong. */
static void mode_made_good_is_enough(void **state)
{
	struct fixture *f = *state;

	write_policy("policy.yaml", "first");
	start(f, "policy.yaml");
	write_policy("next", "second");
	assert_int_equal(chmod("next", 0666) | rename("next", "policy.yaml"), 0);
	settle(f);
	assert_in_force(f, "first", 1);
	assert_int_equal(chmod("policy.yaml", 0644), 0);
	settle(f);
	assert_in_force(f, "second", 2);
}

static void own_profile_is_watched(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(mkdir("etc", 0755), 0);
	write_text("etc/policy.yaml", "version: 1\nname: first\nprofile: ./company.yaml\n");
	write_text("etc/company.yaml", "version: 1\nprofile: none\n");
	start(f, "etc/policy.yaml");
	write_text("etc/company.yaml", "version: 1\nprofile: level1\n");
	settle(f);
	assert_in_force(f, "first", 2);

	/* One that only the bad policy names. */
	write_text("etc/policy.yaml", "version: 1\nname: second\nprofile: ./team.yaml\n");
	settle(f);
	assert_true(said(f, "etc/./team.yaml: error: cannot be opened"));
	assert_in_force(f, "first", 2);
	write_text("etc/team.yaml", "version: 1\nprofile: nothing\n");
	settle(f);
	assert_true(said(f, "etc/./team.yaml:2:10: error: "));
	write_text("etc/team.yaml", "version: 1\nprofile: none\n");
	settle(f);
	assert_in_force(f, "second", 3);
}

static void overflow_is_a_change(void **state)
{
	struct fixture *f = *state;
	unsigned most = 16384;
	FILE *limit = fopen("/proc/sys/fs/inotify/max_queued_events", "re");

	assert_non_null(limit);
	if (fscanf(limit, "%u", &most) != 1 || most > 100000)
		most = 0;
	fclose(limit);
	if (most == 0)
		skip();
	write_policy("policy.yaml", "first");
	start(f, "policy.yaml");

	/* The two events in turn, since equal ones that follow each other are one. */
	for (unsigned i = 0; i < most / 2 + 1; i++)
		assert_int_equal(mkdir("noise", 0755) | rmdir("noise"), 0);
	rename_over();
	settle(f);
	assert_in_force(f, "second", 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(plain_file_is_changed),
		TEST(link_on_the_way_is_swapped),
		TEST(absolute_links_are_followed),
		TEST(directory_is_made_again),
		TEST(file_that_cannot_be_taken_is_taken_when_it_is_good),
		TEST(mode_made_good_is_enough),
		TEST(own_profile_is_watched),
		TEST(overflow_is_a_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
