#include "looker/fetch.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/clock.h"
#include "looker/target.h"

enum {
	MOST = 32,         /* requests, and connections, at a time; others wait in the socket */
	TICK = 1000,       /* milliseconds */
	LEFT_MOST = 60000, /* milliseconds */
	STATUS_OK = 200,
	STATUS_NOT_FOUND = 404,
};

struct fetcher {
	const struct fetch_config *config;
	CURLM *multi;
	struct curl_slist *headers;
	struct fetch *under_way;
	unsigned count;
};

/* One request. */
struct fetch {
	uint64_t id;
	CURL *easy;
	char *bytes;
	size_t len, cap;
	struct fetch *next, **from;
};

static void fetch_free(struct fetch *f)
{
	if (!f)
		return;
	curl_easy_cleanup(f->easy);
	free(f->bytes);
	free(f);
}
OWN_DEFINE(fetch, fetch_free)

/* Less than `size` back ends the request. */
static size_t take(char *bytes, size_t one, size_t size, void *context)
{
	struct fetch *f = context;
	char *room;

	(void) one;
	if (size > LOOK_REPLY_MOST - f->len)
		return 0;
	if (size > f->cap - f->len) {
		f->cap = 2 * (f->len + size);
		room = realloc(f->bytes, f->cap);
		if (!room)
			return 0;
		f->bytes = room;
	}
	memcpy(f->bytes + f->len, bytes, size);
	f->len += size;
	return size;
}

static bool set_up(struct fetcher *all, struct fetch *f, const char *target, long timeout)
{
	CURL *easy = f->easy;
	char url[TARGET_MOST + 16];

	snprintf(url, sizeof(url), "http://docker%s", target);
	/* No proxy, no redirection, no cookies, no password file: what is not asked for is off. */
	return curl_easy_setopt(easy, CURLOPT_URL, url) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, all->config->docker) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_PROXY, "") == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http") == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long) CURL_HTTP_VERSION_1_1) ==
		       CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, timeout) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_HTTPHEADER, all->headers) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_WRITEDATA, f) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_PRIVATE, f) == CURLE_OK;
}

static int send_packet(const struct fetcher *all, const struct look_reply *head, const char *bytes,
		       size_t len)
{
	struct iovec parts[] = { { (void *) head, sizeof(*head) }, { (void *) bytes, len } };

	return writev(all->config->socket, parts, 2) < 0 ? -errno : 0;
}

/* The service always reads, so this waits for no more than its turn. */
static int reply(const struct fetcher *all, uint64_t id, enum look_status status, const char *bytes,
		 size_t len)
{
	const size_t most = LOOK_PACKET_MOST - sizeof(struct look_reply);
	struct look_reply head = { .id = id, .status = LOOK_MORE };
	int r = 0;

	for (; r == 0 && len > most; bytes += most, len -= most)
		r = send_packet(all, &head, bytes, most);
	head.status = status;
	return r == 0 ? send_packet(all, &head, bytes, len) : r;
}

static bool begin(struct fetcher *all, struct fetch *f, const struct look_request *request,
		  size_t len)
{
	char target[TARGET_MOST];
	int64_t left;

	if (!target_write(request, len, target))
		return false;
	left = request->until - clock_millis();
	if (left <= 0 || left > LEFT_MOST)
		return false;
	f->easy = curl_easy_init();
	return f->easy && set_up(all, f, target, (long) left) &&
	       curl_multi_add_handle(all->multi, f->easy) == CURLM_OK;
}

static void link_in(struct fetcher *all, struct fetch *f)
{
	f->next = all->under_way;
	f->from = &all->under_way;
	if (f->next)
		f->next->from = &f->next;
	all->under_way = f;
	all->count++;
}

static void link_out(struct fetcher *all, struct fetch *f)
{
	*f->from = f->next;
	if (f->next)
		f->next->from = f->from;
	all->count--;
}

static int take_request(struct fetcher *all, const struct look_request *request, size_t len)
{
	OWN(fetch) f = calloc(1, sizeof(*f));

	if (len < sizeof(request->id))
		return -EPROTO;
	if (!f || !begin(all, f, request, len))
		return reply(all, request->id, LOOK_UNSEEN, NULL, 0);
	f->id = request->id;
	link_in(all, TAKE(f));
	return 0;
}

/* 1 when the service is gone. */
static int take_requests(struct fetcher *all)
{
	struct look_request request;
	int r = 0;

	while (r == 0 && all->count < MOST) {
		ssize_t len = recv(all->config->socket, &request, sizeof(request), MSG_DONTWAIT);

		if (len == 0)
			return 1;
		if (len < 0)
			return errno == EAGAIN || errno == EINTR ? 0 : -errno;
		r = take_request(all, &request, (size_t) len);
	}
	return r;
}

/* Half an answer is none: libcurl tells an error where bytes are missing. */
static enum look_status status_of(const struct fetch *f, CURLcode result)
{
	long status = 0;

	if (result != CURLE_OK ||
	    curl_easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK)
		return LOOK_UNSEEN;
	if (status == STATUS_NOT_FOUND)
		return LOOK_ABSENT;
	return status == STATUS_OK ? LOOK_SEEN : LOOK_UNSEEN;
}

static int finish(struct fetcher *all, CURL *easy, CURLcode result)
{
	struct fetch *f;
	enum look_status status;
	int r;

	if (curl_easy_getinfo(easy, CURLINFO_PRIVATE, &f) != CURLE_OK)
		return -EPROTO;
	status = status_of(f, result);
	r = reply(all, f->id, status, f->bytes, status == LOOK_SEEN ? f->len : 0);
	curl_multi_remove_handle(all->multi, easy);
	link_out(all, f);
	fetch_free(f);
	return r;
}

static int finish_all(struct fetcher *all)
{
	CURLMsg *message;
	int left, r = 0;

	while (r == 0 && (message = curl_multi_info_read(all->multi, &left))) {
		if (message->msg == CURLMSG_DONE)
			r = finish(all, message->easy_handle, message->data.result);
	}
	return r;
}

int fetcher_run(struct fetcher *all)
{
	const struct look_reply hello = { .status = LOOK_HELLO };
	int running, r = send_packet(all, &hello, NULL, 0);

	while (r == 0) {
		struct curl_waitfd more = { .fd = all->config->socket, .events = CURL_WAIT_POLLIN };

		if (curl_multi_poll(all->multi, &more, all->count < MOST, TICK, NULL) != CURLM_OK)
			return -EIO;
		r = take_requests(all);
		if (r == 0 && curl_multi_perform(all->multi, &running) != CURLM_OK)
			r = -EIO;
		if (r == 0)
			r = finish_all(all);
	}
	/* Nobody is there any more. */
	return r > 0 || r == -EPIPE ? 0 : r;
}

struct fetcher *fetcher_new(const struct fetch_config *config)
{
	OWN(fetcher) all = calloc(1, sizeof(*all));
	char header[sizeof(LOOK_HEADER) + LOOK_SECRET + 2];

	if (!all || curl_global_init(CURL_GLOBAL_NOTHING) != CURLE_OK)
		return NULL;
	all->config = config;
	snprintf(header, sizeof(header), LOOK_HEADER ": %s", config->secret);
	all->headers = curl_slist_append(NULL, header);
	explicit_bzero(header, sizeof(header));
	all->multi = all->headers ? curl_multi_init() : NULL;
	if (!all->multi ||
	    curl_multi_setopt(all->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long) MOST) != CURLM_OK)
		return NULL;
	return TAKE(all);
}

void fetcher_free(struct fetcher *all)
{
	if (!all)
		return;
	while (all->under_way) {
		struct fetch *f = all->under_way;

		curl_multi_remove_handle(all->multi, f->easy);
		link_out(all, f);
		fetch_free(f);
	}
	curl_multi_cleanup(all->multi);
	curl_slist_free_all(all->headers);
	free(all);
}
