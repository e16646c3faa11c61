/*
 * exec-user.c - exec must not give more rights than the container's own user has.
 *
 * The benchmark refuses every --user of exec. But who names www-data in a container that runs as
 * root gives rights up, and a denial that has him leave the option out runs the command as root:
 * with `deny_root` only users that are root are refused. As which user the container runs stands in
 * no request, so root is refused also where it adds nothing.
 */
#include "kit/user.h"
#include "kit/words.h"
#include "policy/rule.h"

struct config {
	bool require, deny_root;
	struct words allow;
};

static const struct param params[] = {
	PARAM_BOOL(struct config, require,
		   "a user must be named: without one exec runs as the container's own, which may "
		   "be root"),
	PARAM_BOOL(struct config, deny_root,
		   "only root is refused, in any spelling; with false, the benchmark's way, every "
		   "user that `allow` does not list"),
	PARAM_WORDS(struct config, allow, NULL,
		    "users that exec may name: globs over the whole USER[:GROUP]"),
	{ 0 },
};

static const struct config defaults = { 0 };

/* Whom the policy lists by name, or anybody but root where it asks for no more. */
static int suggest(const struct config *c, struct verdict *v)
{
	const struct slice *listed = words_plain(&c->allow);

	if (listed)
		return verdict_add(v, SETTING_USER, *listed);
	return c->deny_root ? verdict_add(v, SETTING_USER, SLICE("1000")) : 0;
}

static int object_to_none(const struct field_text *user, const struct config *c, struct verdict *v)
{
	verdict_object(v, user->at ? user->at : PLACE_WORDS("User"), SLICE(""),
		       "is not given, and the container's own user may be root.");
	verdict_opens(v, require);
	return suggest(c, v);
}

static const char own_user[] =
	"The process then runs as the user that the container was started with.";

/* Where the container runs as root anyway this adds nothing, but no request shows that. */
static int object_to_root(const struct field_text *user, const struct config *c, struct verdict *v)
{
	verdict_object(v, user->at, user->value, "is \"%.*s\", which is root.",
		       SLICE_ARG(user->value));
	verdict_hint(v, c->require ? NULL : own_user);
	verdict_opens(v, allow);
	verdict_drop(v, SETTING_USER, user->value);
	return c->require ? suggest(c, v) : 0;
}

static int object_to_any(const struct field_text *user, const struct config *c, struct verdict *v)
{
	if (c->require)
		verdict_object(v, user->at, user->value,
			       "is \"%.*s\", which the policy does not list.",
			       SLICE_ARG(user->value));
	else
		verdict_object(v, user->at, user->value, "is \"%.*s\".", SLICE_ARG(user->value));
	verdict_hint(v, c->require ? NULL : own_user);
	verdict_opens(v, allow);
	if (c->require && !c->deny_root && !words_plain(&c->allow))
		return 0;
	verdict_drop(v, SETTING_USER, user->value);
	return c->require ? suggest(c, v) : 0;
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct field_text *given = &in->exec.user;
	const struct config *c = config;
	struct user user;

	if (given->state != FIELD_SET || given->value.len == 0)
		return c->require ? object_to_none(given, c, v) : 0;
	user = user_read(given->value);
	if (words_match(&c->allow, user.spec) || (c->deny_root && !user.is_root))
		return 0;
	return user.is_root && c->deny_root ? object_to_root(given, c, v)
					    : object_to_any(given, c, v);
}

static const char *conflict(const void *config)
{
	const struct config *c = config;

	if (c->require && !c->deny_root && c->allow.count == 0)
		return "admit no exec at all: `require` wants a user named, and none may be; list "
		       "users under `allow`, or add `deny_root: true`";
	return NULL;
}

const struct rule rule_exec_user = {
	.id = "exec-user",
	.number = "5.23",
	.number_1_6 = "5.24",
	.level = 2,
	.scored = true,
	.benchmark_title = "Do not docker exec commands with user option",
	.title = "docker exec is not used with --user",
	.why = "A container that was made to run as an ordinary user is entered as root with one "
	       "option. The benchmark refuses every --user, at Level 2. Naming a user that is not "
	       "root mostly gives rights up, as www-data does in a container that runs as root; "
	       "with `deny_root` only root is refused. Which user a container runs as stands in no "
	       "request: root is refused also where the container is root already, and any other "
	       "name is whatever the image's /etc/passwd makes of it.",
	.fields = "User of exec",
	.broken_by = "docker exec --user root",
	.comply = "Remove --user from docker exec, name a user that is not root where `deny_root` "
		  "is true, or list the user under this rule's `allow`.",
	.example_value = "root",
	.nist = "4.4.3",
	.subjects = SUBJECT_EXEC,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.conflict = conflict,
	.check = check,
};
