/*
 * door.c - a service that answers and cannot be reached is down, and should know it.
 *
 * The name of the socket can be taken away by whoever tidies /run up. It is not made again here: a
 * process that may make sockets and names for them after its start is worth more to whoever takes
 * it over. It ends instead, with a failure, and its manager starts it anew, which makes the socket.
 * A socket of the manager's own (socket activation) is not ours to make; there a new start would
 * find the same, so it goes on and says what to do.
 */
#include "service/door.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/resource.h>

#include "base/buf.h"
#include "base/slice.h"
#include "http/server.h"
#include "log/log.h"

enum {
	AGAIN = 60000,      /* milliseconds between two complaints */
	FEWEST = 16,        /* connections; dockerd has one for each call under way */
	DESCRIPTORS = 4096, /* nothing is said from so many on */
};

static void say_name(const struct door *door, enum listen_name name)
{
	const char *path = door->claim.path;

	if (name == NAME_OURS)
		log_info("%s is the plugin's socket again", path);
	else if (name == NAME_OTHER)
		log_error("another file has the name of the plugin's socket, %s: whoever made it "
			  "answers the Docker daemon in our place. Find out who it is, then run "
			  "systemctl restart cis-authz.socket cis-authz.service",
			  path);
	else if (door->claim.made)
		log_error("the plugin's socket %s was removed, and the Docker daemon cannot reach "
			  "us: ending, so that a new start makes it again",
			  path);
	else
		log_error("the plugin's socket %s was removed, and the Docker daemon cannot reach "
			  "us; run systemctl restart cis-authz.socket cis-authz.service",
			  path);
}

static bool look_at_name(struct door *door, int64_t now)
{
	enum listen_name before = (enum listen_name) atomic_load(&door->name), name;

	if (!door->claim.path)
		return true;
	name = listen_look(&door->claim);
	atomic_store(&door->name, (int) name);
	if (name != before || (name != NAME_OURS && now >= door->say_again)) {
		say_name(door, name);
		door->say_again = now + AGAIN;
	}
	return name != NAME_GONE || !door->claim.made;
}

/* Callers wait, they did so a second ago, and none was let in between: descriptors or places are
 * used up, or no worker is alive. */
static void look_at_callers(struct door *door)
{
	struct pollfd waiting = { .fd = door->listener, .events = POLLIN };
	bool knocks = poll(&waiting, 1, 0) == 1, before = atomic_load(&door->stands), stands;
	uint64_t accepted = server_accepted(door->server);

	stands = knocks && door->knocked && accepted == door->accepted;
	door->knocked = knocks;
	door->accepted = accepted;
	if (stands == before)
		return;
	atomic_store(&door->stands, stands);
	if (stands)
		log_error("callers wait at the plugin's socket and none is let in: too many "
			  "connections are open, or too many files; see who holds them with "
			  "ss --unix --processes");
	else
		log_info("callers are let in again");
}

bool door_look(struct door *door, int64_t now)
{
	look_at_callers(door);
	return look_at_name(door, now);
}

void door_complaints(const struct door *door, struct buf *why)
{
	if (!door)
		return;
	if (atomic_load(&door->name) != NAME_OURS)
		buf_add(why, SLICE("the plugin's socket was removed or replaced by another file; "
				   "restart cis-authz.socket and cis-authz.service\n"));
	if (atomic_load(&door->stands))
		buf_add(why, SLICE("callers wait at the plugin's socket and none is let in; too "
				   "many connections or files are open\n"));
}

int door_dial(const struct door *door, struct buf *why)
{
	size_t before = why->len;
	int caller;

	door_complaints(door, why);
	if (why->len > before)
		return -1;
	caller = server_dial(door->server);
	if (caller >= 0)
		return caller;
	buf_printf(why, "the workers take no more callers: %s\n", strerror(-caller));
	return -1;
}

bool door_has_room(void)
{
	struct rlimit limit;
	unsigned room = 0;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= DESCRIPTORS)
		return true;
	for (int fd = 0; fd < (int) limit.rlim_cur; fd++)
		room += fcntl(fd, F_GETFD) < 0;
	if (room < FEWEST) {
		log_error("%ju open files are allowed, which leaves %u for connections, and the "
			  "Docker daemon needs one for each call; allow %d (LimitNOFILE=%d in the "
			  "unit, ulimit -n in a shell)",
			  (uintmax_t) limit.rlim_cur, room, DESCRIPTORS, DESCRIPTORS);
		return false;
	}
	log_warning("%ju open files are allowed, so that %u connections are served at a time and "
		    "further callers wait; allow %d (LimitNOFILE=%d)",
		    (uintmax_t) limit.rlim_cur, room, DESCRIPTORS, DESCRIPTORS);
	return true;
}
