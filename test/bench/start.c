/*
 * start.c - how long a server takes from its start to its first answer.
 *
 *   start RUNS SOCKET ENVELOPE COMMAND...
 *
 * Runs COMMAND so often, asks until it answers, kills it. Prints the times as JSON, in
 * milliseconds.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/number.h"

enum { MOST_RUNS = 1000, MOST_MS = 10000, LARGEST = 16384 };

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double) t.tv_sec * 1e3 + (double) t.tv_nsec / 1e6;
}

static bool answers(const struct sockaddr_un *address, const char *request, size_t len)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char answer[LARGEST];
	bool answered;

	answered = connect(fd, (const struct sockaddr *) address, sizeof(*address)) == 0 &&
		   send(fd, request, len, MSG_NOSIGNAL) == (ssize_t) len &&
		   recv(fd, answer, sizeof(answer), 0) > 0;
	close(fd);
	return answered;
}

static pid_t run(char **command)
{
	pid_t child = fork();
	int quiet;

	if (child != 0)
		return child;
	quiet = open("/dev/null", O_WRONLY);
	dup2(quiet, STDOUT_FILENO);
	dup2(quiet, STDERR_FILENO);
	execv(command[0], command);
	_exit(127);
}

/* In milliseconds; negative when it does not answer at all. */
static double measure(const struct sockaddr_un *address, const char *request, size_t len,
		      char **command)
{
	const struct timespec pause = { .tv_nsec = 50000 };
	double began, took = -1;
	pid_t child;

	unlink(address->sun_path);
	began = now();
	child = run(command);
	while (took < 0 && now() - began < MOST_MS) {
		if (answers(address, request, len))
			took = now() - began;
		else
			nanosleep(&pause, NULL);
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return took;
}

static size_t make_request(const char *envelope, char *ret)
{
	char body[LARGEST / 2];
	FILE *f = fopen(envelope, "re");
	size_t len;
	int head;

	if (!f)
		return 0;
	len = fread(body, 1, sizeof(body), f);
	fclose(f);
	head = snprintf(ret, LARGEST,
			"POST /AuthZPlugin.AuthZReq HTTP/1.1\r\nHost: \r\n"
			"Content-Length: %zu\r\n\r\n",
			len);
	memcpy(ret + head, body, len);
	return (size_t) head + len;
}

int main(int argc, char **argv)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char request[LARGEST];
	uint64_t runs;
	size_t len;

	if (argc < 5 || !number_u64(slice_str(argv[1]), &runs) || runs < 1 || runs > MOST_RUNS ||
	    strlen(argv[2]) >= sizeof(address.sun_path)) {
		fprintf(stderr, "usage: start RUNS SOCKET ENVELOPE COMMAND...\n");
		return 2;
	}
	memcpy(address.sun_path, argv[2], strlen(argv[2]) + 1);
	len = make_request(argv[3], request);
	if (len == 0)
		return 2;
	printf("[");
	for (uint64_t i = 0; i < runs; i++) {
		double took = measure(&address, request, len, argv + 4);

		printf("%s%.2f", i > 0 ? ", " : "", took);
		if (took < 0)
			return 1;
	}
	printf("]\n");
	return 0;
}
