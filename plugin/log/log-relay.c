#include "log/log-relay.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log/log-queue.h"
#include "log/log-sink.h"

enum {
	ROOM = 256 << 10, /* bytes */
	LONGEST = 4096,   /* bytes; a longer line becomes two */
	DRAIN = 1000      /* milliseconds */
};

struct log_relay {
	int out;              /* what standard error was */
	pthread_mutex_t line; /* of its sinks */
	struct log_queue *queue;
	int in; /* where the pipe is emptied */
	pthread_t reader;
	bool runs;
};

static const char name[] = "standard error";

static size_t tell_loss(uint64_t lost, char *line, size_t size)
{
	return (size_t) snprintf(line, size,
				 "cis-authz: warning: %ju lines are missing here: nobody read "
				 "standard error, or it could not be written\n",
				 (uintmax_t) lost);
}

static void pass_on(struct log_relay *r, struct slice line)
{
	if (!log_queue_add(r->queue, SLICE(""), line))
		log_queue_lose(r->queue);
}

/* Whole lines; returns what is left. */
static size_t pass_lines(struct log_relay *r, char *bytes, size_t len)
{
	const char *end = memrchr(bytes, '\n', len);
	struct slice rest = { bytes, end ? (size_t) (end - bytes) + 1 : 0 };
	size_t whole = rest.len;

	while (rest.len > 0) {
		size_t one = (size_t) ((const char *) memchr(rest.ptr, '\n', rest.len) - rest.ptr);

		pass_on(r, (struct slice){ rest.ptr, one + 1 });
		rest = slice_from(rest, one + 1);
	}
	memmove(bytes, bytes + whole, len - whole);
	return len - whole;
}

/* Until the last who could write to the pipe has closed it. It waits for nothing else. */
static void *relay(void *arg)
{
	struct log_relay *r = arg;
	char bytes[LONGEST + 1];
	size_t len = 0;

	for (;;) {
		ssize_t n = read(r->in, bytes + len, LONGEST - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		len = pass_lines(r, bytes, len + (size_t) n);
		if (len < LONGEST)
			continue;
		bytes[len] = '\n';
		len = pass_lines(r, bytes, len + 1);
	}
	if (len > 0) {
		bytes[len] = '\n';
		pass_lines(r, bytes, len + 1);
	}
	return NULL;
}

/* Where there is none, the next file that is opened would take its place. */
static void make_sure_of_it(void)
{
	int null;

	if (fcntl(STDERR_FILENO, F_GETFD) >= 0)
		return;
	null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (null < 0 || null == STDERR_FILENO)
		return;
	dup3(null, STDERR_FILENO, O_CLOEXEC);
	close(null);
}

int log_relay_open(struct log_relay **ret)
{
	struct log_relay *r = calloc(1, sizeof(*r));

	if (!r)
		return -ENOMEM;
	make_sure_of_it();
	r->out = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (r->out < 0) {
		int error = -errno;

		free(r);
		return error;
	}
	pthread_mutex_init(&r->line, NULL);
	*ret = r;
	return 0;
}

int log_relay_sink(struct log_relay *r, struct log_sink **ret)
{
	return log_sink_new(r->out, name, &r->line, ret);
}

static int start_queue(struct log_relay *r)
{
	const struct log_queue_options options = {
		.name = "process log",
		.lines = "lines",
		.consequence = "",
		.room = ROOM,
		.drain = DRAIN,
		.quiet = true,
		.tell_loss = tell_loss,
	};
	struct log_sink *sink;
	int error = log_relay_sink(r, &sink);

	return error < 0 ? error : log_queue_new(sink, &options, &r->queue);
}

static int start_reader(struct log_relay *r, int in)
{
	sigset_t all, before;
	int error;

	r->in = in;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = -pthread_create(&r->reader, NULL, relay, r);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	r->runs = error == 0;
	return error;
}

int log_relay_start(struct log_relay *r)
{
	int ends[2], error = start_queue(r);

	if (error < 0)
		return error;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	error = start_reader(r, ends[0]);
	if (error < 0)
		close(ends[0]);
	else if (dup3(ends[1], STDERR_FILENO, O_CLOEXEC) < 0)
		error = -errno; /* the reader ends with the pipe */
	close(ends[1]);
	return error;
}

void log_relay_free(struct log_relay *r)
{
	if (!r)
		return;
	if (r->runs) {
		dup3(r->out, STDERR_FILENO, O_CLOEXEC);
		pthread_join(r->reader, NULL);
		close(r->in);
	}
	/* A writer that is stuck uses the rest for as long as there is a process. */
	if (!log_queue_free(r->queue) || pthread_mutex_trylock(&r->line) != 0)
		return;
	pthread_mutex_unlock(&r->line);
	pthread_mutex_destroy(&r->line);
	close(r->out);
	free(r);
}
