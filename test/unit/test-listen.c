#include "http/listen.h"

#include "unit.h"

#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/array.h"
#include "base/diag.h"

struct place_to_listen {
	char dir[64];
	char path[100];
};

static int make_place(void **state)
{
	struct place_to_listen *p = calloc(1, sizeof(*p));

	snprintf(p->dir, sizeof(p->dir), "/tmp/cis-authz-listen-XXXXXX");
	if (!mkdtemp(p->dir))
		return -1;
	snprintf(p->path, sizeof(p->path), "%s/a.sock", p->dir);
	*state = p;
	return 0;
}

static int remove_place(void **state)
{
	struct place_to_listen *p = *state;
	char lock[120];

	snprintf(lock, sizeof(lock), "%s.lock", p->path);
	unlink(lock);
	unlink(p->path);
	rmdir(p->dir);
	free(p);
	return 0;
}

/* With the lock, as long as `claim` is not released. */
static int listen_claiming(const char *path, struct listen_claim *claim)
{
	OWN(diags) d = diags_new();
	int fd;

	assert_int_equal(listen_unix(path, claim, &fd, d), 0);
	return fd;
}

/* As one whose process is killed: the lock goes, the files stay. */
static int listen_quietly(const char *path)
{
	struct listen_claim claim;
	int fd = listen_claiming(path, &claim);

	close(claim.lock);
	return fd;
}

static void refused(const char *path, const char *because)
{
	OWN(diags) d = diags_new();
	struct listen_claim claim;
	int fd = -1;

	assert_int_equal(listen_unix(path, &claim, &fd, d), BAD_INPUT);
	assert_int_equal(fd, -1);
	assert_int_equal(claim.lock, -1);
	assert_int_equal(diags_count(d), 1);
	assert_non_null(strstr(diags_at(d, 0)->text, because));
}

static int try_to_connect(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	int r;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	r = connect(fd, (struct sockaddr *) &address, sizeof(address));
	close(fd);
	return r;
}

static void mode_is_0600_under_any_umask(void **state)
{
	struct place_to_listen *p = *state;
	mode_t before = umask(0);
	struct stat st;
	int fd = listen_quietly(p->path);

	umask(before);
	assert_int_equal(stat(p->path, &st), 0);
	assert_true(S_ISSOCK(st.st_mode));
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(try_to_connect(p->path), 0);
	close(fd);
}

static void stale_socket_is_replaced(void **state)
{
	struct place_to_listen *p = *state;
	int fd = listen_quietly(p->path);

	close(fd);
	assert_int_not_equal(try_to_connect(p->path), 0);
	fd = listen_quietly(p->path);
	assert_int_equal(try_to_connect(p->path), 0);
	close(fd);
}

static void live_socket_is_refused(void **state)
{
	struct place_to_listen *p = *state;
	int fd = listen_quietly(p->path);

	refused(p->path, "another program answers");
	assert_int_equal(try_to_connect(p->path), 0);
	close(fd);
}

static void live_socket_with_a_full_queue_is_refused(void **state)
{
	struct place_to_listen *p = *state;
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = listen_quietly(p->path), waiting[2];

	assert_int_equal(listen(fd, 0), 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%.100s", p->path);
	for (int i = 0; i < 2; i++) {
		waiting[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
		connect(waiting[i], (struct sockaddr *) &address, sizeof(address));
	}
	refused(p->path, "another program answers");
	close(waiting[0]);
	close(waiting[1]);
	close(fd);
}

/* Dead to whoever connects, and yet another is about to take it. */
static void instance_that_starts_is_left_alone(void **state)
{
	struct place_to_listen *p = *state;
	struct listen_claim claim;
	int fd = listen_claiming(p->path, &claim);

	close(fd);
	refused(p->path, "another instance of this program has this socket");
	listen_release(&claim);
	fd = listen_claiming(p->path, &claim);
	assert_int_equal(try_to_connect(p->path), 0);
	listen_release(&claim);
	close(fd);
	assert_int_not_equal(access(p->path, F_OK), 0);
	assert_int_equal(rmdir(p->dir), 0);
	assert_int_equal(mkdir(p->dir, 0700), 0);
}

/* Its own name was taken away, and another has it: that one's is not taken away in turn. */
static void socket_of_another_is_not_taken_away(void **state)
{
	struct place_to_listen *p = *state;
	struct listen_claim claim;
	int fd = listen_claiming(p->path, &claim), other;
	char lock[120];

	assert_int_equal(listen_look(&claim), NAME_OURS);
	assert_int_equal(unlink(p->path), 0);
	assert_int_equal(listen_look(&claim), NAME_GONE);
	snprintf(lock, sizeof(lock), "%s.lock", p->path);
	assert_int_equal(unlink(lock), 0);
	other = listen_quietly(p->path);
	assert_int_equal(listen_look(&claim), NAME_OTHER);
	listen_release(&claim);
	close(fd);
	assert_int_equal(try_to_connect(p->path), 0);
	assert_int_equal(access(lock, F_OK), 0);
	close(other);
}

static void other_files_are_refused(void **state)
{
	struct place_to_listen *p = *state;

	fclose(fopen(p->path, "w"));
	refused(p->path, "not a socket");
	unlink(p->path);

	/* Not even a link to nowhere is followed or replaced. */
	assert_int_equal(symlink("nowhere", p->path), 0);
	refused(p->path, "not a socket");
}

static void paths_that_cannot_be_are_refused(void **state)
{
	char path[300];

	(void) state;
	memset(path, 'a', sizeof(path));
	path[0] = '/';
	path[108] = '\0';
	refused(path, "has 108 bytes and Linux allows 107");
	refused("relative.sock", "must start with /");
	refused("", "must start with /");
	refused("/run/", "end with a file name");
	refused("/proc/nothing/there/x.sock", "cannot make the directory");
}

static void missing_directories_are_made_for_root_alone(void **state)
{
	struct place_to_listen *p = *state;
	char upper[80], lower[90], path[100];
	struct listen_claim claim;
	struct stat st;
	int fd;

	snprintf(upper, sizeof(upper), "%s/docker", p->dir);
	snprintf(lower, sizeof(lower), "%s/plugins", upper);
	snprintf(path, sizeof(path), "%s/x.sock", lower);
	fd = listen_claiming(path, &claim);
	assert_int_equal(stat(upper, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(stat(lower, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);

	close(fd);
	listen_release(&claim);
	rmdir(lower);
	rmdir(upper);
}

static void directory_that_others_can_change_is_refused(void **state)
{
	struct place_to_listen *p = *state;

	chmod(p->dir, 0777);
	refused(p->path, "could answer in our place");
	chmod(p->dir, 0700);
	if (geteuid() != 0)
		skip();
	assert_int_equal(chown(p->dir, 12345, 0), 0);
	refused(p->path, "could answer in our place");
}

static void only_this_machine_may_read_metrics(void **state)
{
	static const char *const fine[] = { "127.0.0.1:9323", "127.1.2.3:1", "[::1]:65535" };
	static const char *const others[] = { "0.0.0.0:9323", "192.0.2.1:9323", "[::]:9323",
					      "[2001:db8::1]:9323", "[::ffff:127.0.0.1]:9323" };
	static const char *const wrong[] = {
		"",
		":9323",
		"9323",
		"localhost:9323",
		"127.0.0.1",
		"127.0.0.1:",
		"127.0.0.1:x",
		"127.1:9323",
		"[::1]",
		"::1:9323",
		"[:9323",
		"[]:9323",
		"[127.0.0.1]:9323",
		"run/metrics.sock",
		"@abstract",
		"[0000:0000:0000:0000:0000:0000:0000:0000:0000:0001]:1"
	};
	static const char *const ports[] = { "127.0.0.1:0", "127.0.0.1:65536" };
	struct listen_address a;

	(void) state;
	for (size_t i = 0; i < COUNT_OF(fine); i++) {
		assert_null(listen_read_address(fine[i], &a));
		assert_null(a.path);
		assert_true(a.len > 0);
	}
	for (size_t i = 0; i < COUNT_OF(others); i++)
		assert_string_equal(listen_read_address(others[i], &a),
				    "other machines could read there what this host runs");
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		assert_string_equal(listen_read_address(wrong[i], &a),
				    "it is no address with a port");
	for (size_t i = 0; i < COUNT_OF(ports); i++)
		assert_string_equal(listen_read_address(ports[i], &a),
				    "a port is a number from 1 to 65535");
	assert_null(listen_read_address("/run/x.sock", &a));
	assert_string_equal(a.path, "/run/x.sock");
}

static void metrics_refused(const char *text, const char *because)
{
	OWN(diags) d = diags_new();
	struct listen_claim claim = { 0 };
	struct listen_address a;
	int fd = -1;

	assert_null(listen_read_address(text, &a));
	assert_int_equal(listen_metrics(text, &a, &claim, &fd, d), BAD_INPUT);
	assert_int_equal(fd, -1);
	assert_non_null(strstr(diags_at(d, 0)->text, because));
}

static int listen_for_metrics(const char *text)
{
	OWN(diags) d = diags_new();
	struct listen_claim claim = { .lock = -1 };
	struct listen_address a;
	int fd;

	assert_null(listen_read_address(text, &a));
	assert_int_equal(listen_metrics(text, &a, &claim, &fd, d), 0);
	if (claim.lock >= 0)
		close(claim.lock);
	return fd;
}

static void metrics_socket_is_for_its_group_too(void **state)
{
	struct place_to_listen *p = *state;
	mode_t before = umask(0777);
	struct stat st;
	int fd = listen_for_metrics(p->path);

	umask(before);
	assert_int_equal(stat(p->path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0660);
	assert_int_equal(try_to_connect(p->path), 0);
	metrics_refused(p->path, "or choose another --metrics");
	close(fd);

	fd = listen_for_metrics(p->path);
	assert_int_equal(try_to_connect(p->path), 0);
	close(fd);
}

/* A port that was free a moment ago. */
static int free_port(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	socklen_t len = sizeof(in);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *) &in, sizeof(in)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *) &in, &len), 0);
	close(fd);
	return ntohs(in.sin_port);
}

static void metrics_port_of_another_is_refused(void **state)
{
	struct sockaddr_in in;
	socklen_t len = sizeof(in);
	char text[32];
	int fd;

	(void) state;
	snprintf(text, sizeof(text), "127.0.0.1:%d", free_port());
	fd = listen_for_metrics(text);
	assert_int_equal(getsockname(fd, (struct sockaddr *) &in, &len), 0);
	assert_int_equal(ntohl(in.sin_addr.s_addr), INADDR_LOOPBACK);
	metrics_refused(text, "another program listens there");
	close(fd);
}

#define TEST_AT(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_AT(mode_is_0600_under_any_umask),
		TEST_AT(stale_socket_is_replaced),
		TEST_AT(live_socket_is_refused),
		TEST_AT(live_socket_with_a_full_queue_is_refused),
		TEST_AT(instance_that_starts_is_left_alone),
		TEST_AT(socket_of_another_is_not_taken_away),
		TEST_AT(other_files_are_refused),
		TEST_AT(paths_that_cannot_be_are_refused),
		TEST_AT(missing_directories_are_made_for_root_alone),
		TEST_AT(directory_that_others_can_change_is_refused),
		cmocka_unit_test(only_this_machine_may_read_metrics),
		TEST_AT(metrics_socket_is_for_its_group_too),
		cmocka_unit_test(metrics_port_of_another_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
