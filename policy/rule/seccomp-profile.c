/*
 * seccomp-profile.c - a container's system calls are filtered at least as the engine filters them.
 *
 * A profile arrives as text within the request. It is judged by what it lets through, or known by
 * its SHA-256, taken of the text without the blanks between its words: the docker command leaves
 * them out, other clients do not.
 */
#include "base/glob.h"
#include "kit/words.h"
#include "policy/rule.h"
#include "when/value.h"

struct config {
	struct words allow_sha256;
	struct slice unlisted;
};

static const char *sha256_word(struct slice word)
{
	static const char accepted[] = "a SHA-256 of 64 digits from 0 to 9 and a to f, as a denial "
				       "by this rule tells it";

	if (word.len != 64)
		return accepted;
	for (size_t i = 0; i < word.len; i++) {
		if (!slice_find(SLICE("0123456789abcdef"), word.ptr[i]))
			return accepted;
	}
	return NULL;
}

static const struct param params[] = {
	PARAM_WORDS(struct config, allow_sha256, sha256_word,
		    "profiles that may be given whatever they let through, by their SHA-256",
		    .pattern = "^[0-9a-f]{64}$"),
	PARAM_WORD(struct config, unlisted, choice_word,
		   "what becomes of a profile that is not listed and lets nothing through that the "
		   "engine's own refuses: deny or allow",
		   .pattern = CHOICE_PATTERN),
	{ 0 },
};

static const struct config defaults = { .unlisted = SLICE_INIT("allow") };

static bool listed(const struct config *c, const struct seccomp *s)
{
	for (size_t i = 0; i < c->allow_sha256.count; i++) {
		if (slice_eq(c->allow_sha256.items[i], s->sha256))
			return true;
	}
	return false;
}

static int object(const struct seccomp *s, const char *wrong, struct verdict *v)
{
	verdict_object(v, s->at, s->sha256, "gives a seccomp profile that %s. Its SHA-256 is %.*s.",
		       wrong, SLICE_ARG(s->sha256));
	verdict_opens(v, allow_sha256);
	return verdict_drop(v, SETTING_SECURITY_OPT, SLICE("seccomp"));
}

/* The first of the calls stand for all: the message is for a person. */
static int object_to_calls(const struct seccomp *s, struct verdict *v)
{
	struct slice second = s->count > 1 ? s->allowed[1] : SLICE("");

	verdict_object(
		v, s->at, s->sha256,
		"gives a seccomp profile that lets %.*s%s%.*s%s through where the engine's own "
		"does not, or not without conditions. The profile's SHA-256 is %.*s.",
		SLICE_ARG(s->allowed[0]), s->count > 1 ? ", " : "", SLICE_ARG(second),
		s->count > 2 ? " and others" : "", SLICE_ARG(s->sha256));
	verdict_opens(v, allow_sha256);
	return verdict_drop(v, SETTING_SECURITY_OPT, SLICE("seccomp"));
}

static int object_to_length(const struct seccomp *s, struct verdict *v)
{
	verdict_object(
		v, s->at, SLICE(""),
		"gives a seccomp profile of more than 256 KiB, which is not looked into. With "
		"each call once it is short: the engine's own has all of them in 13 KiB.");
	return verdict_drop(v, SETTING_SECURITY_OPT, SLICE("seccomp"));
}

static int check_custom(const struct seccomp *s, const struct config *c, struct verdict *v)
{
	if (s->too_long)
		return object_to_length(s, v);
	if (listed(c, s))
		return 0;
	if (s->unreadable)
		return object(s, "cannot be read", v);
	if (s->allows_unnamed)
		return object(s, "lets every call through that it does not name", v);
	if (s->count > 0)
		return object_to_calls(s, v);
	return choice_denies(c->unlisted) ? object(s, "the policy does not list", v) : 0;
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	const struct seccomp *s = &in->container.security.seccomp;

	switch (s->kind) {
	case SECCOMP_DEFAULT:
		return 0;
	case SECCOMP_UNCONFINED:
		verdict_object(v, s->at, SLICE("unconfined"),
			       "switches the filter of system calls off.");
		return verdict_drop(v, SETTING_SECURITY_OPT, SLICE("seccomp=unconfined"));
	case SECCOMP_CUSTOM:
		break;
	}
	return check_custom(s, config, v);
}

static const char *digest_or_unconfined(struct slice glob)
{
	if (value_is_made_of(glob, "0123456789abcdef") || glob_match(glob, SLICE("unconfined")))
		return NULL;
	return "unconfined, or the SHA-256 of a profile";
}

const struct rule rule_seccomp_profile = {
	.id = "seccomp-profile",
	.number = "5.21",
	.number_1_6 = "5.22",
	.level = 1,
	.scored = true,
	.benchmark_title = "Do not disable default seccomp profile",
	.title = "The filter of system calls stays on",
	.why = "Most ways out of a container go through system calls that hardly any program needs: "
	       "the engine's profile refuses them.",
	.fields = "seccomp in HostConfig.SecurityOpt, ContainerSpec.Privileges.Seccomp of "
		  "services, securityopt of builds",
	.broken_by = "docker run --security-opt seccomp=unconfined; compose: security_opt: "
		     "[seccomp:unconfined]",
	.comply =
		"Remove --security-opt seccomp=unconfined. A profile of your own refuses by default "
		"(SCMP_ACT_ERRNO) and adds to the engine's only what this rule's `allow_sha256` "
		"vouches for.",
	.example_value = "unconfined",
	.value = digest_or_unconfined,
	.nist = "4.4.3",
	.subjects = SUBJECT_CONTAINER | SUBJECT_BUILD,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.check = check,
};
