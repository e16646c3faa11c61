/*
 * group-add.c - a container's processes are in no group that owns a part of the host.
 *
 * A name is looked up in the image's /etc/group and may be any number there; the host goes by the
 * number alone. The numbers that matter on a host (of docker, of disk) belong into the list.
 *
 * Group 0 has one verdict, however it comes about: --group-add 0, --user 1000:0, and --user 1000 or
 * exec --user 1000, which are in group 0 wherever the image does not know the number. It is not in
 * the list of its own: images are made to run as any user of group 0, --user 1000 is what this
 * program proposes elsewhere, and on the host group 0 may write next to nothing. Where a policy
 * lists it, a number wants a group beside it.
 */
#include "base/array.h"
#include "base/glob.h"
#include "kit/rule-words.h"
#include "kit/user.h"
#include "policy/rule.h"

struct config {
	struct words deny;
};

static const struct param params[] = {
	PARAM_WORDS(
		struct config, deny, NULL,
		"groups that are refused: globs for names; numbers in any spelling. With 0, a user "
		"that is a number must be given with a group: without one it may be 0"),
	{ 0 },
};

static const struct slice powerful[] = {
	SLICE_INIT("docker"), SLICE_INIT("disk"),    SLICE_INIT("shadow"),
	SLICE_INIT("kmem"),   SLICE_INIT("sudo"),    SLICE_INIT("wheel"),
	SLICE_INIT("lxd"),    SLICE_INIT("libvirt"), SLICE_INIT("kvm"),
};

static const struct config defaults = {
	.deny = { powerful, COUNT_OF(powerful) },
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

static int object(struct slice group, const struct text *given, enum setting setting,
		  struct verdict *v)
{
	verdict_object(v, given->at, group, "puts the container into the group %.*s.",
		       SLICE_ARG(group));
	verdict_opens(v, deny);
	return verdict_drop(v, setting, given->value);
}

static int object_to_none(const struct field_text *user, struct slice name, struct verdict *v)
{
	verdict_object(
		v, user->at, user->value,
		"is \"%.*s\" without a group, and is in group 0 where the image does not know "
		"it.",
		SLICE_ARG(user->value));
	verdict_drop(v, SETTING_USER, user->value);
	return verdict_addf(v, SETTING_USER, "%.*s:%.*s", SLICE_ARG(name), SLICE_ARG(name));
}

/* Root needs no group to be more than a group is. */
static int check_user(const struct field_text *given, const struct config *c, struct verdict *v)
{
	const struct user user = user_read(given->value);
	const struct text text = { given->value, given->at };

	if (user.is_root)
		return 0;
	if (user.has_group && denied(c, user.group)) {
		int r = object(user.group, &text, SETTING_USER, v);

		/* A user by its number may have the group of that number; a name's is not known. */
		return user.is_number && !denied(c, user.name)
			       ? verdict_addf(v, SETTING_USER, "%.*s:%.*s", SLICE_ARG(user.name),
					      SLICE_ARG(user.name))
			       : r;
	}
	if (user.has_group)
		return 0;
	return user.is_number && denied(c, SLICE("0")) ? object_to_none(given, user.name, v) : 0;
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct field_texts *groups = &in->container.group_add;
	int r = 0;

	for (size_t i = 0; r == 0 && i < groups->count; i++) {
		if (denied(config, groups->items[i].value))
			r = object(groups->items[i].value, &groups->items[i], SETTING_GROUP_ADD, v);
	}
	if (r == 0)
		r = check_user(&in->container.user, config, v);
	return r ? r : check_user(&in->exec.user, config, v);
}

static const char *conflict(const void *config)
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
	       "group of the engine's socket or of the disks is as good as root. The benchmark does not "
	       "name it; level1 denies it beside its 5.5, since a group opens what a mount shows.",
	.fields =
		"HostConfig.GroupAdd, the group in User, ContainerSpec.Groups of services, User of "
		"exec, USER among the changes of commit and import",
	.broken_by =
		"docker run --group-add docker, --user 1000:docker; compose: group_add: [docker]",
	.comply =
		"Remove the group from --group-add and --user; give the container files of its own.",
	.example_value = "disk",
	.nist = "4.4.3",
	.subjects = SUBJECT_CONTAINER | SUBJECT_IMAGE_CONFIG | SUBJECT_EXEC,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.conflict = conflict,
	.check = check,
};
