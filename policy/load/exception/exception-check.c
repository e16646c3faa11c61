#include "load/exception/exception-check.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/buf.h"
#include "load/condition-check.h"
#include "load/draft.h"
#include "load/exception/exception-options.h"
#include "policy-internal.h"
#include "policy/intent.h"
#include "policy/policy.h"
#include "policy/verdict.h"
#include "when/condition.h"
#include "when/exception.h"
#include "when/overlay.h"
#include "yaml/yaml-doc.h"

enum { DAY = 24 * 60 * 60, SOON = 30 /* days */, OPERATIONS_SHOWN = 4 };

static bool judges(const struct rule *rule, enum op op)
{
	return op_subjects(op) & rule->subjects;
}

static bool reaches(const struct exception *e, const struct rule *rule)
{
	for (enum op op = 0; op < OP_COUNT; op++) {
		if (judges(rule, op) && when_leaves(&e->when, op))
			return true;
	}
	return false;
}

/* "container.create, image.build and 3 more" */
static struct slice operations_of(const struct rule *rule, struct arena *a)
{
	struct buf b = BUF(a);
	struct slice words = SLICE("other operations");
	unsigned count = 0;

	for (enum op op = 0; op < OP_COUNT; op++) {
		if (judges(rule, op) && count++ < OPERATIONS_SHOWN)
			buf_printf(&b, "%s%s", count > 1 ? ", " : "", op_name(op));
	}
	if (count > OPERATIONS_SHOWN)
		buf_printf(&b, " and %u more", count - OPERATIONS_SHOWN);
	buf_done(&b, &words);
	return words;
}

int exception_check_reach(struct draft *d, const struct exception_draft *e)
{
	int bad = 0;

	for (size_t i = 0; i < rules_count(); i++) {
		const struct rule *rule = rules_at(i);
		struct slice operations;

		if (!exception_names(&e->exception, rules_at(i)) || reaches(&e->exception, rule))
			continue;
		operations = operations_of(rule, d->scratch);
		bad = diag_add(
			d->diags, e->when.node->mark,
			"this exception can never match for `%s`, which judges %.*s: no such "
			"call has all that `when` asks for",
			rule->id, SLICE_ARG(operations));
	}
	return bad;
}

int exception_check_read_only(struct draft *d, const struct exception_draft *e)
{
	for (size_t i = 0; i < rules_count(); i++) {
		if (bit_set_has(&e->exception.rules, i) && rules_at(i)->subjects & SUBJECT_MOUNTS)
			return 0;
	}
	if (!e->read_only)
		return 0;
	return diag_add(d->diags, e->read_only->mark,
			"`read_only` can never match: none of the `rules` of this exception judges "
			"what is mounted");
}

static bool may_be_found(const struct exception_draft *e, struct slice glob)
{
	for (size_t i = 0; i < rules_count(); i++) {
		if (bit_set_has(&e->exception.rules, i) &&
		    (!rules_at(i)->value || !rules_at(i)->value(glob)))
			return true;
	}
	return false;
}

/* None of the rules knows such a value: each says which it does. */
static int complain_of_value(struct draft *d, const struct exception_draft *e,
			     const struct yaml_node *word)
{
	struct buf b = BUF(d->scratch);
	struct slice known;
	const char *between = "";
	int err;

	for (size_t i = 0; i < rules_count(); i++) {
		if (!bit_set_has(&e->exception.rules, i))
			continue;
		buf_printf(&b, "%sthose of `%s` name %s", between, rules_at(i)->id,
			   rules_at(i)->value(word->text));
		between = "; ";
	}
	err = buf_done(&b, &known);
	if (err)
		return err;
	return diag_add(d->diags, word->mark, "no denial of these rules has the value %s: %.*s",
			yaml_words(word, d->scratch), SLICE_ARG(known));
}

int exception_check_values(struct draft *d, const struct exception_draft *e)
{
	const struct yaml_node *n = e->values ? e->values->first : NULL;
	int bad = 0;

	for (; n; n = n->next) {
		const struct yaml_node *word =
			n->kind == YAML_MAP ? yaml_get(n, SLICE("value")) : n;
		int err = may_be_found(e, word->text) ? 0 : complain_of_value(d, e, word);

		if (err < 0)
			return err;
		bad |= err;
	}
	return bad;
}

static int by_name(const void *a, const void *b)
{
	const struct exception_draft *const *x = a, *const *y = b;
	int order = slice_cmp((*x)->exception.name, (*y)->exception.name);

	return order != 0 ? order : (*x < *y ? -1 : *x > *y);
}

int exception_check_names(struct draft *d)
{
	const struct exception_draft **sorted =
		arena_alloc(d->scratch, d->exception_count, sizeof(const void *));

	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < d->exception_count; i++)
		sorted[i] = &d->exceptions[i];
	qsort(sorted, d->exception_count, sizeof(const void *), by_name);
	for (size_t i = 1; i < d->exception_count; i++) {
		if (!slice_eq(sorted[i - 1]->exception.name, sorted[i]->exception.name))
			continue;
		diag_add(d->diags, sorted[i]->name->mark,
			 "two exceptions have the name %s; decision records tell them by it",
			 yaml_words(sorted[i]->name, d->scratch));
		diag_note(d->diags, sorted[i - 1]->name->mark, "the other one");
	}
	return 0;
}

static void check_end(struct draft *d, const struct exception_draft *e)
{
	struct slice name = e->exception.name;
	int64_t left = e->exception.expires - d->now;

	if (e->exception.expires == EXCEPTION_NEVER)
		diag_warn(d->diags, e->expires ? e->expires->mark : e->name->mark,
			  "the exception `%.*s` never expires; give it a day in `expires`, so that "
			  "somebody looks at it again",
			  SLICE_ARG(name));
	else if (left <= 0)
		diag_warn(d->diags, e->expires->mark,
			  "the exception `%.*s` expired on %.*s, and its rules are enforced again; "
			  "remove it, or give it a new day",
			  SLICE_ARG(name), SLICE_ARG(e->expires->text));
	else if (left <= DAY)
		diag_warn(d->diags, e->expires->mark,
			  "the exception `%.*s` expires on %.*s, which is today; its rules are "
			  "enforced again from tomorrow on",
			  SLICE_ARG(name), SLICE_ARG(e->expires->text));
	else if (left <= (int64_t) SOON * DAY)
		diag_warn(d->diags, e->expires->mark,
			  "the exception `%.*s` expires on %.*s, in %" PRId64
			  " days; its rules are enforced again from the next day on",
			  SLICE_ARG(name), SLICE_ARG(e->expires->text), (left - 1) / DAY);
}

static bool any_value(const struct exception_values *values)
{
	for (size_t i = 0; i < values->count; i++) {
		if (is_all_stars(values->items[i].glob) && !values->items[i].read_only)
			return true;
	}
	return values->count == 0;
}

static void check_grip(struct draft *d, const struct exception_draft *e)
{
	const struct exception *x = &e->exception;

	if (when_matches_everything(&x->when) && bit_set_empty(&x->rules))
		diag_warn(d->diags, e->when.node->mark,
			  "the exception `%.*s` matches every request%s; options for all stand "
			  "under `rules` of the policy",
			  SLICE_ARG(x->name), x->when.is.users.count > 0 ? " with a name" : "");
	else if (when_matches_everything(&x->when) && any_value(&x->values))
		diag_warn(d->diags, e->when.node->mark,
			  "the exception `%.*s` matches every request%s, as if its rules were off; "
			  "ask for a user, an image by digest, or values",
			  SLICE_ARG(x->name), x->when.is.users.count > 0 ? " with a name" : "");
	else if (!when_binds(&x->when))
		diag_warn(
			d->diags, e->when.node->mark,
			"the exception `%.*s` rests neither on a user nor on an image with its full "
			"digest: anybody may pick a container's name and tag any image; add one of "
			"the two",
			SLICE_ARG(x->name));
}

static void check_rules_on(struct draft *d, const struct exception_draft *e)
{
	for (size_t i = 0; i < rules_count(); i++) {
		if (exception_names(&e->exception, rules_at(i)) && !policy_uses(d->policy, i))
			diag_warn(d->diags,
				  bit_set_has(&e->exception.rules, i) ? e->rules->mark
								      : e->options->mark,
				  "the exception `%.*s` has no effect on `%s`, which is off",
				  SLICE_ARG(e->exception.name), rules_at(i)->id);
	}
}

/* Rules that often object to one and the same mount. */
static const char *const mount_rules[] = { "sensitive-mounts", "docker-socket", "self-protection" };

enum {
	MOUNT_RULES = COUNT_OF(mount_rules),
	VALUES_TRIED = 16,      /* of one exception: a list of thousands costs no more */
	TRIAL_MOST = 256 << 10, /* what it takes to judge a mount */
};

static const struct rule *mount_rule(size_t i)
{
	return rules_find(slice_str(mount_rules[i]));
}

/* Whether the rule, with the policy's own settings, denies a mount of this path. */
static bool denies_mount(const struct draft *d, const struct rule *rule,
			 const struct exception_value *value)
{
	OWN(arena) a = arena_new(TRIAL_MOST);
	const struct rule_setting *setting = policy_setting(d->policy, rules_index(rule));
	const struct mount mount = {
		.kind = MOUNT_HOST_PATH,
		.source = value->glob,
		.clean = value->glob,
		.way = value->glob,
		.resolved = value->glob,
		.read_only = value->read_only,
	};
	const struct intent in = {
		.arena = a,
		.op = OP_CONTAINER_CREATE,
		.subjects = SUBJECT_MOUNTS,
		.mounts = { &mount, 1 },
	};
	struct verdict *v = a && setting->action == ACTION_DENY ? verdict_new(a) : NULL;

	if (!v)
		return false;
	return verdict_ask(v, rule, setting->action, &in, setting->config) == 0 &&
	       verdict_count(v) > 0;
}

/* One way past it is written, whether for the same calls or not. */
static bool some_names(const struct draft *d, const struct rule *rule)
{
	for (size_t i = 0; i < d->exception_count; i++) {
		if (exception_names(&d->exceptions[i].exception, rule))
			return true;
	}
	return false;
}

static bool is_path(struct slice value)
{
	return slice_starts(value, SLICE("/")) && !has_star(value) && !slice_find(value, '{');
}

/* The first value that one of its rules denies as well as the one that is not among them. */
static const struct exception_value *half_open(const struct draft *d, const struct exception *x,
					       const struct rule *other)
{
	for (size_t i = 0; i < x->values.count && i < VALUES_TRIED; i++) {
		const struct exception_value *value = &x->values.items[i];

		if (!is_path(value->glob) || !denies_mount(d, other, value))
			continue;
		for (size_t j = 0; j < MOUNT_RULES; j++) {
			if (bit_set_has(&x->rules, rules_index(mount_rule(j))) &&
			    denies_mount(d, mount_rule(j), value))
				return value;
		}
	}
	return NULL;
}

/* The engine's socket is denied by two rules: an exception for one of them opens nothing. */
static void check_half(struct draft *d, const struct exception_draft *e)
{
	const struct exception *x = &e->exception;

	for (size_t i = 0; i < MOUNT_RULES; i++) {
		const struct rule *rule = mount_rule(i);
		const struct exception_value *value;

		value = some_names(d, rule) ? NULL : half_open(d, x, rule);
		if (value)
			diag_warn(d->diags, e->rules->mark,
				  "the exception `%.*s` does not open `%.*s`: `%s` denies a mount "
				  "of it as well; add that to its `rules`",
				  SLICE_ARG(x->name), SLICE_ARG(value->glob), rule->id);
	}
}

/* Among mistakes these would only distract, and may come of them. */
int exception_check_sense(struct draft *d, const struct exception_draft *e)
{
	if (diags_bad(d->diags))
		return 0;
	check_end(d, e);
	check_grip(d, e);
	check_rules_on(d, e);
	check_half(d, e);
	return exception_check_options_sense(d, e);
}
