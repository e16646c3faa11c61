/*
 * notify.c - the protocol of sd_notify(3): one datagram with lines of KEY=VALUE.
 *
 * libsystemd speaks it too. Loading that library took longer than all else that serve does before
 * its first answer, and a third of its memory, for one call of sendmsg.
 */
#include "service/notify.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/number.h"
#include "base/slice.h"

enum { MESSAGE_MAX = 512 };

/* Nobody can be told that telling failed; the manager notices by itself. */
static void tell(const char *message, int len)
{
	struct slice path = slice_str(getenv("NOTIFY_SOCKET"));
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd;

	if (path.len == 0 || path.len >= sizeof(address.sun_path) || len < 0)
		return;
	for (size_t i = 0; i < path.len; i++)
		address.sun_path[i] = path.ptr[i];
	/* A name that begins with @ is none of the file system. */
	if (path.ptr[0] == '@')
		address.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	(void) sendto(fd, message, len < MESSAGE_MAX ? (size_t) len : MESSAGE_MAX - 1, MSG_NOSIGNAL,
		      (const struct sockaddr *) &address,
		      (socklen_t) (offsetof(struct sockaddr_un, sun_path) + path.len));
	close(fd);
}

void notify_ready(const char *status)
{
	char message[MESSAGE_MAX];

	tell(message, snprintf(message, sizeof(message), "READY=1\nSTATUS=%s", status));
}

void notify_reloading(void)
{
	char message[MESSAGE_MAX];
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	tell(message, snprintf(message, sizeof(message), "RELOADING=1\nMONOTONIC_USEC=%" PRIu64,
			       (uint64_t) now.tv_sec * 1000000 + (uint64_t) now.tv_nsec / 1000));
}

void notify_status(const char *status)
{
	char message[MESSAGE_MAX];

	tell(message, snprintf(message, sizeof(message), "STATUS=%s", status));
}

void notify_stopping(void)
{
	static const char message[] = "STOPPING=1\nSTATUS=Finishing what is under way";

	tell(message, sizeof(message) - 1);
}

void notify_alive(void)
{
	static const char message[] = "WATCHDOG=1";

	tell(message, sizeof(message) - 1);
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
