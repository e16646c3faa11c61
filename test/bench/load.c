/*
 * load.c - many callers in one process, each with one call under way at a time.
 *
 *   load SOCKET PATH ENVELOPE CONNECTIONS CALLS SECONDS keep|once
 *
 * Sends the file ENVELOPE as the body of POST PATH, CALLS times over CONNECTIONS connections that
 * are kept, or made anew for each call. A caller who has his answer makes the next call at once, so
 * a slower server gets fewer calls, and no queue grows that would say more of us than of it. After
 * SECONDS the rest counts as lost. Prints one line of JSON, times in microseconds; exits 1 when a
 * call was lost.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/number.h"
#include "base/slice.h"

enum { MOST_CONNECTIONS = 1024, MOST_CALLS = 1000000, MOST_SECONDS = 600, EVENTS = 256 };

struct caller {
	int fd; /* -1 between two connections */
	bool waits;
	size_t sent, got, whole; /* `whole`: bytes of the answer, 0 as long as its head is open */
	uint64_t started;        /* ns */
	char answer[16384];
};

struct load {
	struct sockaddr_un address;
	struct slice request;
	bool keep;
	int epoll;
	struct caller *callers;
	size_t connections;
	uint64_t calls, started, answered, allowed, lost;
	uint64_t end;   /* ns */
	double *micros; /* of each call answered */
};

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t) t.tv_sec * 1000000000 + (uint64_t) t.tv_nsec;
}

static int dial(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	/* Waits while the server's queue is full, and only then gives up waiting. */
	if (connect(fd, (const struct sockaddr *) address, sizeof(*address)) < 0 ||
	    fcntl(fd, F_SETFL, O_NONBLOCK) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static void watch(struct load *l, struct caller *c, int change, bool writing)
{
	struct epoll_event event = { .events = writing ? EPOLLIN | EPOLLOUT : EPOLLIN,
				     .data.ptr = c };

	epoll_ctl(l->epoll, change, c->fd, &event);
}

static void hang_up(struct caller *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	c->waits = false;
}

static void lose(struct load *l, struct caller *c)
{
	l->lost++;
	hang_up(c);
}

/* False when the connection is broken. */
static bool send_rest(struct load *l, struct caller *c)
{
	while (c->sent < l->request.len) {
		ssize_t n = send(c->fd, l->request.ptr + c->sent, l->request.len - c->sent,
				 MSG_NOSIGNAL);

		if (n < 0 && errno == EAGAIN) {
			watch(l, c, EPOLL_CTL_MOD, true);
			return true;
		}
		if (n <= 0)
			return false;
		c->sent += (size_t) n;
	}
	return true;
}

static void call(struct load *l, struct caller *c)
{
	if (l->started == l->calls || now() > l->end)
		return;
	l->started++;
	c->sent = c->got = c->whole = 0;
	c->started = now();
	if (c->fd < 0) {
		c->fd = dial(&l->address);
		if (c->fd < 0) {
			l->lost++;
			return;
		}
		watch(l, c, EPOLL_CTL_ADD, false);
	}
	c->waits = true;
	if (!send_rest(l, c))
		lose(l, c);
}

/* How long the answer is, once its head is there. False for a head without a length. */
static bool read_head(struct caller *c)
{
	static const char name[] = "\r\nContent-Length: ";
	const char *end, *length;
	struct slice digits;
	uint64_t value;

	c->answer[c->got] = '\0';
	end = strstr(c->answer, "\r\n\r\n");
	if (!end)
		return c->got < sizeof(c->answer) - 1;
	length = strstr(c->answer, name);
	if (!length || length > end)
		return false;
	length += sizeof(name) - 1;
	digits = (struct slice){ length, strcspn(length, "\r") };
	if (!number_u64(digits, &value) || value >= sizeof(c->answer))
		return false;
	c->whole = (size_t) (end - c->answer) + 4 + (size_t) value;
	return c->whole < sizeof(c->answer);
}

enum heard { NOTHING_YET, ALL, BROKEN };

static enum heard hear(struct caller *c)
{
	ssize_t n = recv(c->fd, c->answer + c->got, sizeof(c->answer) - 1 - c->got, 0);

	if (n < 0 && errno == EAGAIN)
		return NOTHING_YET;
	if (n <= 0)
		return BROKEN;
	c->got += (size_t) n;
	if (c->whole == 0 && !read_head(c))
		return BROKEN;
	if (c->whole == 0 || c->got < c->whole)
		return NOTHING_YET;
	return c->got == c->whole ? ALL : BROKEN;
}

static void finish(struct load *l, struct caller *c)
{
	l->micros[l->answered++] = (double) (now() - c->started) / 1000;
	if (memmem(c->answer, c->whole, "\r\n\r\n{\"Allow\":true", 17))
		l->allowed++;
	c->waits = false;
	if (!l->keep)
		hang_up(c);
	call(l, c);
}

static void handle(struct load *l, struct caller *c, uint32_t events)
{
	if (!c->waits) {
		/* Closed by the server between two calls. */
		hang_up(c);
		return;
	}
	if (events & EPOLLOUT) {
		watch(l, c, EPOLL_CTL_MOD, false);
		if (!send_rest(l, c)) {
			lose(l, c);
			call(l, c);
			return;
		}
	}
	if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
		return;
	switch (hear(c)) {
	case NOTHING_YET:
		break;
	case ALL:
		finish(l, c);
		break;
	case BROKEN:
		lose(l, c);
		call(l, c);
		break;
	}
}

static void run(struct load *l)
{
	struct epoll_event events[EVENTS];

	for (size_t i = 0; i < l->connections; i++)
		call(l, &l->callers[i]);
	while (l->answered + l->lost < l->started) {
		uint64_t time = now();
		int count = epoll_wait(l->epoll, events, EVENTS,
				       time < l->end ? (int) ((l->end - time) / 1000000) + 1 : 0);

		if (count <= 0 && now() >= l->end)
			break;
		for (int i = 0; i < count; i++)
			handle(l, events[i].data.ptr, events[i].events);
	}
	/* What was not even begun counts too. */
	l->lost = l->calls - l->answered;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *) a, y = *(const double *) b;

	return (x > y) - (x < y);
}

static double quantile(const struct load *l, double share)
{
	return l->answered > 0 ? l->micros[(size_t) ((double) (l->answered - 1) * share)] : 0;
}

static void report(struct load *l, uint64_t ns)
{
	qsort(l->micros, l->answered, sizeof(*l->micros), by_size);
	printf("{\"answered\": %ju, \"allowed\": %ju, \"lost\": %ju, \"per_second\": %.0f, "
	       "\"p50\": %.1f, \"p99\": %.1f, \"max\": %.1f}\n",
	       (uintmax_t) l->answered, (uintmax_t) l->allowed, (uintmax_t) l->lost,
	       (double) l->answered * 1e9 / (double) ns, quantile(l, 0.5), quantile(l, 0.99),
	       quantile(l, 1));
}

static char *read_all(const char *path, size_t *len)
{
	FILE *f = fopen(path, "re");
	char *text = NULL;
	long size;

	if (!f)
		return NULL;
	if (fseek(f, 0, SEEK_END) == 0 && (size = ftell(f)) >= 0 && fseek(f, 0, SEEK_SET) == 0) {
		text = malloc((size_t) size + 1);
		if (text && fread(text, 1, (size_t) size, f) != (size_t) size) {
			free(text);
			text = NULL;
		}
		*len = (size_t) size;
	}
	fclose(f);
	return text;
}

/* As dockerd 20.10 writes it: the Host header is there and empty. */
static bool make_request(struct load *l, const char *path, const char *envelope)
{
	size_t len;
	char *body = read_all(envelope, &len), *request;
	int head;

	if (!body)
		return false;
	head = asprintf(
		&request,
		"POST %s HTTP/1.1\r\nHost: \r\nUser-Agent: Go-http-client/1.1\r\n"
		"Content-Length: %zu\r\nAccept: application/vnd.docker.plugins.v1.2+json\r\n"
		"%s\r\n",
		path, len, l->keep ? "" : "Connection: close\r\n");
	if (head > 0)
		request = realloc(request, (size_t) head + len);
	if (head > 0 && request)
		memcpy(request + head, body, len);
	free(body);
	l->request = (struct slice){ request, (size_t) head + len };
	return head > 0 && request;
}

static bool make_callers(struct load *l)
{
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	l->callers = calloc(l->connections, sizeof(*l->callers));
	l->micros = calloc(l->calls, sizeof(*l->micros));
	if (l->epoll < 0 || !l->callers || !l->micros)
		return false;
	for (size_t i = 0; i < l->connections; i++)
		l->callers[i].fd = -1;
	return true;
}

static void load_free(struct load *l)
{
	for (size_t i = 0; i < l->connections; i++)
		hang_up(&l->callers[i]);
	close(l->epoll);
	free(l->callers);
	free(l->micros);
	free((char *) l->request.ptr);
}

static bool number_to(const char *text, uint64_t most, uint64_t *ret)
{
	return number_u64(slice_str(text), ret) && *ret >= 1 && *ret <= most;
}

static void raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

int main(int argc, char **argv)
{
	struct load l = { .address.sun_family = AF_UNIX };
	uint64_t connections, seconds, began;

	if (argc != 8 || strlen(argv[1]) >= sizeof(l.address.sun_path) ||
	    !number_to(argv[4], MOST_CONNECTIONS, &connections) ||
	    !number_to(argv[5], MOST_CALLS, &l.calls) ||
	    !number_to(argv[6], MOST_SECONDS, &seconds)) {
		fprintf(stderr,
			"usage: load SOCKET PATH ENVELOPE CONNECTIONS CALLS SECONDS keep|once\n");
		return 2;
	}
	memcpy(l.address.sun_path, argv[1], strlen(argv[1]) + 1);
	l.keep = strcmp(argv[7], "keep") == 0;
	l.connections = connections;
	raise_descriptor_limit();
	if (!make_request(&l, argv[2], argv[3]) || !make_callers(&l)) {
		fprintf(stderr, "load: %s: %s\n", argv[3], strerror(errno));
		return 2;
	}

	began = now();
	l.end = began + seconds * 1000000000;
	run(&l);
	report(&l, now() - began);
	load_free(&l);
	return l.lost > 0 ? 1 : 0;
}
