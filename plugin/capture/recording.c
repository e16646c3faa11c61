/*
 * recording.c - captures to a file, so that a new policy can be tried on what really happens.
 *
 * What is written is an envelope of our own making that reads as the daemon's did. Of the envelope
 * it has what decide.c reads; of the target and the body what rules read, byte for byte, down to
 * odd spellings and keys that stand twice. The rest is replaced by the least that reads alike:
 *
 *   a field that no rule reads, an unknown one   its value becomes null; the key stays
 *   the same where its being there is wrong      1
 *   a value of a wrong type                      0.5, which is wrong for every field
 *   a command line                               words become x, but for names of SSH servers
 *   options of a driver                          all but listed ones and host paths becomes x
 *   URLs, in any field                           user, password and query become x
 *   settings of a plugin, annotations, sysctls   become ""; names stay
 *   parameters that are not listed               their values become x
 *   a body that could not be read                one that cannot be read
 *   a body that no rule reads                    is left out
 *
 * What is listed, and what x is put in the place of, is redact/redact.h's to know.
 *
 * So that decide(capture) finds what decide(question) found: by the same rules at the same places
 * (test/harness/run-recording.c). The replaced values are found by reading the question a second
 * time, with a collector in the reading (docker/gojson.h); the decision itself is made without.
 *
 * Like the decision log, a recording never changes a decision, nor does a decision wait for it: the
 * line is made when the answer is on its way, and a queue like the log's (log-queue.c) takes it.
 * What cannot be written is counted; a line that says how many are missing stands in their place,
 * and the process log says so too.
 */
#include "capture/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/diag.h"
#include "capture/capture.h"
#include "log/log-queue.h"
#include "log/log-sink.h"

/* Bytes that one line may take: what deciding its call may, and once more for the line. */
static const size_t MEMORY_MOST = (size_t) 128 << 20;

enum {
	ROOM = 17
	       << 20, /* bytes: the longest line of a call that --max-body lets through unasked */
	DRAIN = 3000  /* milliseconds */
};

struct recording {
	int fd;
	struct log_queue *queue;
};

static int open_regular(const char *path, int *ret, struct diags *d)
{
	const struct mark mark = { .file = path };
	int fd =
		open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
	struct stat st;

	if (fd < 0)
		return diag_add(d, mark, "cannot be opened for the recording: %s", strerror(errno));
	/* A pipe that nobody empties would stop the answers to Docker. */
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return diag_add(d, mark, "is no regular file; a recording needs one");
	}
	if (st.st_mode & (S_IRWXG | S_IRWXO)) {
		close(fd);
		return diag_add(
			d, mark,
			"can be read or written by others than its owner; a recording "
			"shows who does what on this host. Run chmod 600, or name a new file");
	}
	*ret = fd;
	return 0;
}

static size_t tell_loss(uint64_t lost, char *line, size_t size)
{
	struct timespec now = clock_realtime();

	return capture_loss(lost, &now, line, size);
}

int recording_open(const char *path, struct recording **ret, struct diags *d)
{
	struct recording *r = calloc(1, sizeof(*r));
	int error = r ? open_regular(path, &r->fd, d) : -ENOMEM;

	if (error) {
		free(r);
		return error;
	}
	*ret = r;
	return 0;
}

int recording_start(struct recording *r)
{
	const struct log_queue_options options = {
		.name = "recording",
		.lines = "calls",
		.consequence = "",
		.room = ROOM,
		.drain = DRAIN,
		.tell_loss = tell_loss,
	};
	struct log_sink *sink;
	int error = log_sink_new(r->fd, "--record", NULL, &sink);

	return error < 0 ? error : log_queue_new(sink, &options, &r->queue);
}

void recording_close(struct recording *r)
{
	if (!r)
		return;
	log_queue_free(r->queue);
	close(r->fd);
	free(r);
}

/* `line` is NULL when there was no memory to make it. */
static void put(struct recording *r, const struct slice *line)
{
	if (!line || !log_queue_add(r->queue, SLICE(""), *line))
		log_queue_lose(r->queue);
}

void recording_add(struct recording *r, struct slice question, const struct policy *policy)
{
	OWN(arena) a = arena_new(MEMORY_MOST);
	struct timespec now = clock_realtime();
	struct slice line;
	bool made;

	made = a && capture_call(question, policy, &now, a, &line) == 0;
	put(r, made ? &line : NULL);
}

void recording_add_unheard(struct recording *r)
{
	OWN(arena) a = arena_new(MEMORY_MOST);
	struct timespec now = clock_realtime();
	struct slice line;
	bool made;

	made = a && capture_unheard(&now, a, &line) == 0;
	put(r, made ? &line : NULL);
}

struct log_queue_stats recording_stats(struct recording *r)
{
	return log_queue_stats(r->queue);
}
