/*
 * door.c - the door left open: loaded before serve (LD_PRELOAD), it lets a caller have one of the
 * attempts of attempts.def made by the worker that reads his call, with all the rights that this
 * worker has then.
 *
 * The very program that is shipped is tried, so no build of it has such a door. What a caller sends
 * is "ATTEMPT 7 POLICY"; he hears "-1 EACCES", or "0" where it worked, or the end of the process.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

enum {
	ADDING = O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY,
	THREAD = CLONE_VM | CLONE_SIGHAND | CLONE_THREAD,
};

static const char WORD[] = "ATTEMPT ";

static char page[4096] __attribute__((aligned(4096)));
static char policy[4096];

static const struct sockaddr_un *named(const char *name)
{
	static struct sockaddr_un address = { .sun_family = AF_UNIX };

	memcpy(address.sun_path, name, name[0] ? strlen(name) + 1 : strlen(name + 1) + 1);
	return &address;
}

/* On a socket that is none: whoever may connect hears EBADF. */
static int connect_to(const char *name)
{
	return connect(-1, (const struct sockaddr *) named(name), sizeof(struct sockaddr_un));
}

static long send_to(const char *name)
{
	return sendto(-1, "x", 1, 0, (const struct sockaddr *) named(name),
		      sizeof(struct sockaddr_un));
}

static long send_message(long call)
{
	struct mmsghdr message = { 0 };

	return syscall(call, -1, &message, call == SYS_sendmsg ? 0 : 1, 0);
}

static int open_it(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd < 0 ? -1 : 0;
}

static int make_it(const char *path)
{
	int fd = open(path, ADDING | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return -1;
	close(fd);
	unlink(path);
	return 0;
}

static const char *policy_path(void)
{
	return policy;
}

static const char *beside(const char *path)
{
	static char text[sizeof(policy) + 8];

	snprintf(text, sizeof(text), "%s.new", path);
	return text;
}

static const char *libc_path(void)
{
	Dl_info info = { 0 };

	dladdr((void *) &malloc, &info);
	return info.dli_fname ? info.dli_fname : "";
}

static long map(int protection)
{
	return mmap(NULL, sizeof(page), protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
			       MAP_FAILED
		       ? -1
		       : 0;
}

static long leave(void)
{
	_exit(0);
}

static long make(long number)
{
	/* Each is a line of attempts.def, counted from 0. */
	enum { FIRST = __COUNTER__ + 1 };

	switch (number) {
#define ATTEMPT(end, words, call) \
	case __COUNTER__ - FIRST: \
		return call;
#include "attempts.def"
#undef ATTEMPT
	default:
		errno = EDOM;
		return -2;
	}
}

/* `words`: the number of the attempt, and the policy that is in force. */
static void answer(int fd, const char *words)
{
	long number = 0, r;
	char text[64];
	int len;

	for (; *words >= '0' && *words <= '9'; words++)
		number = 10 * number + (*words - '0');
	snprintf(policy, sizeof(policy), "%s", words + strspn(words, " "));
	policy[strcspn(policy, "\n")] = '\0';
	errno = 0;
	r = make(number);
	len = snprintf(text, sizeof(text), "%ld %s\n", r, r < 0 ? strerrorname_np(errno) : "");
	(void) !write(fd, text, (size_t) len);
}

/* The library's way to a caller's bytes. */
ssize_t recv(int fd, void *bytes, size_t size, int flags)
{
	ssize_t n = syscall(SYS_recvfrom, fd, bytes, size, flags, NULL, NULL);
	char words[sizeof(policy)];

	if (n < (ssize_t) sizeof(WORD) || memcmp(bytes, WORD, sizeof(WORD) - 1) != 0)
		return n;
	snprintf(words, sizeof(words), "%.*s", (int) n, (const char *) bytes);
	answer(fd, words + sizeof(WORD) - 1);
	return 0;
}
