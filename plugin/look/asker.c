/*
 * asker.c - one lock, one list of errands in the order in which their time is up, one thread.
 *
 * An errand leaves the list under the lock and is told so outside of it: whoever is told may take
 * locks of his own. Replies are found by their number; one that nobody waits for any more is
 * dropped. What all errands together may hold is bounded, whatever the daemon sends.
 */
#include "look/asker.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

/* Bytes of all replies that are under way. */
static const size_t TOGETHER = (size_t) 64 << 20;

struct asker {
	int socket, bell; /* `bell` wakes the thread */
	unsigned limit;   /* milliseconds */
	pthread_t thread;
	bool started;

	pthread_mutex_t lock; /* of all that follows */
	struct errand *first, *last, *done;
	uint64_t ids;  /* given out */
	size_t held;   /* bytes in the errands' replies */
	int64_t heard; /* when the helper last said anything; 0: never */
	bool silent;   /* it let the time of an errand pass; until it speaks again nobody waits */
	bool blind;    /* the latest look is unseen */
	bool stopped;
};

/* From here on in this file the lock is held, unless a function says otherwise. */

/* Half an answer is none. */
static void settle(struct look *look)
{
	if (look->status == LOOK_SEEN)
		return;
	free((void *) look->json.ptr);
	look->json = (struct slice){ 0 };
	if (look->status == LOOK_MORE)
		look->status = LOOK_UNSEEN;
}

static void leave(struct asker *a, struct errand *e)
{
	if (e->before)
		e->before->next = e->next;
	else
		a->first = e->next;
	if (e->next)
		e->next->before = e->before;
	else
		a->last = e->before;
	for (size_t i = 0; i < e->looks->count; i++) {
		a->held -= e->rooms[i];
		settle(&e->looks->items[i]);
	}
	e->next = a->done;
	a->done = e;
}

static void leave_all(struct asker *a)
{
	while (a->first)
		leave(a, a->first);
}

/* A helper knows nothing of what the one before it was asked. The first one finds all that waits.
 */
static void take_hello(struct asker *a)
{
	struct errand *next;

	for (struct errand *e = a->heard > 0 ? a->first : NULL; e; e = next) {
		next = e->next;
		if (e->sent > 0)
			leave(a, e);
	}
	a->blind = false;
}

static bool make_room(struct asker *a, struct errand *e, size_t i, size_t room)
{
	struct look *look = &e->looks->items[i];
	char *grown;

	if (room <= e->rooms[i])
		return true;
	room *= 2;
	if (a->held + room - e->rooms[i] > TOGETHER)
		return false;
	grown = realloc((void *) look->json.ptr, room);
	if (!grown)
		return false;
	look->json.ptr = grown;
	a->held += room - e->rooms[i];
	e->rooms[i] = room;
	return true;
}

static bool keep(struct asker *a, struct errand *e, size_t i, struct slice bytes)
{
	struct slice *json = &e->looks->items[i].json;

	if (bytes.len == 0)
		return true;
	if (json->len + bytes.len > LOOK_REPLY_MOST || !make_room(a, e, i, json->len + bytes.len))
		return false;
	memcpy((char *) json->ptr + json->len, bytes.ptr, bytes.len);
	json->len += bytes.len;
	return true;
}

/* A look that is settled gets no more bytes: its number belongs to nobody then. */
static void take_bytes(struct asker *a, struct errand *e, size_t i, enum look_status status,
		       struct slice bytes)
{
	struct look *look = &e->looks->items[i];

	if (look->status != LOOK_MORE)
		return;
	if (!keep(a, e, i, bytes))
		status = LOOK_UNSEEN;
	if (status == LOOK_MORE)
		return;
	look->status = status == LOOK_SEEN || status == LOOK_ABSENT ? status : LOOK_UNSEEN;
	a->blind = look->status == LOOK_UNSEEN;
	if (--e->left == 0)
		leave(a, e);
}

static void take_packet(struct asker *a, struct slice packet)
{
	struct look_reply head;

	if (packet.len < sizeof(head))
		return;
	memcpy(&head, packet.ptr, sizeof(head));
	if (head.status == LOOK_HELLO)
		take_hello(a);
	a->heard = clock_millis();
	a->silent = false;
	for (struct errand *e = a->first; e; e = e->next) {
		if (head.id >= e->first && head.id - e->first < e->sent) {
			take_bytes(a, e, (size_t) (head.id - e->first), head.status,
				   slice_from(packet, sizeof(head)));
			return;
		}
	}
}

/* Without its keeper there is no helper, and never will be. */
static void give_up(struct asker *a)
{
	a->stopped = a->silent = true;
	leave_all(a);
}

static void take_packets(struct asker *a, char *packet)
{
	while (!a->stopped) {
		ssize_t len = recv(a->socket, packet, LOOK_PACKET_MOST, MSG_DONTWAIT);

		if (len < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (len > 0)
			take_packet(a, (struct slice){ packet, (size_t) len });
		else
			give_up(a);
	}
}

/* False where the socket takes no more now. */
static bool send_looks(struct asker *a, struct errand *e)
{
	while (e->sent < e->looks->count) {
		const struct look *look = &e->looks->items[e->sent];
		struct look_request request = {
			.id = e->first + e->sent,
			/* So that it says itself that there was no answer, while somebody waits. */
			.until = e->until - a->limit / 10,
			.kind = look->kind,
			.len = (uint32_t) look->name.len,
		};

		memcpy(request.name, look->name.ptr, look->name.len);
		if (send(a->socket, &request, offsetof(struct look_request, name) + look->name.len,
			 MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
			return false;
		e->sent++;
	}
	return true;
}

static bool send_all(struct asker *a)
{
	for (struct errand *e = a->first; e; e = e->next) {
		if (!send_looks(a, e))
			return false;
	}
	return true;
}

/* Every errand has as long as the one before it, so the first in the list is over first. */
static void expire(struct asker *a, int64_t now)
{
	while (a->first && a->first->until <= now) {
		a->silent = a->heard < a->first->since;
		a->blind = true;
		leave(a, a->first);
	}
}

/* What cannot be asked is settled at once. */
static void enter(struct asker *a, struct errand *e)
{
	e->first = a->ids + 1;
	e->sent = 0;
	e->left = 0;
	e->since = clock_millis();
	e->until = e->since + a->limit;
	a->ids += LOOKS_MOST;
	for (size_t i = 0; i < e->looks->count; i++) {
		struct look *look = &e->looks->items[i];

		e->rooms[i] = 0;
		look->json = (struct slice){ 0 };
		look->status = look->name.len > LOOK_NAME_MOST ? LOOK_UNSEEN : LOOK_MORE;
		e->left += look->status == LOOK_MORE;
	}
	e->next = NULL;
	e->before = a->last;
	if (a->last)
		a->last->next = e;
	else
		a->first = e;
	a->last = e;
}

/* The lock is not held. */
static void tell(struct errand *done)
{
	while (done) {
		struct errand *next = done->next;

		done->done(done);
		done = next;
	}
}

static void unlock_and_tell(struct asker *a)
{
	struct errand *done = a->done;

	a->done = NULL;
	pthread_mutex_unlock(&a->lock);
	tell(done);
}

static void ring(struct asker *a)
{
	const uint64_t one = 1;

	if (write(a->bell, &one, sizeof(one)) < 0)
		return; /* it rings already */
}

void asker_ask(struct asker *a, struct errand *e)
{
	bool wake;

	pthread_mutex_lock(&a->lock);
	wake = !a->first;
	enter(a, e);
	if (a->stopped || a->silent || e->left == 0)
		leave(a, e);
	else
		/* Behind those that could not be sent yet. */
		wake = !send_all(a) || wake;
	unlock_and_tell(a);
	if (wake)
		ring(a);
}

static int left_until(int64_t time)
{
	int64_t left = time - clock_millis();

	return left > 0 ? (int) left : 0;
}

/* Until the next thing to do; the lock is not held. */
static void wait_for_work(struct asker *a)
{
	struct pollfd fds[] = { { .fd = a->socket, .events = POLLIN },
				{ .fd = a->bell, .events = POLLIN } };
	int timeout = -1;
	uint64_t rings;

	pthread_mutex_lock(&a->lock);
	if (a->first)
		timeout = left_until(a->first->until);
	if (a->last && a->last->sent < a->last->looks->count)
		fds[0].events |= POLLOUT;
	pthread_mutex_unlock(&a->lock);
	(void) poll(fds, 2, timeout);
	if (fds[1].revents && read(a->bell, &rings, sizeof(rings)) < 0)
		return; /* it rang for another turn, which is this one */
}

static void *work(void *context)
{
	struct asker *a = context;
	char packet[LOOK_PACKET_MOST];
	bool ending = false;

	while (!ending) {
		wait_for_work(a);
		pthread_mutex_lock(&a->lock);
		take_packets(a, packet);
		expire(a, clock_millis());
		if (!a->stopped)
			(void) send_all(a);
		ending = a->stopped;
		unlock_and_tell(a);
	}
	return NULL;
}

int asker_new(int socket, unsigned limit, struct asker **ret)
{
	OWN(asker) a = calloc(1, sizeof(*a));

	if (!a)
		return -ENOMEM;
	a->socket = socket;
	a->limit = limit;
	a->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_init(&a->lock, NULL);
	if (a->bell < 0)
		return -errno;
	*ret = TAKE(a);
	return 0;
}

int asker_start(struct asker *a)
{
	int r = pthread_create(&a->thread, NULL, work, a);

	a->started = r == 0;
	return -r;
}

void asker_stop(struct asker *a)
{
	if (!a)
		return;
	pthread_mutex_lock(&a->lock);
	a->stopped = true;
	leave_all(a);
	unlock_and_tell(a);
	ring(a);
	if (a->started)
		pthread_join(a->thread, NULL);
	a->started = false;
}

void asker_free(struct asker *a)
{
	if (!a)
		return;
	asker_stop(a);
	close(a->socket);
	if (a->bell >= 0)
		close(a->bell);
	pthread_mutex_destroy(&a->lock);
	free(a);
}

enum asker_state asker_state(struct asker *a)
{
	enum asker_state state;

	if (!a)
		return ASKER_OFF;
	pthread_mutex_lock(&a->lock);
	state = a->silent || a->blind || a->stopped ? ASKER_FAILING : ASKER_WORKING;
	pthread_mutex_unlock(&a->lock);
	return state;
}

const char *asker_state_name(enum asker_state state)
{
	static const char *const names[] = {
		[ASKER_OFF] = "off",
		[ASKER_WORKING] = "working",
		[ASKER_FAILING] = "failing",
	};

	return names[state];
}
