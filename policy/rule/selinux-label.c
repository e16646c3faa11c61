/*
 * selinux-label.c - a container is confined by SELinux.
 *
 * Where the daemon has SELinux on, the engine labels every container by itself; an option can take
 * the label away, or choose a type such as spc_t, which is as good as none.
 *
 * The type keeps containers from the host; the categories of the level, two at random for each,
 * keep them from one another. A container that picks those of another reads its files, and one with
 * all of them (c0.c1023) everybody's. A level without categories is no door: it reaches less.
 */
#include "base/array.h"
#include "kit/rule-words.h"
#include "kit/words.h"
#include "policy/rule.h"

struct config {
	bool require;
	struct words allow_types, allow_levels;
};

static const struct param params[] = {
	PARAM_BOOL(struct config, require, "a label must be given, though the engine has its own"),
	PARAM_WORDS(struct config, allow_types, NULL, "types that may be named; globs"),
	PARAM_WORDS(
		struct config, allow_levels, NULL,
		"levels that may be named, as globs over SENSITIVITY:CATEGORIES; a level without "
		"categories is none of them and passes"),
	{ 0 },
};

/* What container-selinux confines, with the older name of the first. */
static const struct slice confined_types[] = {
	SLICE_INIT("container_t"),
	SLICE_INIT("container_init_t"),
	SLICE_INIT("container_kvm_t"),
	SLICE_INIT("svirt_lxc_net_t"),
};

static const struct config defaults = {
	.allow_types = { confined_types, COUNT_OF(confined_types) },
};

static int give_type(const struct config *c, struct verdict *v)
{
	const struct slice own = SLICE("container_t");
	const struct slice *listed =
		words_match(&c->allow_types, own) ? &own : words_plain(&c->allow_types);

	return listed ? verdict_addf(v, SETTING_SECURITY_OPT, "label=type:%.*s", SLICE_ARG(*listed))
		      : 0;
}

static int check_type(const struct field_text *type, const struct config *c, struct verdict *v)
{
	if (type->state != FIELD_SET)
		return 0;
	if (words_match(&c->allow_types, type->value))
		return 0;
	verdict_object(v, type->at, type->value,
		       "names the SELinux type \"%.*s\", which the policy does not list.",
		       SLICE_ARG(type->value));
	verdict_opens(v, allow_types);
	verdict_dropf(v, SETTING_SECURITY_OPT, "label=type:%.*s", SLICE_ARG(type->value));
	return c->require ? give_type(c, v) : 0;
}

/* "s0": a sensitivity alone, no range up to another one and no name that a host translates. */
static bool has_no_categories(struct slice level)
{
	if (level.len < 2 || level.ptr[0] != 's')
		return false;
	for (size_t i = 1; i < level.len; i++) {
		if (level.ptr[i] < '0' || level.ptr[i] > '9')
			return false;
	}
	return true;
}

static int check_level(const struct field_text *level, const struct config *c, struct verdict *v)
{
	if (level->value.len == 0 || has_no_categories(level->value) ||
	    words_match(&c->allow_levels, level->value))
		return 0;
	verdict_object(
		v, level->at, level->value,
		"picks the SELinux level \"%.*s\", by which it may read what other containers "
		"keep.",
		SLICE_ARG(level->value));
	verdict_hint(v, "Files can be shared by a volume.");
	verdict_opens(v, allow_levels);
	return verdict_dropf(v, SETTING_SECURITY_OPT, "label=level:%.*s", SLICE_ARG(level->value));
}

static int object_to_none(const struct intent *in, const struct config *c, struct verdict *v)
{
	if (for_service(in))
		verdict_object(
			v, PLACE_WORDS("TaskTemplate.ContainerSpec.Privileges.SELinuxContext"),
			SLICE(""),
			"is not given, and neither docker service nor a stack file can say it. Set "
			"its Type to container_t by the API, or have the service excepted.");
	else
		verdict_object(v, PLACE_WORDS("HostConfig.SecurityOpt"), SLICE(""),
			       "gives no SELinux label.");
	verdict_opens(v, require);
	return for_service(in) ? 0 : give_type(c, v);
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct config *c = config;
	const struct security *s = &in->container.security;
	bool container = in->subjects & SUBJECT_CONTAINER;
	int r;

	/* Nothing to take away where the kernel runs without SELinux. */
	if (s->label_disabled.state == FIELD_SET && s->label_disabled.value &&
	    !(in->own && in->own->without_selinux)) {
		verdict_object(v, s->label_disabled.at, SLICE("disable"),
			       "takes the container's SELinux label away.");
		verdict_drop(v, SETTING_SECURITY_OPT, SLICE("label=disable"));
		return c->require && container ? give_type(c, v) : 0;
	}
	if (c->require && container && s->label_type.state != FIELD_SET &&
	    s->label_level.state != FIELD_SET && s->label_other.state != FIELD_SET)
		return object_to_none(in, c, v);
	r = check_type(&s->label_type, c, v);
	return r ? r : check_level(&s->label_level, c, v);
}

const struct rule rule_selinux_label = {
	.id = "selinux-label",
	.number = "5.2",
	.number_1_6 = "5.3",
	.level = 2,
	.scored = true,
	.benchmark_title = "Verify SELinux security options, if applicable",
	.title = "Containers are confined by an SELinux label",
	.why = "The label keeps a process that gets out of its container from the host's files and "
	       "from those of other containers.",
	.fields = "label in HostConfig.SecurityOpt, ContainerSpec.Privileges.SELinuxContext of "
		  "services, securityopt of builds",
	.broken_by =
		"docker run --security-opt label=disable; compose: security_opt: [label:disable]",
	.comply = "Remove --security-opt label=disable, or a type that is not listed under this "
		  "rule's `allow_types`. For a directory of the host add :z or :Z to the mount. "
		  "The daemon's own part, which no request shows: start it with --selinux- "
		  "enabled on a host whose SELinux enforces; else no container has a label.",
	.example_value = "disable",
	.nist = "4.4.3",
	.subjects = SUBJECT_CONTAINER | SUBJECT_BUILD,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.check = check,
};
