/* ulimits.c - a container keeps the daemon's ulimits, but where the policy lists others. */
#include <inttypes.h>

#include "base/fold.h"
#include "base/number.h"
#include "policy/rule.h"

struct config {
	struct word_pairs allow;
};

/* The kernel takes these as unsigned, so every negative number is without end. */
enum { UNLIMITED = -1 };

static bool read_bound(struct slice text, int64_t *ret)
{
	return number_i64(text, ret) && *ret >= UNLIMITED;
}

/* "1024:4096", or one number for both. */
static bool read_bounds(struct slice text, int64_t *ret_soft, int64_t *ret_hard)
{
	struct slice soft, hard;

	if (!slice_cut(text, ':', &soft, &hard))
		hard = soft;
	return read_bound(soft, ret_soft) && read_bound(hard, ret_hard);
}

static const char *bounds_word(struct slice word)
{
	int64_t soft, hard;

	if (read_bounds(word, &soft, &hard))
		return NULL;
	return "the highest soft and hard value, such as \"1024:4096\"; -1 is unlimited";
}

static const struct param params[] = {
	PARAM_PAIRS(struct config, allow, bounds_word,
		    "ulimits that may be set, with the highest soft and hard value: { nofile: "
		    "\"1024:4096\" }",
		    .pattern = "^(-1|[0-9]+)(:(-1|[0-9]+))?$"),
	{ 0 },
};

static const struct config defaults = { 0 };

/* The engine takes names in any letter case (moby daemon/oci_linux.go: "RLIMIT_" and ToUpper). */
static const struct slice *find(const struct config *c, struct slice name)
{
	for (size_t i = 0; i < c->allow.count; i++) {
		if (fold_upper_eq(c->allow.items[i].name, name))
			return &c->allow.items[i].value;
	}
	return NULL;
}

static bool within(int64_t value, int64_t most)
{
	return most == UNLIMITED || (value >= 0 && value <= most);
}

/* One number for both bounds, which every way to type it takes. */
static int give_most(struct slice name, struct slice allowed, struct verdict *v)
{
	struct slice soft = allowed, hard = allowed;

	slice_cut(allowed, ':', &soft, &hard);
	return verdict_add_pair(v, SETTING_ULIMIT_MOST, name,
				slice_starts(soft, SLICE("-")) ? hard : soft);
}

static int check_ulimit(const struct ulimit *u, const struct config *c, struct verdict *v)
{
	const struct slice *allowed = find(c, u->name);
	int64_t soft, hard;

	if (!allowed) {
		verdict_object(v, u->at, u->name, "sets the ulimit \"%.*s\".", SLICE_ARG(u->name));
		verdict_hint(v, "The daemon's own then holds.");
		verdict_opens(v, allow);
		return verdict_drop(v, SETTING_ULIMIT, u->name);
	}
	if (!read_bounds(*allowed, &soft, &hard) || !within(u->soft, soft) ||
	    !within(u->hard, hard)) {
		verdict_object(v, u->at, u->name,
			       "sets the ulimit \"%.*s\" to %" PRId64 ":%" PRId64
			       ", above the %.*s that the policy allows.",
			       SLICE_ARG(u->name), u->soft, u->hard, SLICE_ARG(*allowed));
		verdict_opens(v, allow);
		verdict_drop(v, SETTING_ULIMIT, u->name);
		return give_most(u->name, *allowed, v);
	}
	return 0;
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct ulimits *ulimits = &in->container.ulimits;

	for (size_t i = 0; i < ulimits->count; i++) {
		int r = check_ulimit(&ulimits->items[i], config, v);

		if (r)
			return r;
	}
	return 0;
}

const struct rule rule_ulimits = {
	.id = "ulimits",
	.number = "5.18",
	.number_1_6 = "5.19",
	.level = 1,
	.benchmark_title = "Override default ulimit at runtime only if needed",
	.title = "Containers keep the daemon's ulimits",
	.why = "The daemon's defaults were chosen for all containers of the host; one that raises "
	       "its own takes files, processes or locked memory from the others.",
	.fields = "HostConfig.Ulimits, ContainerSpec.Ulimits of a service",
	.broken_by = "docker run --ulimit nofile=1048576; compose: ulimits: {nofile: 1048576}",
	.comply = "Remove --ulimit (compose: ulimits), or list the ulimit with its highest values "
		  "under this rule's `allow`.",
	.nist = "4.4.3",
	.subjects = SUBJECT_CONTAINER,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.check = check,
};
