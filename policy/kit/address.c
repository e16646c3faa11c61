#include "kit/address.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include "base/array.h"
#include "base/number.h"

static unsigned width(int family)
{
	return family == AF_INET ? 32 : 128;
}

bool address_read(struct slice text, struct address *ret)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct address a = { .family = slice_find(text, ':') ? AF_INET6 : AF_INET };
	char terminated[INET6_ADDRSTRLEN];

	/* What inet_pton would not see behind a NUL must not hide there. */
	if (text.len == 0 || text.len >= sizeof(terminated) || slice_find(text, '\0'))
		return false;
	memcpy(terminated, text.ptr, text.len);
	terminated[text.len] = '\0';
	if (inet_pton(a.family, terminated, a.bytes) != 1)
		return false;
	if (a.family == AF_INET6 && memcmp(a.bytes, mapped, sizeof(mapped)) == 0) {
		memcpy(a.bytes, a.bytes + sizeof(mapped), 4);
		a.family = AF_INET;
	}
	a.prefix = width(a.family);
	*ret = a;
	return true;
}

bool address_network_read(struct slice text, struct address *ret)
{
	struct slice host, bits;
	struct address a;
	uint64_t prefix;

	if (!slice_cut(text, '/', &host, &bits))
		return address_read(text, ret);
	if (!address_read(host, &a) || !number_u64(bits, &prefix) || prefix > a.prefix)
		return false;
	a.prefix = (unsigned) prefix;
	*ret = a;
	return true;
}

const char *address_word(struct slice text)
{
	struct address a;

	if (address_network_read(text, &a))
		return NULL;
	return "an IP address or a network, such as 192.0.2.1, 10.0.0.0/8 or 2001:db8::/32";
}

bool address_is_any(const struct address *a)
{
	static const uint8_t zeros[16];

	return a->prefix == width(a->family) && memcmp(a->bytes, zeros, a->prefix / 8) == 0;
}

bool address_inside(const struct address *a, const struct address *network)
{
	unsigned whole = network->prefix / 8, rest = network->prefix % 8;

	if (a->family != network->family || memcmp(a->bytes, network->bytes, whole) != 0)
		return false;
	return rest == 0 || (a->bytes[whole] ^ network->bytes[whole]) >> (8 - rest) == 0;
}

static bool is_inside_any(const struct address *a, const char *const *networks)
{
	for (; *networks; networks++) {
		struct address network;

		if (address_network_read(slice_str(*networks), &network) &&
		    address_inside(a, &network))
			return true;
	}
	return false;
}

static enum host_reach reach(const struct address *a)
{
	/* Among them what clouds and their translators answer on: 100.100.100.200, 192.0.0.192. */
	static const char *const link[] = {
		"0.0.0.0/8", "169.254.0.0/16", "100.64.0.0/10", "192.0.0.0/24", "224.0.0.0/3",
		"fe80::/10", "ff00::/8",       "fd00:ec2::/32", "::/128",       "64:ff9b::/96",
		NULL,
	};
	static const char *const private[] = {
		"127.0.0.0/8",    "10.0.0.0/8",    "172.16.0.0/12",
		"192.168.0.0/16", "198.18.0.0/15", "::/96",
		"fc00::/7",       "fec0::/10",     NULL,
	};

	if (is_inside_any(a, link))
		return HOST_LINK;
	return is_inside_any(a, private) ? HOST_PRIVATE : HOST_ELSEWHERE;
}

/* inet_aton takes any text after a blank, and ours may hold NUL: letters of numbers only. */
static bool is_odd_number(struct slice host)
{
	char terminated[64];
	struct in_addr a;

	if (host.len == 0 || host.len >= sizeof(terminated))
		return false;
	for (size_t i = 0; i < host.len; i++) {
		if (!slice_find(SLICE("0123456789abcdefABCDEFxX."), host.ptr[i]))
			return false;
	}
	memcpy(terminated, host.ptr, host.len);
	terminated[host.len] = '\0';
	return inet_aton(terminated, &a) != 0;
}

static bool is_name(struct slice host)
{
	for (size_t i = 0; i < host.len; i++) {
		char c = host.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '-' || c == '_' || c == '.'))
			return false;
	}
	return host.len > 0;
}

static bool ends_nocase(struct slice s, struct slice suffix)
{
	return s.len >= suffix.len && slice_eq_nocase(slice_from(s, s.len - suffix.len), suffix);
}

/* Names that the public tree does not have: a resolver's search list, or the hosts file, knows. */
static bool is_private_name(struct slice host)
{
	static const struct slice ends[] = {
		SLICE_INIT(".localhost"),   SLICE_INIT(".internal"), SLICE_INIT(".local"),
		SLICE_INIT(".localdomain"), SLICE_INIT(".lan"),      SLICE_INIT(".intranet"),
		SLICE_INIT(".home.arpa"),
	};

	if (!slice_find(host, '.'))
		return true;
	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		if (ends_nocase(host, ends[i]))
			return true;
	}
	return false;
}

enum host_reach address_host_reach(struct slice host)
{
	struct slice zone;
	struct address a;

	if (host.len > 1 && slice_ends(host, SLICE(".")))
		host.len--;
	/* fe80::1%eth0 */
	if (slice_find(host, ':'))
		slice_cut(host, '%', &host, &zone);
	if (address_read(host, &a))
		return reach(&a);
	if (!is_name(host))
		return HOST_UNREADABLE;
	if (is_odd_number(host))
		return HOST_LINK;
	return is_private_name(host) ? HOST_PRIVATE : HOST_ELSEWHERE;
}
