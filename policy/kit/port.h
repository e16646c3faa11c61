/* port.h - port numbers as Docker writes them: "80", "8000-8999", "53/udp". */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "policy/rule.h"

struct published_port;
struct verdict;

struct port_range {
	unsigned first, last;
	struct slice protocol; /* empty when not given: tcp in a request, any in a policy */
};

/* False for what is no port and no range of ports. "" is port 0, which stands for any free one. */
bool port_range_read(struct slice text, struct port_range *ret);

/* For PARAM_WORDS: NULL when `text` is a port or a range, else what is accepted. */
const char *port_word(struct slice text);
#define PORT_PATTERN "^[0-9]+(-[0-9]+)?(/(tcp|udp|sctp))?$"

/* Whether some port of `range` is in none of `listed`; `ret` is the first such. */
bool port_range_exceeds(struct port_range range, const struct words *listed, unsigned *ret);

/* Whether some port of `range` is in one of `listed`. */
bool port_range_meets(struct port_range range, const struct words *listed);

/* As people type it: "80" for "80/tcp", "53/udp". */
struct slice port_number(struct slice text);

/*
 * What settles the latest objection to a published port. Rules that object to the same one give the
 * same words where they can. 0 or -ENOMEM.
 */

/* Not to publish it. */
int port_drop(const struct published_port *port, struct verdict *v);

/*
 * To publish it on `address` instead, out of the way of the host's services: on a port of `below`
 * or above, 0 for the usual 1024. Without an address, or where no port is left, as port_drop.
 */
int port_replace(const struct published_port *port, struct slice address, uint64_t below,
		 struct verdict *v);

/* The same of a service, whose ports have no address. */
int port_raise(const struct published_port *port, uint64_t below, struct verdict *v);
