/*
 * container-user.c - a container must not run as root.
 *
 * Who names no user gets the image's own, which no request shows: it is looked up, and where it
 * cannot be seen it counts as none. A name other than root is what the image's /etc/passwd makes of
 * it; only a number is sure not to be root.
 */
#include "base/glob.h"
#include "kit/rule-words.h"
#include "kit/user.h"
#include "kit/words.h"
#include "policy/rule.h"

struct config {
	bool require;
	struct words allow;
};

static const struct param params[] = {
	PARAM_BOOL(struct config, require,
		   "a user must be named, by the caller or by the image where it can be seen"),
	PARAM_WORDS(struct config, allow, NULL,
		    "users that may be named: globs over the whole USER[:GROUP]; empty: any but "
		    "root. Root must be listed as it is spelled: no glob stands for it"),
	{ 0 },
};

static const struct config defaults = { .require = true };

static bool allowed(const struct config *c, const struct user *user)
{
	for (size_t i = 0; i < c->allow.count; i++) {
		struct slice pattern = c->allow.items[i];

		if (user->is_root ? slice_eq(pattern, user->spec) : glob_match(pattern, user->spec))
			return true;
	}
	return !user->is_root && c->allow.count == 0;
}

/* Which user a list of globs lets through is not ours to guess. */
static int suggest(const struct config *c, struct verdict *v)
{
	const struct slice *listed = words_plain(&c->allow);

	if (c->allow.count == 0)
		return verdict_add(v, SETTING_USER, SLICE("1000:1000"));
	return listed ? verdict_add(v, SETTING_USER, *listed) : 0;
}

static int object_to_none(const struct intent *in, const struct config *c, struct verdict *v)
{
	if (for_service(in))
		verdict_object(v, PLACE_WORDS("TaskTemplate.ContainerSpec.User"), SLICE(""),
			       "names nobody, and the image may say root.");
	else if (in->image.sight == SIGHT_ABSENT)
		verdict_object(v, PLACE_WORDS("User"), SLICE(""),
			       "names nobody, and the image is not here yet to say who it is. Pull "
			       "it first (docker pull), or name a user.");
	else
		verdict_object(v, PLACE_WORDS("User"), SLICE(""),
			       "names nobody, and the image may say root.");
	verdict_opens(v, require);
	return suggest(c, v);
}

/* What the image says takes no option of the caller's away. */
static int object_to_image(const struct field_text *user, const struct config *c, struct verdict *v)
{
	if (user->value.len == 0)
		verdict_object(v, user->at, SLICE(""),
			       "names nobody, so the container would run as root.");
	else
		verdict_object(v, user->at, user->value, "is \"%.*s\", which is root.",
			       SLICE_ARG(user->value));
	verdict_hint(v, "An image whose USER is not root needs none.");
	verdict_opens(v, require);
	return suggest(c, v);
}

static int object_to_root(const struct field_text *user, const struct config *c, struct verdict *v)
{
	verdict_object(v, user->at, user->value, "is \"%.*s\", which is root.",
		       SLICE_ARG(user->value));
	verdict_opens(v, allow);
	verdict_drop(v, SETTING_USER, user->value);
	return suggest(c, v);
}

static bool is_left_open(const struct intent *in, const struct config *c)
{
	return (in->subjects & SUBJECT_CONTAINER) && c->require &&
	       in->container.user.value.len == 0;
}

static unsigned sights(const struct intent *in, const void *config)
{
	return is_left_open(in, config) ? SIGHT_IMAGE : 0;
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct config *c = config;
	const struct field_text *user = &in->container.user;
	const struct user read = user_read(user->value);
	bool seen = user->state == FIELD_SEEN;

	if (seen && !c->require)
		return 0;
	if (!seen && user->value.len == 0)
		return is_left_open(in, c) ? object_to_none(in, c, v) : 0;
	if (user->value.len > 0 && allowed(c, &read))
		return 0;
	if (seen && (user->value.len == 0 || read.is_root))
		return object_to_image(user, c, v);
	if (read.is_root)
		return object_to_root(user, c, v);
	verdict_object(v, user->at, user->value, "is \"%.*s\", whom the policy does not list.",
		       SLICE_ARG(user->value));
	verdict_opens(v, allow);
	if (!words_plain(&c->allow))
		return 0;
	verdict_drop(v, SETTING_USER, user->value);
	return suggest(c, v);
}

const struct rule rule_container_user = {
	.id = "container-user",
	.number = "4.1",
	.level = 1,
	.scored = true,
	.benchmark_title = "Create a user for the container",
	.title = "Containers run as an ordinary user",
	.why = "Root inside a container is root to the kernel: whatever lets it out, a mount, a bug, "
	       "a capability, lets it out as root.",
	.fields = "User, and the image's USER where none is given; ContainerSpec.User of services; "
		  "USER among the changes of commit and import",
	.broken_by = "docker run --user root; compose: user: root",
	.comply = "Give the image a user: USER 1000:1000 in its Dockerfile; or add --user with "
		  "a number other than 0 (compose: user: \"1000:1000\"). With `require: false` "
		  "a container may leave it to its image, whatever that says.",
	.example_value = "root",
	.nist = "4.4.3",
	.subjects = SUBJECT_CONTAINER | SUBJECT_IMAGE_CONFIG,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.sights = sights,
	.check = check,
};
