#include "http/probe.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/slice.h"

static bool ask(int fd)
{
	const struct slice call = SLICE("POST /Plugin.Activate HTTP/1.1\r\nHost: \r\n"
					"Content-Length: 0\r\nConnection: close\r\n\r\n");
	const struct slice fine = SLICE("HTTP/1.1 200 ");
	char answer[32];

	if (send(fd, call.ptr, call.len, MSG_NOSIGNAL) != (ssize_t) call.len)
		return false;
	return recv(fd, answer, fine.len, MSG_WAITALL) == (ssize_t) fine.len &&
	       slice_eq((struct slice){ answer, fine.len }, fine);
}

bool probe_answers(int listener, unsigned patience)
{
	const struct timeval most = { .tv_sec = patience };
	struct sockaddr_un address;
	socklen_t len = sizeof(address);
	bool answered;
	int fd;

	if (getsockname(listener, (struct sockaddr *) &address, &len) < 0)
		return false;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;

	/* A full queue makes connect wait as long as a send may. */
	answered = setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof(most)) == 0 &&
		   setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof(most)) == 0 &&
		   connect(fd, (const struct sockaddr *) &address, len) == 0 && ask(fd);
	close(fd);
	return answered;
}
