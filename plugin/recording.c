/*
 * recording.c - questions to a file, so that a new policy can be tried on what really happens.
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
 * So that decide(recorded) finds what decide(question) found: by the same rules at the same places
 * (test/harness/run-recording.c). The replaced values are found by reading the question a second
 * time, with a collector in the reading (docker/gojson.h); the decision itself is made without.
 *
 * Like the decision log, a recording never changes a decision: it is written when the answer is on
 * its way, and what cannot be written is counted. The next line that can be is preceded by one that
 * says how many are missing, and the process log says when the first one is.
 */
#include "recording.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "log.h"
#include "recorded-call.h"

/* Bytes that one line may take: what deciding its call may, and once more for the line. */
static const size_t MEMORY_MOST = (size_t) 128 << 20;

struct recording {
	pthread_mutex_t lock;
	int fd;
	uint64_t lost, lost_ever;
	bool torn;
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

int recording_open(const char *path, struct recording **ret, struct diags *d)
{
	struct recording *r = calloc(1, sizeof(*r));
	int error = r ? open_regular(path, &r->fd, d) : -ENOMEM;

	if (error) {
		free(r);
		return error;
	}
	pthread_mutex_init(&r->lock, NULL);
	*ret = r;
	return 0;
}

void recording_close(struct recording *r)
{
	if (!r)
		return;
	if (r->lost_ever > 0)
		log_warning("the recording lacks %" PRIu64 " calls that could not be written",
			    r->lost_ever);
	close(r->fd);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

static bool write_all(struct recording *r, struct slice text)
{
	while (text.len > 0) {
		ssize_t n = write(r->fd, text.ptr, text.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		text = slice_from(text, (size_t) n);
		r->torn = text.len > 0;
	}
	return true;
}

/* A disk that filled up in the middle of a line left a torn one; the next starts afresh. */
static bool write_line(struct recording *r, struct slice line)
{
	if (r->torn && !write_all(r, SLICE("\n")))
		return false;
	return write_all(r, line);
}

static bool report_loss(struct recording *r, const struct timespec *now, struct arena *a)
{
	struct slice line;

	if (r->lost == 0)
		return true;
	if (recorded_loss(r->lost, now, a, &line) != 0 || !write_line(r, line))
		return false;
	r->lost = 0;
	return true;
}

static void count_loss(struct recording *r)
{
	if (r->lost_ever++ == 0)
		log_warning("a call could not be recorded; the recording says how many");
	r->lost++;
}

/* `line` is NULL when there was no memory to make it. */
static void put(struct recording *r, const struct slice *line, const struct timespec *now,
		struct arena *a)
{
	pthread_mutex_lock(&r->lock);
	if (!line || !report_loss(r, now, a) || !write_line(r, *line))
		count_loss(r);
	pthread_mutex_unlock(&r->lock);
}

void recording_add(struct recording *r, struct slice question, const struct policy *policy)
{
	OWN(arena) a = arena_new(MEMORY_MOST);
	struct timespec now;
	struct slice line;
	bool made;

	clock_gettime(CLOCK_REALTIME, &now);
	made = a && recorded_call(question, policy, &now, a, &line) == 0;
	put(r, made ? &line : NULL, &now, a);
}

void recording_add_unheard(struct recording *r)
{
	OWN(arena) a = arena_new(MEMORY_MOST);
	struct timespec now;
	struct slice line;
	bool made;

	clock_gettime(CLOCK_REALTIME, &now);
	made = a && recorded_unheard(&now, a, &line) == 0;
	put(r, made ? &line : NULL, &now, a);
}
