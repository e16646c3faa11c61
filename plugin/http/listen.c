/*
 * listen.c - the unix socket that the Docker daemon calls.
 *
 * Whoever owns this path answers for us, so it is made where only root (or we) can rename things,
 * it takes nothing over that is not a dead socket, and it appears with its final mode 0600: there
 * is no moment in which others could connect.
 *
 * Looking whether a socket is dead and taking its name are two steps, and so are looking whether a
 * name is still ours and taking it away. Between them another instance could do the same; so both
 * are done under a lock, from the first look until the name is gone. Its file is root's alone, or
 * anybody who may read the directory could keep us from starting.
 */
#include "http/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/number.h"
#include "base/slice.h"

enum { DIR_MODE = 0700, SOCKET_MODE = 0600, FIRST_HANDED = 3 };

/* A socket to make, and how messages call it. */
struct wish {
	const char *path, *option;
	mode_t mode;
};

static struct mark whole_file(const char *path)
{
	return (struct mark){ .file = path };
}

static int read_address(const char *path, struct sockaddr_un *ret, struct diags *d)
{
	struct slice text = slice_str(path);
	size_t most = sizeof(ret->sun_path) - 1;

	if (!slice_starts(text, SLICE("/")) || slice_ends(text, SLICE("/")))
		return diag_add(d, whole_file(path),
				"the socket's path must start with / and end with a file name");
	if (text.len > most)
		return diag_add(
			d, whole_file(path),
			"the socket's path has %zu bytes and Linux allows %zu; choose a shorter "
			"one",
			text.len, most);

	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(ret->sun_path, text.ptr, text.len);
	return 0;
}

/* Leaves the directory in `path`; "" stands for the root. */
static void cut_last(char *path)
{
	*strrchr(path, '/') = '\0';
}

/* `dir` is /run/docker/plugins when dockerd has not started yet: then it and its parent are
 * missing. */
static int make_directory(const char *path, const char *dir, struct diags *d)
{
	char parent[sizeof(((struct sockaddr_un *) NULL)->sun_path)];

	if (mkdir(dir, DIR_MODE) == 0 || errno == EEXIST)
		return 0;
	if (errno == ENOENT) {
		memcpy(parent, dir, slice_str(dir).len + 1);
		cut_last(parent);
		if (mkdir(parent, DIR_MODE) == 0 && mkdir(dir, DIR_MODE) == 0)
			return 0;
	}
	return diag_add(d, whole_file(path), "cannot make the directory %s: %s", dir,
			strerror(errno));
}

/* Others who can rename files here could put their own socket in our place and allow everything. */
static int check_directory(const struct wish *w, const char *dir, struct diags *d)
{
	struct stat st;
	bool shared;

	if (stat(dir, &st) < 0)
		return diag_add(d, whole_file(w->path), "cannot look at the directory %s: %s", dir,
				strerror(errno));
	shared = (st.st_mode & (S_IWGRP | S_IWOTH)) != 0 && (st.st_mode & S_ISVTX) == 0;
	if (shared || (st.st_uid != 0 && st.st_uid != geteuid()))
		return diag_add(
			d, whole_file(w->path),
			"others than root can change the directory %s and could answer in our "
			"place; chown root and chmod go-w it, or choose another %s",
			dir, w->option);
	return 0;
}

static int prepare_directory(const struct wish *w, struct diags *d)
{
	char dir[sizeof(((struct sockaddr_un *) NULL)->sun_path)];
	int r;

	memcpy(dir, w->path, slice_str(w->path).len + 1);
	cut_last(dir);
	if (dir[0] == '\0')
		return 0;

	r = make_directory(w->path, dir, d);
	return r != 0 ? r : check_directory(w, dir, d);
}

/* 0 when somebody answers there, else the errno of trying. */
static int try_connect(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int error = 0;

	if (fd < 0)
		return errno;
	/* A live server with a full queue makes this EAGAIN; it must not look dead. */
	if (connect(fd, (const struct sockaddr *) address, sizeof(*address)) < 0 && errno != EAGAIN)
		error = errno;
	close(fd);
	return error;
}

static int remove_stale(const struct wish *w, const struct sockaddr_un *address, struct diags *d)
{
	const char *path = w->path;
	struct stat st;
	int error;

	if (lstat(path, &st) < 0) {
		if (errno == ENOENT)
			return 0;
		return diag_add(d, whole_file(path), "cannot look at it: %s", strerror(errno));
	}
	if (!S_ISSOCK(st.st_mode))
		return diag_add(d, whole_file(path),
				"is not a socket; move it away or choose another %s", w->option);

	error = try_connect(address);
	if (error == 0)
		return diag_add(d, whole_file(path),
				"another program answers on this socket; stop it first "
				"(systemctl stop cis-authz) or choose another %s",
				w->option);
	if (error != ECONNREFUSED)
		return diag_add(d, whole_file(path),
				"cannot tell whether a program answers on it: %s", strerror(error));
	if (unlink(path) < 0 && errno != ENOENT)
		return diag_add(d, whole_file(path), "cannot remove the stale socket: %s",
				strerror(errno));
	return 0;
}

static int listen_at(int fd, const struct wish *w, const struct sockaddr_un *address,
		     struct listen_claim *claim, struct diags *d)
{
	struct stat st;

	/*
	 * Linux takes the mode of the new file from the socket, less the umask, which all threads
	 * share: never more than wished. What the umask took is given after that.
	 */
	if (fchmod(fd, w->mode) < 0 ||
	    bind(fd, (const struct sockaddr *) address, sizeof(*address)) < 0 ||
	    chmod(w->path, w->mode) < 0 || listen(fd, SOMAXCONN) < 0 || lstat(w->path, &st) < 0)
		return diag_add(d, whole_file(w->path), "cannot listen on it: %s", strerror(errno));
	claim->dev = st.st_dev;
	claim->ino = st.st_ino;
	claim->made = true;
	return 0;
}

enum { LOCK_PATH = sizeof(((struct sockaddr_un *) NULL)->sun_path) + sizeof(".lock"), TURNS = 10 };

static const char *lock_path(const char *path, char *ret)
{
	snprintf(ret, LOCK_PATH, "%s.lock", path);
	return ret;
}

/* Whoever had the lock before may have taken its file away: then another's is at its name. */
static bool is_at(int fd, const char *path)
{
	struct stat held, named;

	return fstat(fd, &held) == 0 && lstat(path, &named) == 0 && held.st_ino == named.st_ino &&
	       held.st_dev == named.st_dev;
}

static int take_lock(const struct wish *w, int *ret, struct diags *d)
{
	char path[LOCK_PATH];
	int error = EAGAIN;

	lock_path(w->path, path);
	for (int turn = 0; turn < TURNS; turn++) {
		int fd = open(path,
			      O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK,
			      S_IRUSR | S_IWUSR);

		if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0 && is_at(fd, path)) {
			*ret = fd;
			return 0;
		}
		error = errno;
		if (fd < 0)
			break;
		close(fd);
		if (error == EWOULDBLOCK)
			return diag_add(d, whole_file(w->path),
					"another instance of this program has this socket; stop it "
					"first (systemctl stop cis-authz) or choose another %s",
					w->option);
	}
	return diag_add(d, whole_file(w->path),
			"its lock, the file of this name with .lock, "
			"cannot be taken: %s",
			strerror(error));
}

static int make_and_listen(const struct wish *w, const struct sockaddr_un *address,
			   struct listen_claim *claim, int *ret, struct diags *d)
{
	int r = remove_stale(w, address, d), fd;

	if (r != 0)
		return r;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	r = listen_at(fd, w, address, claim, d);
	if (r != 0)
		close(fd);
	else
		*ret = fd;
	return r;
}

int listen_unix_as(const char *path, const char *option, unsigned mode, struct listen_claim *claim,
		   int *ret, struct diags *d)
{
	const struct wish w = { path, option, mode };
	struct sockaddr_un address;
	int r;

	*claim = (struct listen_claim){ .lock = -1 };
	r = read_address(path, &address, d);
	if (r == 0)
		r = prepare_directory(&w, d);
	if (r == 0)
		r = take_lock(&w, &claim->lock, d);
	if (r != 0)
		return r;
	claim->path = path;
	r = make_and_listen(&w, &address, claim, ret, d);
	if (r != 0)
		listen_release(claim);
	return r;
}

int listen_unix(const char *path, struct listen_claim *claim, int *ret, struct diags *d)
{
	return listen_unix_as(path, "--socket", SOCKET_MODE, claim, ret, d);
}

void listen_claim_handed(const char *path, struct listen_claim *ret)
{
	struct stat st = { 0 };

	*ret = (struct listen_claim){ .path = path, .lock = -1 };
	if (lstat(path, &st) < 0)
		return;
	ret->dev = st.st_dev;
	ret->ino = st.st_ino;
}

enum listen_name listen_look(const struct listen_claim *claim)
{
	struct stat st;

	if (lstat(claim->path, &st) < 0)
		return errno == ENOENT || errno == ENOTDIR ? NAME_GONE : NAME_OTHER;
	return st.st_dev == claim->dev && st.st_ino == claim->ino ? NAME_OURS : NAME_OTHER;
}

void listen_release(struct listen_claim *claim)
{
	char path[LOCK_PATH];

	if (claim->made && listen_look(claim) == NAME_OURS)
		unlink(claim->path);
	if (claim->path && claim->lock >= 0) {
		if (is_at(claim->lock, lock_path(claim->path, path)))
			unlink(path);
		close(claim->lock);
	}
	*claim = (struct listen_claim){ .lock = -1 };
}

static bool has_option(int fd, int option, int wanted)
{
	socklen_t len = sizeof(int);
	int value;

	return getsockopt(fd, SOL_SOCKET, option, &value, &len) == 0 && value == wanted;
}

static int check_handed(int fd, struct mark at, struct diags *d)
{
	int flags;

	if (!has_option(fd, SO_DOMAIN, AF_UNIX))
		return diag_add(d, at,
				"what was handed over is no unix socket; Docker asks "
				"plugins on one: ListenStream=/run/docker/plugins/"
				"cis-authz.sock");
	if (!has_option(fd, SO_TYPE, SOCK_STREAM) || !has_option(fd, SO_ACCEPTCONN, 1))
		return diag_add(d, at,
				"the socket that was handed over takes no connections; write it as "
				"ListenStream= with Accept=no");

	flags = fcntl(fd, F_GETFL);
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
		return diag_add(d, at, "the socket that was handed over cannot be prepared: %s",
				strerror(errno));
	return 0;
}

int listen_handed(const struct handover *h, int *ret, struct diags *d)
{
	/* The name of the socket unit, where the manager gave one. */
	struct mark at = whole_file(h->names && *h->names ? h->names : "LISTEN_FDS");
	uint64_t pid, count;
	int r;

	*ret = -1;
	if (!h->pid || !h->fds)
		return 0;
	if (!number_u64(slice_str(h->pid), &pid) || !number_u64(slice_str(h->fds), &count))
		return diag_add(
			d, at,
			"LISTEN_PID and LISTEN_FDS must be numbers, not `%s` and `%s`; unset "
			"both to have the socket made",
			h->pid, h->fds);
	/* Meant for another process, whose environment we got. */
	if (pid != (uint64_t) getpid() || count == 0)
		return 0;
	if (count > 1)
		return diag_add(d, at,
				"%s sockets were handed over, and one is served; leave a single "
				"ListenStream= in the socket unit",
				h->fds);

	r = check_handed(FIRST_HANDED, at, d);
	if (r == 0)
		*ret = FIRST_HANDED;
	return r;
}

const char *listen_path(int fd, struct sockaddr_un *ret)
{
	socklen_t len = sizeof(*ret);

	*ret = (struct sockaddr_un){ 0 };
	if (getsockname(fd, (struct sockaddr *) ret, &len) < 0)
		return "";
	ret->sun_path[sizeof(ret->sun_path) - 1] = '\0';
	return ret->sun_path;
}
