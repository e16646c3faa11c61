/* test-confine.c - what the service gave up is gone: each attempt in a process of its own. */
#include "confine/confine.h"

#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "base/diag.h"

static const struct confinement usual = {
	.workers = 2,
	.memory_per_call = 65 << 20,
	.descriptors = 4096,
};

static const struct confinement bare = { .descriptors = 64, .bare = true };

static int ends_as(const struct confinement *rights, int (*calls)(struct diags *d),
		   int (*what)(void))
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct diags *d = diags_new();

		if (confine_rights(rights, d) != 0 || calls(d) != 0) {
			diags_print(d, stderr);
			_exit(99);
		}
		_exit(what());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

/* How a process ends that confines itself, then does `what`: its exit status, or minus the signal.
 */
static int ends(int (*what)(void))
{
	return ends_as(&usual, confine_syscalls, what);
}

/* The same as the helper does. */
static int helper_ends(int (*what)(void))
{
	return ends_as(&bare, confine_look, what);
}

static int run_program(void)
{
	char *argv[] = { (char *) "true", NULL };

	execv("/bin/true", argv);
	return 1;
}

static int make_process(void)
{
	return fork() < 0;
}

static int trace(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0;
}

static int open_internet_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) < 0;
}

static int open_netlink_socket(void)
{
	return socket(AF_NETLINK, SOCK_RAW, 0) < 0;
}

static int open_unix_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0) < 0;
}

static const struct sockaddr_un somewhere = { .sun_family = AF_UNIX, .sun_path = "/nonexistent" };

static int connect_it(void)
{
	return connect(0, (const struct sockaddr *) &somewhere, sizeof(somewhere)) < 0;
}

static int bind_it(void)
{
	return bind(0, (const struct sockaddr *) &somewhere, sizeof(somewhere)) < 0;
}

static int send_to_a_name(void)
{
	return sendto(0, "x", 1, 0, (const struct sockaddr *) &somewhere, sizeof(somewhere)) < 0;
}

/* Its name lies in memory. */
static int send_message(void)
{
	struct msghdr message = { 0 };

	return sendmsg(0, &message, 0) < 0;
}

static int receive_descriptors(void)
{
	struct msghdr message = { 0 };

	return recvmsg(0, &message, 0) < 0;
}

/* A datagram could be sent on to another name. */
static int pair_for_datagrams(void)
{
	return socketpair(AF_UNIX, SOCK_DGRAM, 0, (int[2]){ 0 }) < 0;
}

static int filter_packets(void)
{
	return setsockopt(0, SOL_SOCKET, SO_ATTACH_FILTER, "", 0) < 0;
}

/* Root may have any signal sent to any process by that. */
static int own_events_of_a_file(void)
{
	return fcntl(0, F_SETOWN, getppid()) < 0;
}

static int take_append_away(void)
{
	return fcntl(0, F_SETFL, 0) < 0;
}

static int open_to_change(void)
{
	return open("/nonexistent", O_WRONLY | O_NOFOLLOW) < 0;
}

static int open_to_read_and_write(void)
{
	return open("/nonexistent", O_RDWR | O_APPEND | O_NOFOLLOW) < 0;
}

static int open_to_empty(void)
{
	return open("/nonexistent", O_WRONLY | O_APPEND | O_NOFOLLOW | O_TRUNC) < 0;
}

static int open_without_a_name(void)
{
	return open("/nonexistent", O_WRONLY | O_APPEND | O_NOFOLLOW | O_TMPFILE, 0600) < 0;
}

static int make_to_read(void)
{
	return open("/nonexistent/x", O_RDONLY | O_CREAT, 0600) < 0;
}

static int thread_with_more(void)
{
	return syscall(SYS_clone, CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | CLONE_NEWNS, 0) < 0;
}

static int map_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
	       MAP_FAILED;
}

static int turn_data_into_code(void)
{
	static char page[8192] __attribute__((aligned(4096)));

	return mprotect(page, 4096, PROT_READ | PROT_EXEC) < 0;
}

static int rename_file(void)
{
	return rename("/nonexistent/a", "/nonexistent/b") < 0;
}

static int signal_another(void)
{
	return kill(getppid(), 0) < 0;
}

static int signal_another_thread(void)
{
	return syscall(SYS_tgkill, 1, 1, 0) < 0;
}

static int load_module(void)
{
	return syscall(SYS_init_module, NULL, 0, "") < 0;
}

static int type_into_terminal(void)
{
	return ioctl(0, TIOCSTI, "x") < 0;
}

static int raise_limit(void)
{
	struct rlimit more = { 8192, 8192 };

	return setrlimit(RLIMIT_NOFILE, &more) < 0;
}

static int become_another(void)
{
	return syscall(SYS_setuid, 0) < 0;
}

static int allow_being_traced(void)
{
	return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) < 0;
}

#ifdef SYS_bpf
static int program_kernel(void)
{
	return syscall(SYS_bpf, 0, NULL, 0) < 0;
}
#endif

static void forbidden_calls_end_the_process(void **state)
{
	static const struct {
		const char *name;
		int (*what)(void);
	} calls[] = {
		{ "execve", run_program },
		{ "fork", make_process },
		{ "ptrace", trace },
		{ "socket(AF_INET)", open_internet_socket },
		{ "socket(AF_NETLINK)", open_netlink_socket },
		{ "socket(AF_UNIX)", open_unix_socket },
		{ "connect", connect_it },
		{ "bind", bind_it },
		{ "sendto a name", send_to_a_name },
		{ "sendmsg", send_message },
		{ "recvmsg", receive_descriptors },
		{ "socketpair(SOCK_DGRAM)", pair_for_datagrams },
		{ "setsockopt(SO_ATTACH_FILTER)", filter_packets },
		{ "fcntl(F_SETOWN)", own_events_of_a_file },
		{ "fcntl(F_SETFL)", take_append_away },
		{ "open(O_WRONLY)", open_to_change },
		{ "open(O_RDWR)", open_to_read_and_write },
		{ "open(O_TRUNC)", open_to_empty },
		{ "open(O_TMPFILE)", open_without_a_name },
		{ "open(O_CREAT)", make_to_read },
		{ "clone(CLONE_NEWNS)", thread_with_more },
		{ "mmap(PROT_EXEC)", map_code },
		{ "mprotect(PROT_EXEC)", turn_data_into_code },
		{ "rename", rename_file },
		{ "kill", signal_another },
		{ "tgkill of another", signal_another_thread },
		{ "init_module", load_module },
		{ "ioctl(TIOCSTI)", type_into_terminal },
		{ "setrlimit", raise_limit },
		{ "setuid", become_another },
		{ "prctl(PR_SET_DUMPABLE)", allow_being_traced },
#ifdef SYS_bpf
		{ "bpf", program_kernel },
#endif
	};

	(void) state;
	for (size_t i = 0; i < COUNT_OF(calls); i++) {
		int end = ends(calls[i].what);

		if (end != -SIGSYS)
			fail_msg("%s: ended with %d", calls[i].name, end);
	}
}

static int fail_assertion(void)
{
	abort();
}

static void assertion_still_aborts(void **state)
{
	(void) state;
	assert_int_equal(ends(fail_assertion), -SIGABRT);
}

static void *allocate(void *unused)
{
	char *bytes = malloc(1 << 20);

	(void) unused;
	if (!bytes)
		return NULL;
	memset(bytes, 1, 1 << 20);
	free(bytes);
	return (void *) 1;
}

static int make_threads(void)
{
	pthread_t threads[8];
	void *fine;

	for (int i = 0; i < 8; i++) {
		if (pthread_create(&threads[i], NULL, allocate, NULL) != 0)
			return 1;
	}
	for (int i = 0; i < 8; i++) {
		if (pthread_join(threads[i], &fine) != 0 || !fine)
			return 2;
	}
	return 0;
}

static void *run_program_in_a_thread(void *unused)
{
	(void) unused;
	run_program();
	return NULL;
}

static int forbidden_in_a_thread(void)
{
	pthread_t thread;

	return pthread_create(&thread, NULL, run_program_in_a_thread, NULL) != 0 ||
	       pthread_join(thread, NULL) != 0;
}

static void threads_can_be_made_and_are_confined(void **state)
{
	(void) state;
	assert_int_equal(ends(make_threads), 0);
	assert_int_equal(ends(forbidden_in_a_thread), -SIGSYS);
}

static int talk_to_itself(void)
{
	int fds[2];
	char byte = 'x';

	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) < 0 ||
	       send(fds[0], &byte, 1, MSG_NOSIGNAL) != 1 || recv(fds[1], &byte, 1, 0) != 1;
}

static int open_files(void)
{
	char target[64];
	int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);

	return fd < 0 || read(fd, target, sizeof(target)) <= 0 ||
	       open("/nonexistent/log", O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0600) >= 0 ||
	       readlink("/proc/self/root", target, sizeof(target)) != 1;
}

static void work_goes_on(void **state)
{
	(void) state;
	assert_int_equal(ends(talk_to_itself), 0);
	assert_int_equal(ends(open_files), 0);
}

/* The value of `name` in /proc/self/status, as hexadecimal or decimal digits. */
static bool status_says(const char *name, const char *value)
{
	FILE *f = fopen("/proc/self/status", "r");
	char line[256], wanted[256];
	bool found = false;

	snprintf(wanted, sizeof(wanted), "%s:\t%s\n", name, value);
	while (f && !found && fgets(line, sizeof(line), f))
		found = strcmp(line, wanted) == 0;
	return found;
}

static int look_at_status(void)
{
	char kept[32];

	snprintf(kept, sizeof(kept), "%016llx",
		 geteuid() == 0 ? confine_capabilities() & ~0ull : 0ull);
	if (!status_says("Seccomp", "2") || !status_says("NoNewPrivs", "1"))
		return 1;
	if (!status_says("CapEff", kept) || !status_says("CapPrm", kept))
		return 2;
	if (!status_says("CapInh", "0000000000000000") ||
	    !status_says("CapAmb", "0000000000000000"))
		return 3;
	if (geteuid() == 0 && !status_says("CapBnd", "0000000000000000"))
		return 4;
	return 0;
}

static int look_at_limits(void)
{
	struct rlimit core, files, space;

	if (getrlimit(RLIMIT_CORE, &core) < 0 || core.rlim_max != 0)
		return 1;
	if (getrlimit(RLIMIT_NOFILE, &files) < 0 || files.rlim_max > usual.descriptors)
		return 2;
	if (getrlimit(RLIMIT_AS, &space) < 0 || space.rlim_max == RLIM_INFINITY)
		return 3;
	/* Room for every worker's largest call. */
	return space.rlim_cur < usual.workers * usual.memory_per_call ? 4 : 0;
}

static void what_is_left_is_what_is_written(void **state)
{
	(void) state;
	assert_int_equal(confine_capabilities(), 1ull << CAP_DAC_READ_SEARCH);
	assert_int_equal(ends(look_at_status), 0);
	assert_int_equal(ends(look_at_limits), 0);
}

/* A kernel without filters cannot be had here. Where there is no memory to build one, it fails
 * alike. */
static int open_file(void)
{
	return open("/etc/passwd", O_RDONLY) < 0;
}

static int listen_on_socket(void)
{
	const struct sockaddr_un address = { AF_UNIX, "/tmp/cis-authz-never" };

	return bind(socket(AF_UNIX, SOCK_STREAM, 0), (const struct sockaddr *) &address,
		    sizeof(address)) < 0;
}

/* It cannot get further without a peer; that it may call is all. */
static int connect_to_socket(void)
{
	const struct sockaddr_un address = { AF_UNIX, "/nonexistent/cis-authz" };

	return connect(socket(AF_UNIX, SOCK_STREAM, 0), (const struct sockaddr *) &address,
		       sizeof(address)) == 0 ||
	       errno != ENOENT;
}

static int make_thread(void)
{
	pthread_t thread;

	return pthread_create(&thread, NULL, allocate, NULL);
}

static int look_at_no_rights(void)
{
	/* The helper's filter opens no file, so this is asked before it is there. */
	return !(status_says("CapPrm", "0000000000000000") &&
		 status_says("CapEff", "0000000000000000") &&
		 status_says("CapAmb", "0000000000000000") && status_says("NoNewPrivs", "1"));
}

static int no_filter(struct diags *d)
{
	(void) d;
	return 0;
}

static void helper_can_do_less(void **state)
{
	static int (*const calls[])(void) = {
		run_program,          make_process,        make_thread, open_file,
		open_internet_socket, open_netlink_socket, map_code,    listen_on_socket,
		signal_another,       rename_file,
	};

	(void) state;
	for (size_t i = 0; i < COUNT_OF(calls); i++)
		assert_int_equal(helper_ends(calls[i]), -SIGSYS);
	assert_int_equal(helper_ends(connect_to_socket), 0);
	assert_int_equal(helper_ends(fail_assertion), -SIGABRT);
	assert_int_equal(ends_as(&bare, no_filter, look_at_no_rights), 0);
}

static void without_a_filter_nothing_is_served(void **state)
{
	pid_t pid = fork();
	int status;

	(void) state;
	if (pid == 0) {
		struct diags *d = diags_new();
		struct rlimit none = { 1 << 20, 1 << 20 };

		setrlimit(RLIMIT_AS, &none);
		_exit(confine_syscalls(d) == BAD_INPUT && diags_count(d) == 1 &&
				      strstr(diags_at(d, 0)->text, "--unconfined")
			      ? 0
			      : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forbidden_calls_end_the_process),
		cmocka_unit_test(assertion_still_aborts),
		cmocka_unit_test(threads_can_be_made_and_are_confined),
		cmocka_unit_test(work_goes_on),
		cmocka_unit_test(what_is_left_is_what_is_written),
		cmocka_unit_test(helper_can_do_less),
		cmocka_unit_test(without_a_filter_nothing_is_served),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
