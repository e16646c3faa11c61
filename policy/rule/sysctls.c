/* sysctls.c - a container sets only kernel parameters that reach no further than itself. */
#include <errno.h>

#include "base/arena.h"
#include "base/array.h"
#include "kit/words.h"
#include "policy/rule.h"

struct config {
	struct words allow;
};

static const struct param params[] = {
	PARAM_WORDS(struct config, allow, NULL,
		    "kernel parameters that may be set: globs, with dots"),
	{ 0 },
};

/* Those that touch nothing but the container's own namespaces and cost the host no memory. */
static const struct slice safe[] = {
	SLICE_INIT("kernel.shm_rmid_forced"),
	SLICE_INIT("net.ipv4.ip_local_port_range"),
	SLICE_INIT("net.ipv4.ip_unprivileged_port_start"),
	SLICE_INIT("net.ipv4.ping_group_range"),
	SLICE_INIT("net.ipv4.tcp_syncookies"),
};
static const struct config defaults = { .allow = { safe, COUNT_OF(safe) } };

/* As runc reads a key: when its first separator is a slash, slashes and dots change places. */
static int with_dots(struct arena *a, struct slice key, struct slice *ret)
{
	const char *slash = slice_find(key, '/'), *dot = slice_find(key, '.');
	char *out;

	if (!slash || (dot && dot < slash)) {
		*ret = key;
		return 0;
	}
	out = arena_bytes(a, key.len);
	if (!out)
		return -ENOMEM;
	for (size_t i = 0; i < key.len; i++) {
		if (key.ptr[i] == '/')
			out[i] = '.';
		else
			out[i] = key.ptr[i] == '.' ? '/' : key.ptr[i];
	}
	*ret = (struct slice){ out, key.len };
	return 0;
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct field_pairs *sysctls = &in->container.sysctls;
	const struct config *c = config;

	for (size_t i = 0; i < sysctls->count; i++) {
		const struct pair *sysctl = &sysctls->items[i];
		struct slice key;
		int r = with_dots(in->arena, sysctl->key, &key);

		if (r == 0 && !words_match(&c->allow, key)) {
			verdict_object(v, sysctl->at, key,
				       "sets the kernel parameter %.*s, which the policy does "
				       "not list.",
				       SLICE_ARG(key));
			verdict_opens(v, allow);
			r = verdict_drop(v, SETTING_SYSCTL, sysctl->key);
		}
		if (r)
			return r;
	}
	return 0;
}

const struct rule rule_sysctls = {
	.id = "sysctls",
	.title = "Containers set only harmless kernel parameters",
	.why = "Parameters of the network and of shared memory can turn a container into a router, "
	       "switch the kernel's checks on packets off, or tie up the host's memory.",
	.fields = "HostConfig.Sysctls, Sysctls of services",
	.broken_by = "docker run --sysctl net.ipv4.ip_forward=1; compose: sysctls: "
		     "[net.ipv4.ip_forward=1]",
	.comply = "Remove --sysctl, or list the parameter under this rule's `allow`.",
	.example_value = "net.core.somaxconn",
	.nist = "4.4.3",
	.subjects = SUBJECT_CONTAINER,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.check = check,
};
