/*
 * floor.c - the least that a plugin on libmicrohttpd can do: it takes the call, reads the body to
 * its end, and answers {"Allow":true}. What cis-authz takes longer than this is its own.
 *
 *   floor SOCKET WORKERS
 *
 * It serves as plugin/http/server.c does: the same threading mode, limits and answer, but for the
 * options that set a limit to a connection's time.
 */
#include <errno.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/number.h"

enum { CONNECTIONS = 2048, CONNECTION_MEMORY = 16 * 1024, LARGEST = 64 << 20 };

struct body {
	char *ptr;
	size_t len, cap;
};

static struct body *body_new(struct MHD_Connection *http)
{
	const char *length =
		MHD_lookup_connection_value(http, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
	struct body *b = calloc(1, sizeof(*b));
	uint64_t cap;

	if (!b || !number_u64(slice_str(length), &cap) || cap > LARGEST) {
		free(b);
		return NULL;
	}
	b->ptr = malloc(cap + 1);
	b->cap = cap;
	return b;
}

static enum MHD_Result call_arrives(void *cls, struct MHD_Connection *http, const char *path,
				    const char *method, const char *version, const char *data,
				    size_t *size, void **call)
{
	struct body *b = *call;

	(void) path, (void) method, (void) version;
	if (!b) {
		*call = body_new(http);
		return *call ? MHD_YES : MHD_NO;
	}
	if (*size > 0) {
		if (!b->ptr || *size > b->cap - b->len)
			return MHD_NO;
		memcpy(b->ptr + b->len, data, *size);
		b->len += *size;
		*size = 0;
		return MHD_YES;
	}
	return MHD_queue_response(http, MHD_HTTP_OK, cls);
}

static void call_over(void *cls, struct MHD_Connection *http, void **call,
		      enum MHD_RequestTerminationCode why)
{
	struct body *b = *call;

	(void) cls, (void) http, (void) why;
	if (b)
		free(b->ptr);
	free(b);
	*call = NULL;
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || strlen(path) >= sizeof(address.sun_path))
		return -1;
	memcpy(address.sun_path, path, strlen(path) + 1);
	if (bind(fd, (const struct sockaddr *) &address, sizeof(address)) < 0 ||
	    listen(fd, SOMAXCONN) < 0)
		return -1;
	return fd;
}

static struct MHD_Daemon *start_daemon(int listener, unsigned workers,
				       struct MHD_Response *response)
{
	struct MHD_OptionItem options[] = {
		{ MHD_OPTION_LISTEN_SOCKET, listener, NULL },
		{ MHD_OPTION_THREAD_POOL_SIZE, workers > 1 ? workers : 0, NULL },
		{ MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS, NULL },
		{ MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, NULL },
		{ MHD_OPTION_NOTIFY_COMPLETED, (intptr_t) call_over, NULL },
		{ MHD_OPTION_END, 0, NULL },
	};

	return MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_USE_ITC, 0,
				NULL, NULL, call_arrives, response, MHD_OPTION_ARRAY, options,
				MHD_OPTION_END);
}

int main(int argc, char **argv)
{
	static const char answer[] = "{\"Allow\":true}";
	struct MHD_Response *response;
	struct MHD_Daemon *daemon;
	sigset_t signals;
	uint64_t workers;
	int listener;

	if (argc != 3 || !number_u64(slice_str(argv[2]), &workers) || workers < 1 || workers > 64) {
		fprintf(stderr, "usage: floor SOCKET WORKERS\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);

	response = MHD_create_response_from_buffer(sizeof(answer) - 1, (void *) answer,
						   MHD_RESPMEM_PERSISTENT);
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
				"application/vnd.docker.plugins.v1.2+json");
	listener = listen_at(argv[1]);
	daemon = listener < 0 ? NULL : start_daemon(listener, (unsigned) workers, response);
	if (!daemon) {
		fprintf(stderr, "floor: cannot listen on %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	sigwaitinfo(&signals, NULL);
	MHD_stop_daemon(daemon);
	MHD_destroy_response(response);
	close(listener);
	return 0;
}
