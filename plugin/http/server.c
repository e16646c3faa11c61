/*
 * server.c - HTTP on the plugin's socket, by libmicrohttpd.
 *
 * A few workers each poll their connections; every connection owns an exchange and an arena that
 * its calls use in turn. Only this file knows the library.
 *
 * A call must not get lost between us and the daemon: the daemon repeats a lost one with an empty
 * body, and that is denied. So connections that wait between calls are kept for long, and a
 * stopping server first finishes what has been said to it.
 */
#include "http/server.h"

#include <errno.h>
#include <microhttpd.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/slice.h"
#include "http/endpoint.h"
#include "http/heads.h"
#include "metrics/metrics.h"

enum {
	CONNECTIONS = 2048,
	CONNECTION_MEMORY =
		16 * 1024,   /* bytes; holds a call's headers, and its body piece by piece */
	IDLE_TIMEOUT = 3600, /* seconds */

	ROOM_MS = 100, /* until a descriptor may be free */

	/* When stopping: how long quiet must last, and how long we wait for it. */
	TICK_MS = 10,
	QUIET_TICKS = 5,
	MOST_TICKS = 500,
};

static const struct slice ALLOW = SLICE_INIT("{\"Allow\":true}");

struct server {
	struct MHD_Daemon *daemon;
	int listener;
	unsigned call_timeout;
	struct service *service;
	struct MHD_Response *allow; /* the usual answer, made once */
	struct heads *heads;
	atomic_uint under_way; /* calls whose headers are read and whose answer is not sent */
	_Atomic uint64_t accepted;
	atomic_bool stopping;
};

struct connection {
	struct server *server;
	struct MHD_Connection *http;
	struct exchange exchange;
	struct head head;
};

static void connection_free(struct connection *c)
{
	if (!c)
		return;
	arena_free(c->exchange.arena);
	free(c);
}
OWN_DEFINE(connection, connection_free)

/* Everything that a call's answer hung on has been looked up. In any thread. */
static void go_on(struct errand *errand)
{
	struct connection *c =
		(void *) ((char *) errand - offsetof(struct connection, exchange.errand));

	MHD_resume_connection(c->http);
}

static struct connection *connection_new(struct server *s)
{
	OWN(connection) c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->server = s;
	c->exchange.service = s->service;
	c->exchange.errand.done = go_on;
	c->exchange.arena = arena_new(endpoint_ceiling(s->service->max_body));
	return c->exchange.arena ? TAKE(c) : NULL;
}

/* Of nobody where the kernel does not say. */
static struct ucred peer_of(int fd)
{
	struct ucred peer = { .uid = (uid_t) -1 };
	socklen_t len = sizeof(peer);

	(void) getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len);
	return peer;
}

/* The socket's mode keeps others out; this also stops those who were handed a descriptor. */
static bool is_trusted(const struct ucred *peer)
{
	return peer->uid == 0 || peer->uid == geteuid();
}

static void connection_changed(void *cls, struct MHD_Connection *http, void **context,
			       enum MHD_ConnectionNotificationCode change)
{
	struct server *s = cls;
	struct ucred peer;
	bool trusted;
	int fd;

	if (change == MHD_CONNECTION_NOTIFY_CLOSED) {
		if (*context)
			heads_remove(s->heads, &((struct connection *) *context)->head);
		connection_free(*context);
		return;
	}

	fd = MHD_get_connection_info(http, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	peer = peer_of(fd);
	trusted = is_trusted(&peer);
	/* Our own question whether we answer comes by server_dial. */
	if (peer.pid != getpid())
		atomic_fetch_add(&s->accepted, 1);
	*context = trusted ? connection_new(s) : NULL;
	if (*context) {
		heads_add(s->heads, &((struct connection *) *context)->head, fd);
		return;
	}

	/* The library has no way to refuse here; a dead socket ends the connection unanswered. */
	metrics_refused(s->service->metrics, trusted ? REFUSED_NO_MEMORY : REFUSED_PEER);
	shutdown(fd, SHUT_RDWR);
}

static struct connection *connection_of(struct MHD_Connection *http)
{
	return MHD_get_connection_info(http, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

static enum MHD_Result count_framing(void *cls, enum MHD_ValueKind kind, const char *name,
				     const char *value)
{
	(void) kind;
	(void) value;
	if (slice_eq_nocase(slice_str(name), SLICE(MHD_HTTP_HEADER_CONTENT_LENGTH)) ||
	    slice_eq_nocase(slice_str(name), SLICE(MHD_HTTP_HEADER_TRANSFER_ENCODING)))
		++*(unsigned *) cls;
	return MHD_YES;
}

/* With two lengths the library takes one, and nobody knows whether the sender meant the other. */
static bool ends_somewhere_else(struct MHD_Connection *http)
{
	unsigned count = 0;

	MHD_get_connection_values(http, MHD_HEADER_KIND, count_framing, &count);
	return count > 1;
}

static void begin_call(struct connection *c, struct MHD_Connection *http, const char *method,
		       const char *path)
{
	const char *length =
		MHD_lookup_connection_value(http, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);

	atomic_fetch_add(&c->server->under_way, 1);
	heads_begin(&c->head);
	MHD_set_connection_option(http, MHD_CONNECTION_OPTION_TIMEOUT, c->server->call_timeout);
	endpoint_open(&c->exchange, slice_str(method), slice_str(path), slice_str(length));
}

/* The body lives in the arena, or for ever; call_over comes after the last byte is sent. */
static struct MHD_Response *json_response(struct slice body)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(body.len, (void *) body.ptr,
									MHD_RESPMEM_PERSISTENT);

	if (response)
		MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
					"application/vnd.docker.plugins.v1.2+json");
	return response;
}

static enum MHD_Result send_answer(const struct connection *c, struct MHD_Connection *http,
				   const struct answer *answer)
{
	struct MHD_Response *response;
	enum MHD_Result sent;

	if (slice_eq(answer->body, ALLOW) && !atomic_load(&c->server->stopping))
		return MHD_queue_response(http, answer->status, c->server->allow);
	response = json_response(answer->body);
	if (!response)
		return MHD_NO;
	if (answer->status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, MHD_HTTP_METHOD_POST);
	if (atomic_load(&c->server->stopping))
		MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
	sent = MHD_queue_response(http, answer->status, response);
	MHD_destroy_response(response);
	return sent;
}

/* Called once with the headers, then for each piece of the body, then once more with none left. */
static enum MHD_Result call_arrives(void *cls, struct MHD_Connection *http, const char *path,
				    const char *method, const char *version, const char *data,
				    size_t *size, void **call)
{
	struct connection *c = connection_of(http);
	struct answer answer;

	(void) cls;
	(void) version;
	if (!c)
		return MHD_NO;

	if (!*call) {
		if (ends_somewhere_else(http))
			return MHD_NO;
		*call = c;
		begin_call(c, http, method, path);
		return MHD_YES;
	}
	if (*size > 0) {
		endpoint_receive(&c->exchange, (struct slice){ data, *size });
		*size = 0;
		return MHD_YES;
	}
	if (endpoint_answer(&c->exchange, &answer))
		return send_answer(c, http, &answer);
	/* No worker waits: what the daemon is asked, it asks us about. First asleep, then awake. */
	c->http = http;
	MHD_suspend_connection(http);
	endpoint_look(&c->exchange);
	return MHD_YES;
}

/* Answered, or its caller has gone. */
static void call_over(void *cls, struct MHD_Connection *http, void **call,
		      enum MHD_RequestTerminationCode why)
{
	struct connection *c = *call;

	(void) cls;
	(void) why;
	if (!c)
		return;

	endpoint_close(&c->exchange);
	/*
	 * Between calls the daemon may wait for hours. Closing just when it sends the next one
	 * would lose that call, so this limit only gets rid of what was forgotten; heads.c ends
	 * those that began a call.
	 */
	MHD_set_connection_option(http, MHD_CONNECTION_OPTION_TIMEOUT, (unsigned) IDLE_TIMEOUT);
	heads_over(&c->head);
	atomic_fetch_sub(&c->server->under_way, 1);
}

/*
 * poll, not epoll: in the epoll loop of libmicrohttpd 0.9.75, 128 events at once are taken for more
 * to come, and the loop can stand still.
 */
static struct MHD_Daemon *start_daemon(struct server *s, unsigned workers)
{
	struct MHD_OptionItem options[] = {
		{ MHD_OPTION_LISTEN_SOCKET, s->listener, NULL },
		{ MHD_OPTION_THREAD_POOL_SIZE, workers > 1 ? workers : 0, NULL },
		{ MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS, NULL },
		{ MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, NULL },
		{ MHD_OPTION_CONNECTION_TIMEOUT, IDLE_TIMEOUT, NULL },
		{ MHD_OPTION_NOTIFY_CONNECTION, (intptr_t) connection_changed, s },
		{ MHD_OPTION_NOTIFY_COMPLETED, (intptr_t) call_over, s },
		{ MHD_OPTION_END, 0, NULL },
	};

	return MHD_start_daemon(
		MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL,
		NULL, call_arrives, s, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

/*
 * The library sends the head of an answer and its body by sendmsg(2). That call may also name
 * whoever it sends to, where no filter of system calls can look, so confined processes have none of
 * it. This one stands in its place, for the library too. Its only flag asks for no SIGPIPE, which
 * serve ignores.
 */
ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
	(void) flags;
	return writev(fd, message->msg_iov, (int) message->msg_iovlen);
}

/*
 * A worker of the library's without a connection asks at once again for one when no descriptor is
 * left for it, and takes up half a processor by that. So it is let wait; who has connections stops
 * asking until one of them is closed.
 */
int accept4(int fd, __SOCKADDR_ARG address, socklen_t *len, int flags)
{
	int peer = (int) syscall(SYS_accept4, fd, address.__sockaddr__, len, flags);
	int error = errno;

	if (peer < 0 && (error == EMFILE || error == ENFILE))
		poll(NULL, 0, ROOM_MS);
	errno = error;
	return peer;
}

static void server_free(struct server *s)
{
	if (s->allow)
		MHD_destroy_response(s->allow);
	heads_free(s->heads);
	free(s);
}

int server_start(const struct server_config *config, struct service *service, struct server **ret)
{
	struct server *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->listener = config->listener;
	s->call_timeout = config->call_timeout;
	s->service = service;

	s->allow = json_response(ALLOW);
	errno = s->allow ? 0 : ENOMEM;
	s->heads = s->allow ? heads_new() : NULL;
	s->daemon = s->heads ? start_daemon(s, config->workers) : NULL;
	if (!s->daemon) {
		int error = errno != 0 ? -errno : -EAGAIN;

		server_free(s);
		return error;
	}

	*ret = s;
	return 0;
}

void server_look(struct server *s, int64_t now)
{
	heads_look(s->heads, now);
}

int server_dial(struct server *s)
{
	const struct sockaddr_un nobody = { .sun_family = AF_UNIX };
	int ends[2], error;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0)
		return -errno;
	/* Where it is not taken, that end is closed. */
	errno = 0;
	if (MHD_add_connection(s->daemon, ends[1], (const struct sockaddr *) &nobody,
			       sizeof(nobody)) == MHD_YES)
		return ends[0];
	error = errno != 0 ? -errno : -EAGAIN;
	close(ends[0]);
	return error;
}

uint64_t server_accepted(struct server *s)
{
	return atomic_load(&s->accepted);
}

static bool is_quiet(struct server *s)
{
	struct pollfd waiting = { .fd = s->listener, .events = POLLIN };

	return atomic_load(&s->under_way) == 0 && poll(&waiting, 1, 0) == 0;
}

/*
 * Until nobody waits to be accepted and no call is under way. That must last a little: a connection
 * just accepted has its call still unread.
 */
static void wait_for_quiet(struct server *s)
{
	const struct timespec tick = { .tv_nsec = TICK_MS * 1000000L };
	unsigned quiet = 0;

	for (unsigned ticks = 0; ticks < MOST_TICKS && quiet < QUIET_TICKS; ticks++) {
		quiet = is_quiet(s) ? quiet + 1 : 0;
		nanosleep(&tick, NULL);
	}
}

void server_stop(struct server *s)
{
	if (!s)
		return;

	/* From here on each answer ends its connection, so that busy ones come to an end too. */
	atomic_store(&s->stopping, true);
	wait_for_quiet(s);
	/* The library ends no connection that is asleep. */
	asker_stop(s->service->asker);
	if (atomic_load(&s->under_way) > 0)
		wait_for_quiet(s);
	MHD_quiesce_daemon(s->daemon);
	MHD_stop_daemon(s->daemon);
	close(s->listener);
	server_free(s);
}
