#include "policy/verdict.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>

#include "base/arena.h"
#include "policy/rule.h"

/* A message with more would not be read; the count goes on, so nothing is hidden. */
enum { VIOLATIONS_KEPT = 64 };

struct verdict {
	struct arena *arena;
	enum outcome outcome;
	const struct rule *rule; /* the open one, and how its objections weigh */
	enum action action;
	struct slice scope;
	struct violation *first, *last;
	unsigned count;
	bool unkept_denied; /* one that was not kept denies, and no exception can be found for it */
	bool failed;        /* an objection could not be kept */
};

bool violation_denies(const struct violation *v)
{
	return v->action == ACTION_DENY && !v->exception;
}

struct verdict *verdict_new(struct arena *a)
{
	struct verdict *v = arena_alloc(a, 1, sizeof(*v));

	if (!v)
		return NULL;
	v->arena = a;
	v->outcome = OUTCOME_ERROR;
	return v;
}

void verdict_open_rule(struct verdict *v, const struct rule *rule, enum action action)
{
	v->rule = rule;
	v->action = action;
}

int verdict_ask(struct verdict *v, const struct rule *rule, enum action action,
		const struct intent *in, const void *config)
{
	int r;

	verdict_open_rule(v, rule, action);
	r = rule->check(in, config, v);
	return r == 0 && v->failed ? -ENOMEM : r;
}

void verdict_set_scope(struct verdict *v, struct slice scope)
{
	v->scope = scope;
}

struct slice verdict_scope(const struct verdict *v)
{
	return v->scope;
}

static int fail(struct verdict *v)
{
	v->failed = true;
	return -ENOMEM;
}

int verdict_object(struct verdict *v, const struct place *at, struct slice value, const char *fmt,
		   ...)
{
	struct violation *violation;
	va_list args;
	int r;

	assert(v->rule && v->action != ACTION_OFF);

	v->count++;
	if (v->count > VIOLATIONS_KEPT) {
		v->unkept_denied = v->unkept_denied || v->action == ACTION_DENY;
		return 0;
	}

	violation = arena_alloc(v->arena, 1, sizeof(*violation));
	if (!violation)
		return fail(v);
	violation->rule = v->rule;
	violation->action = v->action;
	violation->at = at;
	violation->value = value;
	va_start(args, fmt);
	r = arena_vprintf(v->arena, &violation->text, fmt, args);
	va_end(args);
	if (r)
		return fail(v);

	if (v->last)
		v->last->next = violation;
	else
		v->first = violation;
	v->last = violation;
	return 0;
}

/* Whether the latest objection is none of those that are kept: nothing can be attached to it. */
static bool is_past(const struct verdict *v)
{
	return v->count > VIOLATIONS_KEPT;
}

/* To the end of the list: a denial tells them in the rule's order. */
static int attach(struct verdict *v, struct remedy remedy)
{
	const struct remedy **end;
	struct remedy *kept;

	if (v->failed)
		return -ENOMEM;
	if (is_past(v))
		return 0;
	kept = arena_alloc(v->arena, 1, sizeof(*kept));
	if (!kept)
		return fail(v);
	*kept = remedy;
	end = &v->last->remedies;
	while (*end)
		end = (const struct remedy **) &(*end)->next;
	*end = kept;
	return 0;
}

static int attach_text(struct verdict *v, enum setting setting, bool give, const char *fmt,
		       va_list args) __attribute__((format(printf, 4, 0)));

static int attach_text(struct verdict *v, enum setting setting, bool give, const char *fmt,
		       va_list args)
{
	struct remedy remedy = { .setting = setting, .give = give };

	/* Ten thousand ports are not written down for nothing. */
	if (is_past(v))
		return v->failed ? -ENOMEM : 0;
	if (v->failed || arena_vprintf(v->arena, &remedy.value, fmt, args))
		return fail(v);
	return attach(v, remedy);
}

int verdict_drop(struct verdict *v, enum setting setting, struct slice value)
{
	return attach(v, (struct remedy){ .setting = setting, .value = value });
}

int verdict_add(struct verdict *v, enum setting setting, struct slice value)
{
	return verdict_add_pair(v, setting, value, SLICE(""));
}

int verdict_add_pair(struct verdict *v, enum setting setting, struct slice value,
		     struct slice second)
{
	return attach(v, (struct remedy){ setting, true, value, second, NULL });
}

int verdict_dropf(struct verdict *v, enum setting setting, const char *fmt, ...)
{
	va_list args;
	int r;

	va_start(args, fmt);
	r = attach_text(v, setting, false, fmt, args);
	va_end(args);
	return r;
}

int verdict_addf(struct verdict *v, enum setting setting, const char *fmt, ...)
{
	va_list args;
	int r;

	va_start(args, fmt);
	r = attach_text(v, setting, true, fmt, args);
	va_end(args);
	return r;
}

void verdict_hint(struct verdict *v, const char *sentence)
{
	if (!v->failed && v->count <= VIOLATIONS_KEPT)
		v->last->hint = sentence;
}

int verdict_opens_at(struct verdict *v, size_t offset)
{
	const struct param *p = v->rule->params;

	if (v->failed)
		return -ENOMEM;
	while (p->name && p->offset != offset)
		p++;
	assert(p->name);
	if (v->count <= VIOLATIONS_KEPT)
		v->last->opens = p;
	return 0;
}

void verdict_leads(struct verdict *v, struct slice where)
{
	if (!v->failed && v->count <= VIOLATIONS_KEPT)
		v->last->leads = where;
}

void verdict_read_only(struct verdict *v, bool read_only)
{
	if (!v->failed && v->count <= VIOLATIONS_KEPT)
		v->last->read_only = read_only;
}

void verdict_close(struct verdict *v, bool enforce)
{
	bool denied = v->unkept_denied, found = v->count > VIOLATIONS_KEPT;

	assert(v->outcome == OUTCOME_ERROR);

	if (v->failed)
		return;
	for (const struct violation *one = v->first; one; one = one->next) {
		found = found || !one->exception;
		denied = denied || violation_denies(one);
	}
	if (denied && enforce)
		v->outcome = OUTCOME_DENY;
	else if (found)
		v->outcome = OUTCOME_WARN;
	else
		v->outcome = OUTCOME_ALLOW;
}

enum outcome verdict_outcome(const struct verdict *v)
{
	return v->outcome;
}

const struct violation *verdict_violations(const struct verdict *v)
{
	return v->first;
}

struct violation *verdict_objections(struct verdict *v)
{
	return v->first;
}

unsigned verdict_count(const struct verdict *v)
{
	return v->count;
}

const char *outcome_name(enum outcome outcome)
{
	static const char *const names[] = {
		[OUTCOME_ERROR] = "error",
		[OUTCOME_DENY] = "deny",
		[OUTCOME_WARN] = "warn",
		[OUTCOME_ALLOW] = "allow",
	};

	return names[outcome];
}

const char *action_name(enum action action)
{
	static const char *const names[] = {
		[ACTION_OFF] = "off",
		[ACTION_WARN] = "warn",
		[ACTION_DENY] = "deny",
	};

	return names[action];
}
