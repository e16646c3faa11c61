/* port.h - port numbers as Docker writes them: "80", "8000-8999", "53/udp". */
#pragma once

#include <stdbool.h>

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

/*
 * What settles the latest objection to a published port: the same port of the container, on one
 * address and out of the way of the host's services. Rules that object to the same port give the
 * same words. 0 or -ENOMEM.
 */
int port_settle(const struct published_port *port, struct verdict *v);
