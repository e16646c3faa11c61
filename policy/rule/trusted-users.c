/* trusted-users.c - who may call what, as the policy's `access:` says. */
#include "base/buf.h"
#include "policy/op.h"
#include "policy/rule.h"
#include "when/access.h"

static const struct access everybody = { 0 };

/* The images of a call that a rule by image may speak of, as its caller names them. */
static int write_images(const struct intent *in, const struct access *access, struct slice *ret)
{
	struct buf b = BUF(in->arena);
	size_t count = access->by_image && op_names_images(in->op) ? in->images.count : 0;

	if (count > 0 && in->tagged)
		buf_printf(&b, " with the image %.*s as %.*s", SLICE_ARG(in->tagged->given),
			   SLICE_ARG(in->images.items[0].given));
	else if (count > 0)
		buf_printf(&b, " with the image %.*s", SLICE_ARG(in->images.items[0].given));
	if (count > 1)
		buf_printf(&b, " and %zu more", count - 1);
	return buf_done(&b, ret);
}

static int object(const struct intent *in, const struct access *access, size_t rule,
		  struct verdict *v)
{
	struct slice user = in->caller.user, images;
	struct slice who =
		user.len > 0 ? user
			     : SLICE("without a name, having shown no TLS client certificate,");
	int r = write_images(in, access, &images);

	if (r)
		return r;
	if (rule == 0)
		return verdict_object(
			v, PLACE_WORDS("the caller"), user,
			"is %.*s and may not call %s%.*s: no rule of `access` allows it. Ask whoever writes the "
			"policy.",
			SLICE_ARG(who), op_name(in->op), SLICE_ARG(images));
	return verdict_object(
		v, PLACE_WORDS("the caller"), user,
		"is %.*s and may not call %s%.*s, by rule %zu of `access`. Ask whoever writes the policy.",
		SLICE_ARG(who), op_name(in->op), SLICE_ARG(images), rule);
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	bool allowed;
	size_t rule;
	int r = access_decide(config, in, &allowed, &rule);

	if (r)
		return r;
	return allowed ? 0 : object(in, config, rule, v);
}

const struct rule rule_trusted_users = {
	.id = "trusted-users",
	.number = "1.6",
	.number_1_6 = "1.1.2",
	.level = 1,
	.scored = true,
	.profile = PROFILE_LINUX_HOST,
	.benchmark_title = "Only allow trusted users to control Docker daemon",
	.title = "Only trusted users control the daemon",
	.why = "Whoever may start containers may be root on the host; not everybody who may list them should be able "
	       "to start, enter or remove them.",
	.fields =
		"the common name of the caller's TLS client certificate, the operation, and the images "
		"that the call names",
	.broken_by = "any call by somebody whom the policy's `access` does not allow it",
	.comply =
		"Ask whoever writes the policy. Callers get a name from a TLS client certificate; on the unix socket "
		"all are one, so keep the group docker empty but for people who may be root.",
	.nist = "4.3.1",
	.subjects = SUBJECT_CALL,
	.size = sizeof(struct access),
	.defaults = &everybody,
	.check = check,
};
