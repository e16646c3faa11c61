/* health-check.c - the engine can tell whether a container works. */
#include "kit/rule-words.h"
#include "policy/rule.h"

struct config {
	bool require;
};

static const struct param params[] = {
	PARAM_BOOL(struct config, require,
		   "a check must be given, by the caller or by the image where it can be seen"),
	{ 0 },
};

static const struct config defaults = { .require = true };

/* Of another word than these the engine runs nothing (moby daemon/health.go: getProbe). */
static bool is_probe(const struct text *type)
{
	return slice_eq(type->value, SLICE("CMD")) || slice_eq(type->value, SLICE("CMD-SHELL"));
}

/* Which command tells that the program is well, only its maker knows. */
static int give_check(struct verdict *v)
{
	return verdict_add(v, SETTING_HEALTH_CMD, SLICE("COMMAND"));
}

/* The first word of a check is often its whole command line by mistake, so it is not quoted. */
static int object_to_word(const struct text *type, bool required, struct verdict *v)
{
	if (!slice_eq(type->value, SLICE("NONE")))
		return verdict_object(v, type->at, SLICE(""),
				      "is neither CMD nor CMD-SHELL, so the engine runs no check. "
				      "Write the command line behind one of them: [\"CMD-SHELL\", "
				      "\"curl -f localhost\"].");
	verdict_object(v, type->at, type->value, "is NONE, which runs no check.");
	verdict_drop(v, SETTING_NO_HEALTHCHECK, SLICE(""));
	return required ? give_check(v) : 0;
}

static const struct place *place_of(const struct intent *in)
{
	return for_service(in) ? PLACE_WORDS("TaskTemplate.ContainerSpec.Healthcheck")
			       : PLACE_WORDS("Healthcheck");
}

static int object_to_none(const struct intent *in, struct verdict *v)
{
	if (in->image.sight == SIGHT_ABSENT)
		verdict_object(v, place_of(in), SLICE(""),
			       "is not given, and the image is not here yet to be looked at. Pull "
			       "it first (docker pull), or give a check.");
	else
		verdict_object(v, place_of(in), SLICE(""),
			       "is not given, and the image may have none.");
	verdict_hint(v, "COMMAND is one that fails when the program is not well.");
	verdict_opens(v, require);
	return give_check(v);
}

static int object_to_image(const struct field_texts *test, struct verdict *v)
{
	verdict_object(v, test->at, SLICE(""), "%s, so the engine would run no check.",
		       test->count > 0 ? "is neither CMD nor CMD-SHELL" : "is not there");
	verdict_hint(v, "COMMAND is one that fails when the program is not well.");
	verdict_opens(v, require);
	return give_check(v);
}

static bool is_required(const struct intent *in, const struct config *c)
{
	return (in->subjects & SUBJECT_CONTAINER) && c->require;
}

static bool is_left_open(const struct intent *in, const struct config *c)
{
	return is_required(in, c) && in->container.health_test.count == 0;
}

static unsigned sights(const struct intent *in, const void *config)
{
	return is_left_open(in, config) ? SIGHT_IMAGE : 0;
}

static int check_seen(const struct field_texts *test, const struct config *c, struct verdict *v)
{
	if (!c->require || (test->count > 0 && is_probe(&test->items[0])))
		return 0;
	return object_to_image(test, v);
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct field_texts *test = &in->container.health_test;

	if (test->state == FIELD_SEEN)
		return check_seen(test, config, v);
	if (test->count == 0)
		return is_left_open(in, config) ? object_to_none(in, v) : 0;
	return is_probe(&test->items[0])
		       ? 0
		       : object_to_word(&test->items[0], is_required(in, config), v);
}

const struct rule rule_health_check = {
	.id = "health-check",
	.number_1_6 = "5.27",
	.title = "Containers have a health check",
	.why = "A process that runs is not a service that works. With a check the engine shows the "
	       "difference, and a swarm replaces what is broken.",
	.fields = "Healthcheck.Test, and the image's HEALTHCHECK where none is given; "
		  "ContainerSpec.Healthcheck of services; HEALTHCHECK among the changes of commit "
		  "and import",
	.broken_by = "docker run --no-healthcheck; compose: healthcheck: {disable: true}",
	.comply =
		"Add --health-cmd (compose: healthcheck: test). With `require: false` a container "
		"may leave it to its image, whatever that says.",
	.subjects = SUBJECT_CONTAINER | SUBJECT_IMAGE_CONFIG,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.sights = sights,
	.check = check,
};
