/* address.h - IP addresses and networks, as text in requests and policies. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

struct address {
	int family; /* AF_INET or AF_INET6; ::ffff:192.0.2.1 is AF_INET */
	uint8_t bytes[16];
	unsigned prefix; /* bits that count: all of a single address */
};

/* One address in its full form: "192.0.2.1", "2001:db8::1". False for any other text. */
bool address_read(struct slice text, struct address *ret);

/* The same, or a network such as "10.0.0.0/8". */
bool address_network_read(struct slice text, struct address *ret);

/* For PARAM_WORDS: NULL when `text` is an address or a network, else what is accepted. */
const char *address_word(struct slice text);
#define ADDRESS_PATTERN "^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$"

/* Whom a connection to a host could reach. */
enum host_reach {
	HOST_ELSEWHERE,  /* a public address, or a name in the public tree */
	HOST_PRIVATE,    /* this machine, or a network that only its neighbours reach */
	HOST_LINK,       /* the link's own addresses, where clouds keep credentials; every address
			  * at once; a number that no person writes this way */
	HOST_UNREADABLE, /* resolvers may find anything in it */
};

/*
 * `host` is a name or an address without brackets and port. Numbers are read as resolvers do, which
 * take 2130706433, 0x7f.1 and 0177.0.0.1 for 127.0.0.1. What a public name resolves to cannot be
 * seen.
 */
enum host_reach address_host_reach(struct slice host);

bool address_is_any(const struct address *a); /* 0.0.0.0 or ::, which stand for every address */
bool address_inside(const struct address *a, const struct address *network);
