#include "address.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <string.h>

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
