#include "log/log-sink.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"

/* rsyslog cuts what is longer than 8 KiB, header included, and tells nobody. */
enum { WAIT_MS = 100, SYSLOG_LONGEST = 8000 };

enum kind { SINK_DESCRIPTOR, SINK_FILE, SINK_SYSLOG };

struct log_sink {
	enum kind kind;
	int fd;          /* -1: not open */
	mode_t type;     /* of what is open */
	char *name;      /* as the user gave it */
	bool torn;       /* the latest byte ends no line */
	int64_t checked; /* the second of clock.h when the file's name was looked up last */
	atomic_bool reopen;

	pthread_mutex_t
		*line; /* held from the first byte of a line to its last; NULL: not shared */
	bool holds;
};

/*
 * Whether the file ends within a line: that of a process that was killed, or whose disk was full.
 * A file that cannot be read gets an empty line too many rather than a record that nobody can read.
 */
static bool ends_torn(int fd, const char *path, off_t size)
{
	struct stat written, read;
	char last = 0;
	int again;

	if (size == 0)
		return false;
	again = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK);
	if (again < 0)
		return true;
	if (fstat(fd, &written) == 0 && fstat(again, &read) == 0 && written.st_ino == read.st_ino &&
	    written.st_dev == read.st_dev && pread(again, &last, 1, size - 1) != 1)
		last = 0;
	close(again);
	return last != '\n';
}

/*
 * A link is not followed: where others can write to the directory, it could lead a log of root's
 * anywhere. Without O_NONBLOCK a fifo that nobody reads would keep us from starting.
 */
static int open_file(struct log_sink *s)
{
	struct stat st;
	int fd =
		open(s->name,
		     O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK,
		     0600);

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0) {
		close(fd);
		return -EBADF;
	}
	s->fd = fd;
	s->type = st.st_mode & S_IFMT;
	s->torn = s->type == S_IFREG && ends_torn(fd, s->name, st.st_size);
	s->checked = clock_millis() / 1000;
	return 0;
}

/* Once: the service can make no socket later (confine.h). A daemon that listens anew is another. */
static int open_syslog(struct log_sink *s)
{
	const struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "/dev/log" };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *) &address, sizeof(address)) < 0) {
		int error = -errno;

		close(fd);
		return error;
	}
	s->fd = fd;
	s->type = S_IFSOCK;
	return 0;
}

static struct log_sink *sink_new(enum kind kind, const char *name)
{
	OWN(log_sink) s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->kind = kind;
	s->fd = -1;
	s->name = strdup(name);
	return s->name ? TAKE(s) : NULL;
}

int log_sink_new(int fd, const char *name, pthread_mutex_t *line, struct log_sink **ret)
{
	struct log_sink *s;
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	s = sink_new(SINK_DESCRIPTOR, name);
	if (!s)
		return -ENOMEM;
	s->fd = fd;
	s->line = line;
	s->type = st.st_mode & S_IFMT;
	*ret = s;
	return 0;
}

int log_sink_open(const char *target, struct log_sink **ret)
{
	bool syslog = slice_eq(slice_str(target), SLICE("syslog"));
	OWN(log_sink) s = NULL;
	int r;

	s = sink_new(syslog ? SINK_SYSLOG : SINK_FILE, target);
	if (!s)
		return -ENOMEM;
	/* The first local time reads the time zone's file, which may be out of reach later. */
	tzset();
	r = syslog ? open_syslog(s) : open_file(s);
	if (r == 0)
		*ret = TAKE(s);
	return r;
}

static bool take_line(struct log_sink *s)
{
	struct timespec until;

	if (!s->line || s->holds)
		return true;
	until = clock_at(clock_millis() + WAIT_MS);
	s->holds = pthread_mutex_clocklock(s->line, CLOCK_MONOTONIC, &until) == 0;
	return s->holds;
}

static void leave_line(struct log_sink *s)
{
	if (s->holds)
		pthread_mutex_unlock(s->line);
	s->holds = false;
}

static void close_own(struct log_sink *s)
{
	if (s->kind == SINK_DESCRIPTOR || s->fd < 0)
		return;
	close(s->fd);
	s->fd = -1;
}

void log_sink_free(struct log_sink *s)
{
	if (!s)
		return;
	leave_line(s);
	close_own(s);
	free(s->name);
	free(s);
}

const char *log_sink_name(const struct log_sink *s)
{
	return s->name;
}

void log_sink_reopen(struct log_sink *s)
{
	atomic_store(&s->reopen, true);
}

struct slice log_sink_prefix(const struct log_sink *s, enum outcome outcome)
{
	/* LOG_AUTHPRIV is 80: what is in here is for those who guard the host, not for all. */
	_Static_assert(LOG_AUTHPRIV == 80 && LOG_ERR == 3 && LOG_INFO == 6, "priorities");

	if (s->kind != SINK_SYSLOG)
		return SLICE("");
	switch (outcome) {
	case OUTCOME_ERROR:
		return SLICE("<83>");
	case OUTCOME_DENY:
		return SLICE("<84>");
	case OUTCOME_WARN:
		return SLICE("<85>");
	case OUTCOME_ALLOW:
		return SLICE("<86>");
	}
	return SLICE("<83>");
}

size_t log_sink_longest(const struct log_sink *s)
{
	return s->kind == SINK_SYSLOG ? SYSLOG_LONGEST : SIZE_MAX;
}

/* A file that was removed takes what is written to it along, so that is asked for each time; that
 * another one has its name, once a second: until then records stand in the one that had it. */
static bool has_left(struct log_sink *s)
{
	struct stat ours, named;

	if (atomic_exchange(&s->reopen, false))
		return true;
	if (s->type != S_IFREG)
		return false;
	if (fstat(s->fd, &ours) < 0 || ours.st_nlink == 0)
		return true;
	if (s->checked == clock_millis() / 1000)
		return false;
	s->checked = clock_millis() / 1000;
	return lstat(s->name, &named) < 0 || named.st_ino != ours.st_ino ||
	       named.st_dev != ours.st_dev;
}

int log_sink_ready(struct log_sink *s)
{
	ssize_t n;
	int r;

	if (s->kind == SINK_FILE && s->fd >= 0 && has_left(s))
		close_own(s);
	if (s->fd < 0) {
		r = open_file(s);
		if (r < 0)
			return r;
	}
	if (!s->torn)
		return 0;
	n = log_sink_write(s, SLICE("\n"));
	return n < 0 ? (int) n : 0;
}

/* As many whole lines as a pipe takes in one piece, so that other writers' do not mix with them. */
static struct slice cut_piece(struct slice lines)
{
	const char *end;

	if (lines.len <= PIPE_BUF)
		return lines;
	end = memrchr(lines.ptr, '\n', PIPE_BUF);
	return (struct slice){ lines.ptr, end ? (size_t) (end - lines.ptr) + 1 : PIPE_BUF };
}

/*
 * Standard error is shared with other processes, so it cannot be made non-blocking. A pipe that
 * polls writable takes PIPE_BUF bytes without waiting, and a socket can be told not to wait.
 */
static ssize_t write_piece(struct log_sink *s, struct slice lines)
{
	struct pollfd room = { .fd = s->fd, .events = POLLOUT };
	struct slice piece = cut_piece(lines);

	if (s->type == S_IFREG)
		return write(s->fd, lines.ptr, lines.len);
	if (poll(&room, 1, WAIT_MS) == 0) {
		errno = EAGAIN;
		return -1;
	}
	if (s->type == S_IFSOCK)
		return send(s->fd, piece.ptr, piece.len, MSG_DONTWAIT | MSG_NOSIGNAL);
	return write(s->fd, piece.ptr, piece.len);
}

/* "<84>" stands in front of each line; time, name and process id come behind it. */
static ssize_t send_line(struct log_sink *s, struct slice lines)
{
	struct pollfd room = { .fd = s->fd, .events = POLLOUT };
	struct slice priority, record;
	char header[64], stamp[32];
	time_t time_now = time(NULL);
	struct tm local;
	int len;

	slice_cut(lines, '\n', &record, &(struct slice){ 0 });
	slice_cut(record, '>', &priority, &record);
	if (!localtime_r(&time_now, &local) ||
	    strftime(stamp, sizeof(stamp), "%b %e %T", &local) == 0)
		stamp[0] = '\0';
	len = snprintf(header, sizeof(header), ">%s cis-authz[%d]: ", stamp, (int) getpid());

	const struct iovec parts[] = {
		{ (void *) priority.ptr, priority.len },
		{ header, (size_t) len },
		{ (void *) record.ptr, record.len },
	};

	/* Not by sendmsg(2), which the service may not call: it could name another receiver. */
	if (writev(s->fd, parts, COUNT_OF(parts)) >= 0)
		return (ssize_t) (priority.len + 1 + record.len + 1);
	if (errno == EAGAIN || errno == ENOBUFS) {
		/* Of the machine's own memory there is no event to wait for. */
		poll(&room, errno == EAGAIN, WAIT_MS);
		errno = EAGAIN;
	}
	return -1;
}

static ssize_t write_some(struct log_sink *s, struct slice lines)
{
	ssize_t n = s->kind == SINK_SYSLOG ? send_line(s, lines) : write_piece(s, lines);

	if (n > 0) {
		s->torn = s->kind != SINK_SYSLOG && lines.ptr[n - 1] != '\n';
		return n;
	}
	if (n == 0)
		return -EIO;
	return errno == EINTR || errno == EAGAIN ? -EAGAIN : -errno;
}

ssize_t log_sink_write(struct log_sink *s, struct slice lines)
{
	ssize_t n;

	if (s->fd < 0)
		return -ENOTCONN;
	if (!take_line(s))
		return -EAGAIN;
	n = write_some(s, lines);
	/* In the middle of a line nobody else may write, whatever comes of it. */
	if (!s->torn || (n < 0 && n != -EAGAIN))
		leave_line(s);
	return n;
}

int log_sink_sync(const struct log_sink *s)
{
	return s->type == S_IFREG && fdatasync(s->fd) < 0 ? -errno : 0;
}
