/* unknown-field.c - a field that no version known to us has may mean something to a newer engine.
 */
#include "policy/rule.h"
#include "when/value.h"

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	(void) config;

	for (const struct complaint *c = in->reading.unknown.first; c; c = c->next) {
		int r = verdict_object(
			v, c->at, SLICE(""),
			"is no field of this call in any API version up to " API_KNOWN
			". Remove it, or "
			"update cis-authz together with the engine.");

		if (r)
			return r;
	}
	return 0;
}

const struct rule rule_unknown_field = {
	.id = "unknown-field",
	.title = "Unknown fields are refused",
	.why = "An engine ignores what it does not know; a newer one may act on a field that "
	       "this policy does not judge.",
	.fields = "every body",
	.comply = "Remove the field, or update cis-authz together with the engine.",
	.value = value_none,
	.subjects = SUBJECT_CALL,
	.check = check,
};
