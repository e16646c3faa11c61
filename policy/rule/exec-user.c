/* exec-user.c - exec must not pick another user than the one the container runs as. */
#include "kit/user.h"
#include "kit/words.h"
#include "policy/rule.h"

struct config {
	struct words allow;
};

static const struct param params[] = {
	PARAM_WORDS(struct config, allow, NULL,
		    "users that exec may name: globs over the whole USER[:GROUP]"),
	{ 0 },
};

static const struct config defaults = { 0 };

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct field_text *user = &in->exec.user;
	const struct config *c = config;

	if (user->state != FIELD_SET || user->value.len == 0 ||
	    words_match(&c->allow, user_read(user->value).spec))
		return 0;
	verdict_object(
		v, user->at, user->value,
		"is \"%.*s\". Remove --user from docker exec: the process then runs as the user "
		"that the container was started with.",
		SLICE_ARG(user->value));
	return verdict_drop(v, "--user %.*s", SLICE_ARG(user->value));
}

const struct rule rule_exec_user = {
	.id = "exec-user",
	.number = "5.23",
	.later = "5.24",
	.level = 2,
	.scored = true,
	.benchmark_title = "Do not docker exec commands with user option",
	.title = "docker exec is not used with --user",
	.why = "A container that was made to run as an ordinary user is entered as root with one "
	       "option.",
	.fields = "User of exec",
	.breaks = "docker exec --user root",
	.comply = "Remove --user from docker exec, or list the user under this rule's `allow`.",
	.excuse = "root",
	.nist = "4.4.3",
	.subjects = SUBJECT_EXEC,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.check = check,
};
