#include "base/array.h"
#include "base/read-file.h"

#include "base/arena.h"

#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>

enum { MUCH = 4 * 1024 * 1024 };

static void write_file(const char *name, struct slice text, mode_t mode)
{
	int fd = open(name, O_CREAT | O_WRONLY | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text.ptr, text.len), text.len);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static void assert_reads(const char *path, size_t most, unsigned flags, struct slice want)
{
	OWN(arena) a = arena_new(MUCH);
	OWN(diags) d = diags_new();
	struct slice got;

	assert_int_equal(read_file(a, path, most, flags, &got, d), 0);
	assert_slice(got, want);
	assert_int_equal(got.ptr[got.len], 0);
	assert_int_equal(arena_used(a), got.len + 1);
	assert_int_equal(diags_count(d), 0);
}

/* `words` stand somewhere in the only complaint. */
static void assert_complains(const char *path, size_t most, unsigned flags, const char *words)
{
	OWN(arena) a = arena_new(MUCH);
	OWN(diags) d = diags_new();
	struct slice got = SLICE("untouched");

	assert_int_equal(read_file(a, path, most, flags, &got, d), BAD_INPUT);
	assert_slice(got, SLICE("untouched"));
	assert_int_equal(diags_count(d), 1);
	assert_string_equal(diags_at(d, 0)->mark.file, path);
	assert_int_equal(diags_at(d, 0)->mark.line, 0);
	if (!strstr(diags_at(d, 0)->text, words))
		fail_msg("`%s` does not say `%s`", diags_at(d, 0)->text, words);
}

static void whole_file(void **state)
{
	(void) state;
	write_file("f", SLICE("a\0b\xff\n"), 0600);
	assert_reads("f", 100, 0, SLICE("a\0b\xff\n"));
	write_file("f", SLICE(""), 0600);
	assert_reads("f", 100, 0, SLICE(""));
	assert_reads("f", 0, 0, SLICE(""));
}

static void largest_size(void **state)
{
	(void) state;
	write_file("f", SLICE("12345"), 0600);
	assert_reads("f", 6, 0, SLICE("12345"));
	assert_reads("f", 5, 0, SLICE("12345"));
	assert_complains("f", 4, 0, "larger than the 4 bytes");
	assert_complains("f", 0, 0, "larger than the 0 bytes");
}

/* Such files say that they are empty and are not, as a file that grows meanwhile. */
static void size_is_a_hint(void **state)
{
	OWN(arena) a = arena_new(MUCH);
	OWN(diags) d = diags_new();
	struct slice got;

	(void) state;
	assert_int_equal(read_file(a, "/proc/self/status", MUCH, 0, &got, d), 0);
	assert_true(got.len > 100);
	assert_true(slice_starts(got, SLICE("Name:")));
	assert_complains("/proc/self/status", 10, 0, "larger than the 10 bytes");
}

static void not_a_file(void **state)
{
	(void) state;
	assert_int_equal(mkdir("dir", 0700), 0);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(symlink("loop", "loop"), 0);
	write_file("f", SLICE(""), 0600);
	assert_complains("missing", 100, 0, "No such file");
	assert_complains("f/x", 100, 0, "Not a directory");
	assert_complains("", 100, 0, "No such file");
	assert_complains("loop", 100, 0, "symbolic links");
	assert_complains("dir", 100, 0, "directory");
	assert_complains("fifo", 100, 0, "no regular file");
	assert_complains("/proc/self/mem", 100, 0, "cannot be read");
	assert_complains("/dev/zero", 100, 0, "no regular file");
}

static void not_readable(void **state)
{
	(void) state;
	if (geteuid() == 0)
		skip();
	write_file("f", SLICE("x"), 0);
	assert_complains("f", 100, 0, "Permission denied");
}

static void trusted_modes(void **state)
{
	static const mode_t good[] = { 0400, 0600, 0644, 0755, 0700, 0444 };
	static const struct {
		mode_t mode;
		const char *words;
	} bad[] = { { 0620, "mode 0620" },
		    { 0602, "mode 0602" },
		    { 0664, "mode 0664" },
		    { 0666, "mode 0666" } };

	(void) state;
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		write_file("f", SLICE("x"), good[i]);
		assert_reads("f", 1, READ_FILE_TRUSTED, SLICE("x"));
		assert_int_equal(remove("f"), 0);
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		write_file("f", SLICE("x"), bad[i].mode);
		assert_reads("f", 1, 0, SLICE("x"));
		assert_complains("f", 1, READ_FILE_TRUSTED, bad[i].words);
		assert_complains("f", 1, READ_FILE_TRUSTED, "chmod go-w f");
	}
}

static void trusted_owner(void **state)
{
	struct arena *a;
	struct diags *d;
	struct slice got;

	(void) state;
	if (geteuid() != 0)
		skip();
	a = arena_new(MUCH);
	d = diags_new();
	write_file("f", SLICE("x"), 0644);
	assert_int_equal(chown("f", 1234, 0), 0);
	assert_reads("f", 1, 0, SLICE("x"));
	assert_complains("f", 1, READ_FILE_TRUSTED, "belongs to user 1234");
	assert_complains("f", 1, READ_FILE_TRUSTED, "chown root f");
	write_file("f", SLICE("x"), 0666);
	assert_int_equal(read_file(a, "f", 1, READ_FILE_TRUSTED, &got, d), BAD_INPUT);
	assert_int_equal(diags_count(d), 2);
	diags_free(d);
	arena_free(a);
}

/* The file counts, not the link that leads to it. */
static void trusted_through_a_link(void **state)
{
	(void) state;
	write_file("f", SLICE("x"), 0666);
	assert_int_equal(symlink("f", "link"), 0);
	assert_complains("link", 1, READ_FILE_TRUSTED, "mode 0666");
}

/* Whoever can write to a directory can put another file there. */
static void trusted_way(void **state)
{
	(void) state;
	assert_int_equal(mkdir("way", 0755), 0);
	write_file("way/f", SLICE("x"), 0644);
	assert_int_equal(symlink("way/f", "to"), 0);
	assert_reads("way/f", 1, READ_FILE_TRUSTED, SLICE("x"));
	assert_reads("to", 1, READ_FILE_TRUSTED, SLICE("x"));

	assert_int_equal(chmod("way", 0775), 0);
	assert_complains("way/f", 1, READ_FILE_TRUSTED, "others can change");
	assert_complains("to", 1, READ_FILE_TRUSTED, "others can change");
	assert_reads("way/f", 1, 0, SLICE("x"));

	/* In a directory such as /tmp only its owner can put something else in a file's place. */
	assert_int_equal(chmod("way", 01777), 0);
	assert_reads("way/f", 1, READ_FILE_TRUSTED, SLICE("x"));

	assert_int_equal(remove("way/f"), 0);
	assert_int_equal(remove("to"), 0);
	assert_int_equal(remove("way"), 0);
}

static void trusted_way_of_strangers(void **state)
{
	(void) state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(mkdir("way", 0755), 0);
	write_file("way/f", SLICE("x"), 0644);
	assert_int_equal(symlink("way/f", "to"), 0);
	assert_int_equal(lchown("to", 1234, 0), 0);
	assert_reads("way/f", 1, READ_FILE_TRUSTED, SLICE("x"));
	assert_complains("to", 1, READ_FILE_TRUSTED, "others can change");
	assert_int_equal(chown("way", 1234, 0), 0);
	assert_complains("way/f", 1, READ_FILE_TRUSTED, "others can change");

	assert_int_equal(remove("way/f"), 0);
	assert_int_equal(remove("to"), 0);
	assert_int_equal(remove("way"), 0);
}

static void out_of_memory(void **state)
{
	OWN(diags) d = diags_new();
	struct slice got = SLICE("untouched");

	(void) state;
	write_file("f", SLICE("12345"), 0600);
	for (size_t ceiling = 0; ceiling < 6; ceiling++) {
		OWN(arena) a = arena_new(ceiling);

		assert_int_equal(read_file(a, "f", 100, 0, &got, d), -ENOMEM);
		assert_slice(got, SLICE("untouched"));
	}
	for (size_t ceiling = 0; ceiling < 300; ceiling++) {
		OWN(arena) a = arena_new(ceiling);

		assert_int_equal(read_file(a, "/proc/self/status", MUCH, 0, &got, d), -ENOMEM);
	}
	assert_int_equal(diags_count(d), 0);
}

struct writer {
	int fd;
	size_t len;
};

/* In small pieces, as a terminal or a slow pipe does. */
static void *write_slowly(void *arg)
{
	struct writer *w = arg;

	for (size_t i = 0; i < w->len; i += 1000) {
		char piece[1000];
		size_t len = w->len - i < sizeof(piece) ? w->len - i : sizeof(piece);

		memset(piece, 'p', sizeof(piece));
		if (write(w->fd, piece, len) != (ssize_t) len)
			break;
	}
	close(w->fd);
	return NULL;
}

static void read_stdin(size_t len, size_t most, int want)
{
	OWN(arena) a = arena_new(MUCH);
	OWN(diags) d = diags_new();
	struct slice got;
	int ends[2], saved = dup(STDIN_FILENO);
	struct writer w = { .len = len };
	pthread_t thread;

	assert_int_equal(pipe(ends), 0);
	w.fd = ends[1];
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	close(ends[0]);
	assert_int_equal(pthread_create(&thread, NULL, write_slowly, &w), 0);
	assert_int_equal(read_file(a, "-", most, READ_FILE_TRUSTED, &got, d), want);
	assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
	close(saved);
	pthread_join(thread, NULL);
	assert_int_equal(diags_bad(d), want == BAD_INPUT);
	if (want == 0) {
		assert_int_equal(got.len, len);
		assert_int_equal(got.ptr[len], 0);
	}
}

static void standard_input(void **state)
{
	(void) state;
	read_stdin(0, 0, 0);
	read_stdin(0, 100, 0);
	read_stdin(10, 10, 0);
	read_stdin(11, 10, BAD_INPUT);
	read_stdin(65536, 65536, 0);
	read_stdin(65537, 65537, 0);
	read_stdin(65537, 65536, BAD_INPUT);
	read_stdin(200000, 1000000, 0);
	read_stdin(200000, 200000, 0);
	read_stdin(200001, 200000, BAD_INPUT);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, scratch_enter, scratch_leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(whole_file),     TEST(largest_size),
		TEST(size_is_a_hint), TEST(not_a_file),
		TEST(not_readable),   TEST(trusted_modes),
		TEST(trusted_owner),  TEST(trusted_through_a_link),
		TEST(trusted_way),    TEST(trusted_way_of_strangers),
		TEST(out_of_memory),  cmocka_unit_test(standard_input),
	};

	/* The writer notices a reader that has read enough by EPIPE. */
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
