/* opaque-request.c - nobody may act on a request that we could not read as the daemon will. */
#include "policy/rule.h"

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	(void) config;

	for (const struct complaint *c = in->reading.unread.first; c; c = c->next) {
		int r = verdict_object(v, c->at, SLICE(""), "%.*s", SLICE_ARG(c->text));

		if (r)
			return r;
	}
	return 0;
}

const struct rule rule_opaque_request = {
	.id = "opaque-request",
	.title = "Requests must be readable",
	.why = "A request that reads one way here and another way in the daemon walks around "
	       "every other rule: a hidden body, a key that stands twice, a path that only looks "
	       "harmless.",
	.fields = "the whole request",
	.comply = "Send the request as the docker command line does: application/json, each key "
		  "once, in UTF-8.",
	.subjects = SUBJECT_CALL,
	.always = true,
	.check = check,
};
