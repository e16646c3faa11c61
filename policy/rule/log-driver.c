/* log-driver.c - what a container writes is kept where it should be. */
#include "kit/words.h"
#include "policy/rule.h"

struct config {
	struct words allow;
};

static const char *driver_word(struct slice word)
{
	return slice_eq(word, SLICE("none")) ? "a driver that keeps the log, such as syslog" : NULL;
}

static const struct param params[] = {
	PARAM_WORDS(struct config, allow, driver_word,
		    "log drivers that may be named: globs; `none` is refused whatever they are",
		    .pattern = "^(?!none$)"),
	{ 0 },
};

static const struct slice any_driver[] = { SLICE_INIT("**") };
static const struct config defaults = { .allow = { any_driver, 1 } };

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct field_text *driver = &in->container.log_driver;
	const struct config *c = config;

	/* Without a name it is the daemon's own choice. */
	if (driver->value.len == 0)
		return 0;
	if (slice_eq(driver->value, SLICE("none"))) {
		verdict_object(v, driver->at, driver->value,
			       "is \"none\": nothing of what the container says is kept.");
		return verdict_drop(v, SETTING_LOG_DRIVER, SLICE("none"));
	}
	if (words_match(&c->allow, driver->value))
		return 0;
	verdict_object(v, driver->at, driver->value, "is \"%.*s\", which the policy does not list.",
		       SLICE_ARG(driver->value));
	verdict_opens(v, allow);
	return verdict_drop(v, SETTING_LOG_DRIVER, driver->value);
}

const struct rule rule_log_driver = {
	.id = "log-driver",
	.number = "2.12",
	.number_1_6 = "2.13",
	.number_1_8 = "2.14",
	.level = 2,
	.scored = true,
	.benchmark_title = "Configure centralized and remote logging",
	.title = "Logs of containers are kept, and kept centrally",
	.why = "Without its log nobody learns what an intruder did in a container; a log that lies "
	       "on the host alone goes with the host.",
	.fields = "HostConfig.LogConfig.Type, TaskTemplate.LogDriver.Name of services",
	.broken_by = "docker run --log-driver none; compose: logging: {driver: none}",
	.comply =
		"Remove --log-driver, which leaves the daemon's own choice; set that to a central "
		"one, such as syslog or fluentd, and list it under this rule's `allow`.",
	.example_value = "none",
	.subjects = SUBJECT_CONTAINER,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.check = check,
};
