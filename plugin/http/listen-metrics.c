/*
 * listen-metrics.c - where /metrics is served: this machine alone.
 *
 * The numbers tell what a host runs and what it refuses, and there is neither a password nor TLS
 * here. So the address must be one that no other machine can reach, or a file with a mode. Names
 * are not taken: what "localhost" means is for a file to say that others may write.
 */
#include "http/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/number.h"
#include "base/slice.h"

/* Its group may read too: the unit's Group= says whose that is. */
enum { METRICS_MODE = 0660, QUEUE = 16 };

/* Beside the profiles, wherever the program was installed. */
#define METRICS_DROP_IN "the drop-in share/cis-authz/systemd/metrics.conf"

static const char no_address[] = "it is no address with a port";
static const char not_loopback[] = "other machines could read there what this host runs";

/* inet_pton wants its text to end. */
static bool read_ip(int family, struct slice text, void *ret)
{
	char copy[INET6_ADDRSTRLEN];

	if (text.len >= sizeof(copy) || slice_find(text, '\0'))
		return false;
	memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	return inet_pton(family, copy, ret) == 1;
}

static const char *read_ipv4(struct slice ip, in_port_t port, struct listen_address *ret)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = port };

	if (!read_ip(AF_INET, ip, &in.sin_addr))
		return no_address;
	if (ntohl(in.sin_addr.s_addr) >> 24 != IN_LOOPBACKNET)
		return not_loopback;
	memcpy(&ret->address, &in, sizeof(in));
	ret->len = sizeof(in);
	return NULL;
}

static const char *read_ipv6(struct slice ip, in_port_t port, struct listen_address *ret)
{
	struct sockaddr_in6 in = { .sin6_family = AF_INET6, .sin6_port = port };

	if (!read_ip(AF_INET6, ip, &in.sin6_addr))
		return no_address;
	if (!IN6_IS_ADDR_LOOPBACK(&in.sin6_addr))
		return not_loopback;
	memcpy(&ret->address, &in, sizeof(in));
	ret->len = sizeof(in);
	return NULL;
}

/* Splits at the last colon: IPv6 has others, and stands in brackets. */
static bool split(struct slice text, struct slice *host, uint64_t *port)
{
	const char *colon = memrchr(text.ptr, ':', text.len);

	if (!colon)
		return false;
	*host = (struct slice){ text.ptr, (size_t) (colon - text.ptr) };
	return number_u64(slice_from(text, host->len + 1), port);
}

const char *listen_read_address(const char *text, struct listen_address *ret)
{
	struct slice whole = slice_str(text), host;
	uint64_t port;

	*ret = (struct listen_address){ 0 };
	if (slice_starts(whole, SLICE("/"))) {
		ret->path = text;
		return NULL;
	}
	if (!split(whole, &host, &port))
		return no_address;
	if (port < 1 || port > UINT16_MAX)
		return "a port is a number from 1 to 65535";
	if (slice_starts(host, SLICE("[")) && slice_ends(host, SLICE("]")))
		return read_ipv6((struct slice){ host.ptr + 1, host.len - 2 },
				 htons((uint16_t) port), ret);
	return read_ipv4(host, htons((uint16_t) port), ret);
}

/* The socket of a server that has just ended still lingers in the kernel; REUSEADDR passes it. */
static bool bind_and_listen(int fd, const struct listen_address *a)
{
	const int yes = 1;

	return setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == 0 &&
	       bind(fd, (const struct sockaddr *) &a->address, a->len) == 0 &&
	       listen(fd, QUEUE) == 0;
}

int listen_metrics(const char *text, const struct listen_address *a, struct listen_claim *claim,
		   int *ret, struct diags *d)
{
	const struct mark mark = { .file = text };
	int fd, r;

	if (a->path)
		return listen_unix_as(a->path, "--metrics", METRICS_MODE, claim, ret, d);

	fd = socket(a->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 && errno == EAFNOSUPPORT)
		return diag_add(
			d, mark,
			"this process may open no such socket: the systemd unit keeps it from "
			"the network; " METRICS_DROP_IN " opens this machine's, as "
			"cis-authz(8) says");
	if (fd < 0)
		return -errno;
	if (!bind_and_listen(fd, a)) {
		r = errno == EADDRINUSE
			    ? diag_add(d, mark,
				       "another program listens there; choose another port "
				       "for --metrics")
			    : diag_add(d, mark, "cannot listen there: %s", strerror(errno));
		close(fd);
		return r;
	}

	*ret = fd;
	return 0;
}
