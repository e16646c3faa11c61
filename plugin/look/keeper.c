/*
 * keeper.c - fork, exec, wait, and again.
 *
 * One pair of sockets serves all helpers, one behind the other: their end of it is the keeper's
 * own, so that the service's end, which nobody can replace once it is confined, stays good. Each
 * helper gets the secret over a pipe, where no other process sees it as it would see an argument.
 */
#include "look/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/diag.h"
#include "confine/confine.h"
#include "look/own-call.h"
#include "look/wire.h"

enum {
	PAUSE_LEAST = 100,  /* milliseconds before a helper that ended is started again */
	PAUSE_MOST = 60000, /* when it ends again and again */
	LASTING = 10000,    /* one that lived for so long did not end at once */
	CANNOT_RUN = 127,
	DESCRIPTORS = 64,
};

/* Beside this program, as in a build, or where it is installed. */
static bool find_program(const char *given, char *ret)
{
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	const char *slash;

	if (given)
		return snprintf(ret, PATH_MAX, "%s", given) < PATH_MAX && access(ret, X_OK) == 0;
	self[len > 0 ? len : 0] = '\0';
	slash = strrchr(self, '/');
	if (slash &&
	    snprintf(ret, PATH_MAX, "%.*s/cis-authz-look", (int) (slash - self), self) < PATH_MAX &&
	    access(ret, X_OK) == 0)
		return true;
	return snprintf(ret, PATH_MAX, "%s", LOOK_PROGRAM) < PATH_MAX && access(ret, X_OK) == 0;
}

/* Its end is the end of this process. */
static void end_with(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (getppid() != parent)
		_exit(0);
}

static int hand_over_secret(const struct look_secret *secret)
{
	int ends[2];

	if (pipe(ends) < 0)
		return -1;
	/* So few bytes always fit. */
	if (write(ends[1], secret->hex, LOOK_SECRET) != LOOK_SECRET)
		return -1;
	close(ends[1]);
	if (ends[0] == LOOK_SECRET_FD)
		return 0;
	if (dup2(ends[0], LOOK_SECRET_FD) < 0)
		return -1;
	close(ends[0]);
	return 0;
}

static void run_helper(const struct keeper_config *c, const char *program, pid_t keeper)
{
	char *argv[] = { (char *) "cis-authz-look", (char *) c->docker,
			 c->unconfined ? (char *) "unconfined" : NULL, NULL };
	char *none[] = { NULL };

	end_with(keeper);
	if (hand_over_secret(c->secret) == 0)
		execve(program, argv, none);
	_exit(CANNOT_RUN);
}

static void say_end(int status)
{
	const char *how = WIFSIGNALED(status)                 ? strsignal(WTERMSIG(status))
			  : WEXITSTATUS(status) == CANNOT_RUN ? "it cannot be run"
							      : "it ended by itself";

	fprintf(stderr,
		"cis-authz: warning: the helper that asks the daemon is started again: %s\n", how);
}

static void pause_for(unsigned millis)
{
	struct timespec time = { .tv_sec = millis / 1000,
				 .tv_nsec = (long) (millis % 1000) * 1000000 };

	nanosleep(&time, NULL);
}

static void keep_running(const struct keeper_config *c, const char *program)
{
	unsigned pause = PAUSE_LEAST;

	for (;;) {
		const pid_t keeper = getpid();
		int64_t started = clock_millis();
		pid_t helper = fork();
		int status = CANNOT_RUN << 8;

		if (helper == 0)
			run_helper(c, program, keeper);
		while (helper > 0 && waitpid(helper, &status, 0) < 0 && errno == EINTR)
			;
		/* It has seen the service's end of the sockets closed. */
		if (status == 0)
			_exit(0);
		say_end(status);
		if (clock_millis() - started > LASTING)
			pause = PAUSE_LEAST;
		pause_for(pause);
		pause = pause * 2 < PAUSE_MOST ? pause * 2 : PAUSE_MOST;
	}
}

/* What tells the service to end is for the service alone: it still needs answers until it has. */
static void leave_signals(void)
{
	static const int numbers[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1 };

	for (size_t i = 0; i < COUNT_OF(numbers); i++)
		(void) signal(numbers[i], SIG_IGN);
}

/* Whatever it may not give up, it has no use for. */
static void leave_rights(bool unconfined)
{
	const struct confinement c = { .descriptors = DESCRIPTORS, .bare = true };
	OWN(diags) d = diags_new();

	if (!unconfined && d && confine_rights(&c, d) != 0)
		diags_print(d, stderr);
}

static void keep_descriptors(int socket)
{
	if (socket == LOOK_SOCKET_FD)
		fcntl(socket, F_SETFD, 0);
	else
		dup2(socket, LOOK_SOCKET_FD);
	close_range(LOOK_SOCKET_FD + 1, ~0U, 0);
}

int keeper_start(const struct keeper_config *config, int *ret)
{
	const pid_t service = getpid();
	char program[PATH_MAX];
	int ends[2];
	pid_t keeper;

	if (!find_program(config->program, program))
		return -ENOENT;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	keeper = fork();
	if (keeper == 0) {
		end_with(service);
		prctl(PR_SET_NAME, "cis-authz-keep", 0, 0, 0);
		leave_signals();
		keep_descriptors(ends[1]);
		leave_rights(config->unconfined);
		keep_running(config, program);
	}
	close(ends[1]);
	if (keeper < 0) {
		close(ends[0]);
		return -EAGAIN;
	}
	*ret = ends[0];
	return 0;
}
