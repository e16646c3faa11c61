/*
 * heads.c - which connections hold the beginning of a call.
 *
 * A byte at a time, or half a head and then nothing: the library waits for an hour, since for it
 * such a connection is one between two calls. Cutting those off is no way out: the daemon may send
 * its next call at that very moment, repeats it with an empty body, and the call of somebody
 * innocent is denied.
 *
 * An epoll set that nobody waits for notes at which sockets something happened, in its
 * edge-triggered mode even when the library has read the bytes long since. Looked at once a second:
 * where something happened and no call began, it was a part of a head, unless the peer came to read
 * its answer; so one that had an answer to read is passed over. What cannot be told apart is the
 * half head that arrives within the second in which the call before it ended, with nothing behind
 * it.
 */
#include "http/heads.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

enum { EVENTS = 64 };

/* Milliseconds: a head has 16 KiB at most, a call --max-body, and both come from this machine. */
enum { HEAD_MOST = 10000, CALL_MOST = 60000 };

struct heads {
	pthread_mutex_t lock; /* of all that follows, and of what is in the list */
	int epoll;
	struct head *first;
};

struct heads *heads_new(void)
{
	struct heads *h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	h->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (h->epoll < 0) {
		free(h);
		return NULL;
	}
	pthread_mutex_init(&h->lock, NULL);
	return h;
}

void heads_free(struct heads *h)
{
	if (!h)
		return;
	close(h->epoll);
	pthread_mutex_destroy(&h->lock);
	free(h);
}

/* The lock is held. */
static void take_events(struct heads *h)
{
	struct epoll_event events[EVENTS];
	int count;

	do {
		count = epoll_wait(h->epoll, events, EVENTS, 0);
		for (int i = 0; i < count; i++)
			((struct head *) events[i].data.ptr)->touched = true;
	} while (count == EVENTS);
}

void heads_add(struct heads *h, struct head *head, int fd)
{
	/* A socket with room to write to is always ready, so whatever wakes the set is told. */
	struct epoll_event what = { .events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = head };
	int unread = 0;

	*head = (struct head){ .fd = fd };
	pthread_mutex_lock(&h->lock);
	head->next = h->first;
	if (head->next)
		head->next->before = head;
	h->first = head;
	/* Without memory for this the connection is served all the same. */
	(void) epoll_ctl(h->epoll, EPOLL_CTL_ADD, fd, &what);
	take_events(h);
	/* What came before the set knew of it. */
	if (ioctl(fd, FIONREAD, &unread) == 0 && unread > 0)
		head->since = clock_millis();
	head->touched = false;
	pthread_mutex_unlock(&h->lock);
}

void heads_remove(struct heads *h, struct head *head)
{
	pthread_mutex_lock(&h->lock);
	(void) epoll_ctl(h->epoll, EPOLL_CTL_DEL, head->fd, &(struct epoll_event){ 0 });
	if (head->before)
		head->before->next = head->next;
	else
		h->first = head->next;
	if (head->next)
		head->next->before = head->before;
	pthread_mutex_unlock(&h->lock);
}

void heads_begin(struct head *head)
{
	atomic_fetch_add_explicit(&head->turns, 1, memory_order_relaxed);
}

void heads_over(struct head *head)
{
	atomic_fetch_add_explicit(&head->turns, 1, memory_order_relaxed);
}

/* Whether what was sent on `fd` waits to be read by its peer. */
static bool owes(int fd)
{
	uint32_t info[SK_MEMINFO_VARS] = { 0 };
	socklen_t len = sizeof(info);

	return getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &len) == 0 &&
	       info[SK_MEMINFO_WMEM_ALLOC] > 0;
}

static void look_at(struct head *head, int64_t now)
{
	unsigned turns = atomic_load_explicit(&head->turns, memory_order_relaxed);
	bool busy = turns % 2 == 1, touched = head->touched;

	head->touched = false;
	if (turns != head->seen) {
		head->seen = turns;
		head->since = busy ? now : 0;
		head->owes = true;
		return;
	}
	if (touched && !head->owes && head->since == 0)
		head->since = now;
	if (head->owes || touched)
		head->owes = owes(head->fd);
	if (head->since > 0 && now - head->since >= (busy ? CALL_MOST : HEAD_MOST)) {
		shutdown(head->fd, SHUT_RDWR);
		head->since = 0;
	}
}

void heads_look(struct heads *h, int64_t now)
{
	pthread_mutex_lock(&h->lock);
	take_events(h);
	for (struct head *head = h->first; head; head = head->next)
		look_at(head, now);
	pthread_mutex_unlock(&h->lock);
}
