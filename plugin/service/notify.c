/*
 * notify.c - the protocol of sd_notify(3): one datagram with lines of KEY=VALUE.
 *
 * libsystemd speaks it too. Loading that library took longer than all else that serve does before
 * its first answer, and a third of its memory, for one call of sendmsg.
 */
#include "service/notify.h"

#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/number.h"
#include "base/slice.h"
#include "log/log.h"

enum { MESSAGE_MAX = 512 };

/* "@name" is a name that is none of the file system. False where `path` is too long. */
static bool read_address(struct slice path, struct sockaddr_un *ret, socklen_t *len)
{
	if (path.len >= sizeof(ret->sun_path))
		return false;
	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(ret->sun_path, path.ptr, path.len);
	if (path.ptr[0] == '@')
		ret->sun_path[0] = '\0';
	*len = (socklen_t) (offsetof(struct sockaddr_un, sun_path) + path.len);
	return true;
}

/* A descriptor or -errno. */
static int dial(struct slice path)
{
	struct sockaddr_un address;
	socklen_t len;
	int fd, error;

	if (!read_address(path, &address, &len))
		return -ENAMETOOLONG;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (const struct sockaddr *) &address, len) == 0)
		return fd;
	error = -errno;
	if (fd >= 0)
		close(fd);
	return error;
}

void notify_open(struct notify *ret)
{
	struct slice path = slice_str(getenv("NOTIFY_SOCKET"));

	*ret = (struct notify){ .fd = -1 };
	if (path.len == 0)
		return;
	ret->fd = dial(path);
	if (ret->fd < 0)
		log_warning("the service manager at %s (NOTIFY_SOCKET) cannot be reached and will "
			    "hear nothing of this service: %s",
			    path.ptr, strerror(-ret->fd));
}

static void tell(struct notify *n, const char *message, int len)
{
	bool told;

	if (n->fd < 0 || len < 0)
		return;
	told = send(n->fd, message, len < MESSAGE_MAX ? (size_t) len : MESSAGE_MAX - 1,
		    MSG_NOSIGNAL) >= 0;
	if (!told && !n->lost)
		log_warning("the service manager does not listen any more (%s); restart this "
			    "service for it to hear of it again",
			    strerror(errno));
	n->lost = !told;
}

void notify_ready(struct notify *n, const char *status)
{
	char message[MESSAGE_MAX];

	tell(n, message, snprintf(message, sizeof(message), "READY=1\nSTATUS=%s", status));
}

void notify_reloading(struct notify *n)
{
	char message[MESSAGE_MAX];
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	tell(n, message,
	     snprintf(message, sizeof(message), "RELOADING=1\nMONOTONIC_USEC=%" PRIu64,
		      (uint64_t) now.tv_sec * 1000000 + (uint64_t) now.tv_nsec / 1000));
}

void notify_status(struct notify *n, const char *status)
{
	char message[MESSAGE_MAX];

	tell(n, message, snprintf(message, sizeof(message), "STATUS=%s", status));
}

void notify_stopping(struct notify *n)
{
	static const char message[] = "STOPPING=1\nSTATUS=Finishing what is under way";

	tell(n, message, sizeof(message) - 1);
}

void notify_alive(struct notify *n)
{
	static const char message[] = "WATCHDOG=1";

	tell(n, message, sizeof(message) - 1);
}

bool notify_watchdog(struct timespec *ret)
{
	const char *pid = getenv("WATCHDOG_PID");
	uint64_t micros, wanted;

	if (!number_u64(slice_str(getenv("WATCHDOG_USEC")), &micros) || micros == 0)
		return false;
	/* Meant for another process, whose environment we got. */
	if (pid && (!number_u64(slice_str(pid), &wanted) || wanted != (uint64_t) getpid()))
		return false;
	micros /= 2;
	*ret = (struct timespec){ (time_t) (micros / 1000000), (long) (micros % 1000000) * 1000 };
	return true;
}
