/*
 * port.c - ports and ranges of them, read as the engine does (go-connections nat.ParsePortRange):
 * leading zeros count for nothing, what stands behind a slash is the protocol.
 *
 * Where the engine is lenient ("80-90-100" is 80-90 to it) nothing is read here, and rules object
 * to what could not be read.
 */
#include "kit/port.h"

#include <stdint.h>

#include "base/number.h"
#include "policy/intent.h"
#include "policy/verdict.h"

enum { PORT_MOST = 65535, PRIVILEGED = 1024 };

static bool read_port(struct slice text, unsigned *ret)
{
	uint64_t value;

	if (!number_u64(text, &value) || value > PORT_MOST)
		return false;
	*ret = (unsigned) value;
	return true;
}

bool port_range_read(struct slice text, struct port_range *ret)
{
	struct slice ports, first, last;
	struct port_range range = { .protocol = SLICE("") };

	slice_cut(text, '/', &ports, &range.protocol);
	if (ports.len > 0) {
		if (!slice_cut(ports, '-', &first, &last))
			last = first;
		if (!read_port(first, &range.first) || !read_port(last, &range.last) ||
		    range.last < range.first)
			return false;
	}
	*ret = range;
	return true;
}

const char *port_word(struct slice text)
{
	struct port_range range;
	struct slice protocol = SLICE("");
	bool slash = slice_cut(text, '/', &text, &protocol);

	if (text.len > 0 && port_range_read(text, &range) &&
	    (!slash || slice_eq(protocol, SLICE("tcp")) || slice_eq(protocol, SLICE("udp")) ||
	     slice_eq(protocol, SLICE("sctp"))))
		return NULL;
	return "a port or a range of ports, with or without a protocol (tcp, udp, sctp), such as "
	       "443 or 8000-8999/tcp";
}

/* An entry without a protocol is of any; a port without one is tcp. The engine takes either case.
 */
static bool same_protocol(struct slice protocol, struct slice listed)
{
	if (protocol.len == 0)
		protocol = SLICE("tcp");
	return listed.len == 0 || slice_eq_nocase(protocol, listed);
}

/* Whether an entry holds `port`; `ret` is how far those that do go. */
static bool covered(unsigned port, struct slice protocol, const struct words *listed, unsigned *ret)
{
	unsigned last = 0;
	bool found = false;

	for (size_t i = 0; i < listed->count; i++) {
		struct port_range entry;

		if (!port_range_read(listed->items[i], &entry) ||
		    !same_protocol(protocol, entry.protocol) || port < entry.first ||
		    entry.last < port)
			continue;
		found = true;
		if (last < entry.last)
			last = entry.last;
	}
	*ret = last;
	return found;
}

/* From entry to entry, not from port to port: a range costs no more than a port. */
bool port_range_exceeds(struct port_range range, const struct words *listed, unsigned *ret)
{
	unsigned last;

	for (unsigned port = range.first; port <= range.last; port = last + 1) {
		if (!covered(port, range.protocol, listed, &last)) {
			*ret = port;
			return true;
		}
	}
	return false;
}

bool port_range_meets(struct port_range range, const struct words *listed)
{
	for (size_t i = 0; i < listed->count; i++) {
		struct port_range entry;

		if (port_range_read(listed->items[i], &entry) &&
		    same_protocol(range.protocol, entry.protocol) && entry.first <= range.last &&
		    range.first <= entry.last)
			return true;
	}
	return false;
}

/* 80 becomes 8080, 443 becomes 8443. */
static unsigned unprivileged(unsigned port)
{
	return port < PRIVILEGED ? port + 8000 : port;
}

struct slice port_number(struct slice text)
{
	struct slice number, protocol;

	return slice_cut(text, '/', &number, &protocol) && slice_eq_nocase(protocol, SLICE("tcp"))
		       ? number
		       : text;
}

/* "[::1]:" in front of a port, "127.0.0.1:", or nothing. */
struct address_words {
	const char *open, *close;
	struct slice text;
};

static struct address_words address_words(struct slice address)
{
	if (address.len == 0)
		return (struct address_words){ "", "", address };
	if (slice_find(address, ':'))
		return (struct address_words){ "[", "]:", address };
	return (struct address_words){ "", ":", address };
}

int port_drop(const struct published_port *port, struct verdict *v)
{
	struct address_words ip = address_words(port->host_ip);
	bool random = port->host_port.len == 0 && port->host_ip.len == 0;

	return verdict_dropf(v, SETTING_PUBLISH, "%s%.*s%s%.*s%s%.*s", ip.open, SLICE_ARG(ip.text),
			     ip.close, SLICE_ARG(port->host_port), random ? "" : ":",
			     SLICE_ARG(port_number(port->container_port)));
}

/* The one that was asked for where it will do. 0 where none is left. */
static unsigned free_port(const struct published_port *port, uint64_t below)
{
	struct port_range host, container;
	unsigned choice;

	if (below == 0)
		below = PRIVILEGED;
	if (!port_range_read(port->container_port, &container) || container.first != container.last)
		return 0;
	if (port_range_read(port->host_port, &host) && host.first >= below)
		choice = host.first;
	else
		choice = unprivileged(container.first);
	if (choice < below)
		choice = (unsigned) below;
	return choice > PORT_MOST ? 0 : choice;
}

int port_replace(const struct published_port *port, struct slice address, uint64_t below,
		 struct verdict *v)
{
	struct address_words ip = address_words(address);
	unsigned host = free_port(port, below);
	int r = port_drop(port, v);

	if (host == 0 || address.len == 0)
		return r;
	return verdict_addf(v, SETTING_PUBLISH, "%s%.*s%s%u:%.*s", ip.open, SLICE_ARG(ip.text),
			    ip.close, host, SLICE_ARG(port_number(port->container_port)));
}

int port_raise(const struct published_port *port, uint64_t below, struct verdict *v)
{
	unsigned host = free_port(port, below);
	int r = port_drop(port, v);

	if (host == 0)
		return r;
	return verdict_addf(v, SETTING_PUBLISH, "%u:%.*s", host,
			    SLICE_ARG(port_number(port->container_port)));
}
