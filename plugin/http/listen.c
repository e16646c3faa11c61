/*
 * listen.c - the unix socket that the Docker daemon calls.
 *
 * Whoever owns this path answers for us, so it is made where only root (or we) can rename things,
 * it takes nothing over that is not a dead socket, and it appears with its final mode 0600: there
 * is no moment in which others could connect.
 */
#include "http/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
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
		     struct diags *d)
{
	/*
	 * Linux takes the mode of the new file from the socket, less the umask, which all threads
	 * share: never more than wished. What the umask took is given after that.
	 */
	if (fchmod(fd, w->mode) < 0 ||
	    bind(fd, (const struct sockaddr *) address, sizeof(*address)) < 0 ||
	    chmod(w->path, w->mode) < 0 || listen(fd, SOMAXCONN) < 0)
		return diag_add(d, whole_file(w->path), "cannot listen on it: %s", strerror(errno));
	return 0;
}

int listen_unix_as(const char *path, const char *option, unsigned mode, int *ret, struct diags *d)
{
	const struct wish w = { path, option, mode };
	struct sockaddr_un address;
	int fd, r;

	r = read_address(path, &address, d);
	if (r == 0)
		r = prepare_directory(&w, d);
	if (r == 0)
		r = remove_stale(&w, &address, d);
	if (r != 0)
		return r;

	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	r = listen_at(fd, &w, &address, d);
	if (r != 0) {
		close(fd);
		return r;
	}

	*ret = fd;
	return 0;
}

int listen_unix(const char *path, int *ret, struct diags *d)
{
	return listen_unix_as(path, "--socket", SOCKET_MODE, ret, d);
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
