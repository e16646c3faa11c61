/*
 * admin.c - HTTP for those who watch, by a libmicrohttpd daemon of its own.
 *
 * Whoever gets here may be any program on this machine. It can hold this thread's connections and
 * no others: a worker never waits for it. Each connection serves one answer. Those that dawdle do
 * not keep others out: when all places are taken, the oldest gives way to the newest.
 */
#include "admin/admin.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/slice.h"

enum {
	PLACES = 8,
	/* A connection that gave way is still there until the library has seen it. */
	CONNECTIONS = 2 * PLACES,
	CONNECTION_MEMORY = 4 * 1024, /* bytes; a request's head has no more */
	TIMEOUT = 30,                 /* seconds without a byte, where places are left */
};

struct admin {
	struct MHD_Daemon *daemon;
	struct pages *pages;
	int listener;
	int places[PLACES]; /* descriptors, the oldest first; only the daemon's thread looks */
	unsigned taken;
};

static void leave(struct admin *a, int fd)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < a->taken; i++) {
		if (a->places[i] != fd)
			a->places[kept++] = a->places[i];
	}
	a->taken = kept;
}

static void connection_changed(void *cls, struct MHD_Connection *http, void **context,
			       enum MHD_ConnectionNotificationCode change)
{
	int fd = MHD_get_connection_info(http, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	struct admin *a = cls;

	(void) context;
	if (change == MHD_CONNECTION_NOTIFY_CLOSED) {
		leave(a, fd);
		return;
	}
	if (a->taken == PLACES) {
		shutdown(a->places[0], SHUT_RDWR);
		leave(a, a->places[0]);
	}
	a->places[a->taken++] = fd;
}

static enum MHD_Result send_page(struct MHD_Connection *http, const struct page *page)
{
	struct MHD_Response *response;
	enum MHD_Result sent;

	/* A copy, since others may ask before the last byte of this one is sent. */
	response = MHD_create_response_from_buffer(page->body.len, (void *) page->body.ptr,
						   MHD_RESPMEM_MUST_COPY);
	if (!response)
		return MHD_NO;

	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, page->type);
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
	MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	if (page->status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	sent = MHD_queue_response(http, page->status, response);
	MHD_destroy_response(response);
	return sent;
}

/* Answered at the head: nothing that is asked here has a body worth reading. */
static enum MHD_Result call_arrives(void *cls, struct MHD_Connection *http, const char *path,
				    const char *method, const char *version, const char *data,
				    size_t *size, void **call)
{
	struct admin *a = cls;
	struct page page;

	(void) version;
	(void) data;
	(void) size;
	(void) call;
	pages_answer(a->pages, slice_str(method), slice_str(path), &page);
	return send_page(http, &page);
}

static struct MHD_Daemon *start_daemon(struct admin *a)
{
	struct MHD_OptionItem options[] = {
		{ MHD_OPTION_LISTEN_SOCKET, a->listener, NULL },
		{ MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS, NULL },
		{ MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, NULL },
		{ MHD_OPTION_CONNECTION_TIMEOUT, TIMEOUT, NULL },
		{ MHD_OPTION_NOTIFY_CONNECTION, (intptr_t) connection_changed, a },
		{ MHD_OPTION_END, 0, NULL },
	};

	return MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_USE_ITC, 0,
				NULL, NULL, call_arrives, a, MHD_OPTION_ARRAY, options,
				MHD_OPTION_END);
}

int admin_start(int listener, const struct pages_subject *subject, struct admin **ret)
{
	struct admin *a = calloc(1, sizeof(*a));

	if (!a)
		return -ENOMEM;
	a->listener = listener;
	a->pages = pages_new(subject);

	errno = a->pages ? 0 : ENOMEM;
	a->daemon = a->pages ? start_daemon(a) : NULL;
	if (!a->daemon) {
		int error = errno != 0 ? errno : EAGAIN;

		pages_free(a->pages);
		free(a);
		return -error;
	}

	*ret = a;
	return 0;
}

void admin_stop(struct admin *a)
{
	if (!a)
		return;
	MHD_stop_daemon(a->daemon);
	close(a->listener);
	pages_free(a->pages);
	free(a);
}
