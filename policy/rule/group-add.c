/*
 * group-add.c - a container's processes are in no group that owns a part of the host.
 *
 * A name is looked up in the image's /etc/group and may be any number there; the host goes by the
 * number alone. The numbers that matter on a host (of docker, of disk) belong into the list.
 */
#include "../rule-words.h"
#include "../user.h"
#include "base/glob.h"
#include "policy/rule.h"

struct config {
	struct words deny;
};

static const struct param params[] = {
	PARAM_WORDS(struct config, deny, NULL,
		    "groups that are refused: globs for names; numbers in any spelling"),
	{ 0 },
};

static const struct slice powerful[] = {
	{ "root", 4 },   { "0", 1 },       { "docker", 6 }, { "disk", 4 },
	{ "shadow", 6 }, { "kmem", 4 },    { "sudo", 4 },   { "wheel", 5 },
	{ "lxd", 3 },    { "libvirt", 7 }, { "kvm", 3 },
};

static const struct config defaults = {
	.deny = { powerful, sizeof(powerful) / sizeof(powerful[0]) },
};

static bool matches(struct slice pattern, struct slice group)
{
	uint64_t denied, number;

	if (user_number(pattern, &denied) && user_number(group, &number))
		return denied == number;
	return glob_match(pattern, group);
}

static bool denied(const struct config *c, struct slice group)
{
	for (size_t i = 0; i < c->deny.count; i++) {
		if (matches(c->deny.items[i], slice_trim(group)))
			return true;
	}
	return false;
}

static int object(struct slice group, const struct text *given, const char *option,
		  struct verdict *v)
{
	verdict_object(v, given->at, group,
		       "puts the container into the group %.*s. Remove it from %s.",
		       SLICE_ARG(group), option);
	return verdict_drop(v, "%s %.*s", option, SLICE_ARG(given->value));
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct field_texts *groups = &in->container.group_add;
	const struct text user = { in->container.user.value, in->container.user.at };
	const char *option = for_service(in) ? "--group" : "--group-add";
	struct slice name, group;
	int r = 0;

	for (size_t i = 0; r == 0 && i < groups->count; i++) {
		if (denied(config, groups->items[i].value))
			r = object(groups->items[i].value, &groups->items[i], option, v);
	}
	/* Root needs no group to be more than a group is. */
	if (r == 0 && !user_is_root(user.value) && slice_cut(user.value, ':', &name, &group) &&
	    denied(config, group))
		r = object(group, &user, "--user", v);
	return r;
}

static const char *amiss(const void *config)
{
	const struct config *c = config;

	if (c->deny.count == 0)
		return "refuse nothing, as `deny` is empty; list groups, or switch the rule off";
	return NULL;
}

const struct rule rule_group_add = {
	.id = "group-add",
	.title = "Containers join no powerful group",
	.why = "The host's files ask for the number of a group, wherever the process comes from: the "
	       "group of the engine's socket or of the disks is as good as root.",
	.fields = "HostConfig.GroupAdd, the group in User, ContainerSpec.Groups of services",
	.breaks = "docker run --group-add docker, --user 1000:0; compose: group_add: [docker]",
	.comply =
		"Remove the group from --group-add and --user; give the container files of its own.",
	.excuse = "disk",
	.nist = "4.4.3",
	.subjects = SUBJECT_CONTAINER | SUBJECT_IMAGE_CONFIG,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.amiss = amiss,
	.check = check,
};
