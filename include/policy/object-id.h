/*
 * object-id.h - whether the word by which a request calls an object may be an ID, or begin one.
 *
 * The engine takes a whole ID, then a name, then the beginning of an ID, of any length, as long as
 * it is one object's only (moby daemon.FindNetwork, daemon.GetContainer, image store Search, plugin
 * store resolvePluginID; daemon/cluster/helpers.go for what is the swarm's). So a word that no such
 * object has for its name can be any of them, and which one only the daemon knows: to a rule that
 * goes by names it is an object that was not seen. A container or a network may just as well be
 * called `cafe`; what a rule makes of one not seen is its own affair.
 */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

enum object_home {
	OBJECT_OF_HOST,  /* containers, networks, images, plugins: 64 hexadecimal digits */
	OBJECT_OF_SWARM, /* services, nodes, secrets: 25 digits of base 36; and a service's
			  * networks, which are looked up among the host's as well */
};

/* The empty word begins every ID, and so names nothing: false. */
bool object_id_possible(struct slice word, enum object_home home);
