/*
 * replay.c - from captures and records to what a policy would change.
 *
 * A decision record has the caller, the method, the target and what the old policy found, but not
 * the body. The call is built again without it and goes through the pipeline; then each rule is
 * taken from where it can be known:
 *
 *   anew         rules that need only the caller, the operation, the API version and the target,
 *                but for `access` by image, of calls whose body names images; rules about swarm and
 *                plugins, which object to the call whatever its body says; and every rule, where
 *                the call has no body that rules read
 *   the record   all others: what was found then, with the weight that the new policy gives the
 *                rule, unless one of its exceptions is for it
 *   nobody       of the others, rules that are on now and of which the record does not say that
 *                they were on then: they may have found something
 *
 * A record that lacks some of its findings, or the ends of its texts, is not judged at all: of 64
 * findings out of 71 that a new policy does not mind, nobody can tell that it would allow the call.
 *
 * What could not be read (opaque-request, unknown-field) is taken from the record: in the call that
 * is built again a body seems to be hidden only because it was left out.
 */
#include "capture/replay.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <time.h>

#include "authz/decide.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/number.h"
#include "capture/denial.h"
#include "docker/call.h"
#include "docker/route.h"
#include "docker/spelling/image-ref.h"
#include "policy/evaluate.h"
#include "policy/intent.h"
#include "policy/policy.h"
#include "policy/rule.h"

/* A record's texts are cut here (record.c); nothing is known of what followed. */
enum { TEXT_MOST = 1024 };

static bool contains(struct slice text, struct slice part)
{
	return text.ptr && memmem(text.ptr, text.len, part.ptr, part.len);
}

static void note(enum action *weight, enum action action)
{
	if (action > *weight)
		*weight = action;
}

/* What an exception lets through weighs nothing. */
static void note_violation(enum action *weight, const struct violation *v)
{
	if (!v->exception)
		note(weight, v->action);
}

/* The same by the policy after. */
static void note_after(struct replay_rule *rules, const struct violation *v)
{
	struct replay_rule *rule = &rules[rules_index(v->rule)];

	note_violation(&rule->after, v);
	if (rule->near.len == 0)
		rule->near = v->near;
}

static struct replay_rule *new_rules(struct arena *a)
{
	return arena_alloc(a, rules_count(), sizeof(struct replay_rule));
}

static struct slice image_of(const struct intent *in)
{
	return in->container.image.value;
}

int replay_request(struct slice envelope, const struct policy *before, const struct policy *after,
		   struct arena *a, struct replay *ret)
{
	struct replay_rule *rules = new_rules(a);
	struct decide_env env = { 0 };
	struct decision old, new;

	if (!rules)
		return -ENOMEM;
	decide(envelope, before, &env, a, &old);
	decide(envelope, after, &env, a, &new);
	for (const struct violation *v = old.verdict ? verdict_violations(old.verdict) : NULL; v;
	     v = v->next)
		note_violation(&rules[rules_index(v->rule)].before, v);
	for (const struct violation *v = new.verdict ? verdict_violations(new.verdict) : NULL; v;
	     v = v->next)
		note_after(rules, v);
	*ret = (struct replay){
		.user = new.intent.caller.user,
		.method = new.intent.method,
		.target = new.intent.target,
		.operation = slice_str(op_name(new.intent.op)),
		.image = image_of(&new.intent),
		.before = old.outcome,
		.after = new.outcome,
		.rules = rules,
	};
	return 0;
}

bool replay_is_record(struct slice line)
{
	return contains(line, SLICE("\"outcome\"")) && contains(line, SLICE("\"decision\""));
}

/* One record while it is judged. */
struct trial {
	const json_t *json;
	const struct policy *before, *after;
	struct arena *arena;
	struct replay_rule *rules;
	struct replay replay;
	struct intent intent;
	/* Of the policies, by the scope that each has for the intent; `before` may be NULL. */
	const struct rule_setting *settings_before, *settings_after;
	bool has_body;     /* rules read a body, which the record does not have */
	bool whole_target; /* the target is as the daemon got it */
	bool opaque;       /* something could not be read then */
};

static struct slice text(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return (struct slice){ json_string_value(value) ? json_string_value(value) : "",
			       json_string_length(value) };
}

/* Strings of jansson end with their tree; those that are told go into the arena. */
static int keep_text(struct trial *t, const char *key, struct slice *ret)
{
	return arena_copy(t->arena, text(t->json, key), ret);
}

static bool read_outcome(struct slice name, enum outcome *ret)
{
	for (enum outcome o = OUTCOME_ERROR; o <= OUTCOME_ALLOW; o++) {
		if (slice_eq(name, slice_str(outcome_name(o)))) {
			*ret = o;
			return true;
		}
	}
	return false;
}

static enum action read_action(struct slice name)
{
	return slice_eq(name, SLICE("deny")) ? ACTION_DENY : ACTION_WARN;
}

static int keep_texts(struct trial *t)
{
	struct replay *r = &t->replay;
	int error = keep_text(t, "user", &r->user);

	if (!error)
		error = keep_text(t, "method", &r->method);
	if (!error)
		error = keep_text(t, "target", &r->target);
	if (!error)
		error = keep_text(t, "operation", &r->operation);
	return error ? error : keep_text(t, "image", &r->image);
}

/*
 * Whether the record says that it is not all there: by its keys, whatever stands behind them, or by
 * a value that was cut, which an exception may seem to be for.
 */
static bool is_partial(const json_t *record)
{
	const json_t *list = json_object_get(record, "violations"), *violation;
	size_t i;

	if (json_object_get(record, "omitted") || json_object_get(record, "shortened"))
		return true;
	json_array_foreach(list, i, violation)
	{
		if (text(violation, "value").len >= TEXT_MOST ||
		    text(violation, "leads").len >= TEXT_MOST)
			return true;
	}
	return false;
}

/*
 * What the record says was found. A rule that this version no longer has cannot deny under the new
 * policy either.
 */
static void read_findings(struct trial *t)
{
	const json_t *list = json_object_get(t->json, "violations"), *violation;
	size_t i;

	json_array_foreach(list, i, violation)
	{
		const struct rule *rule = rules_find(text(violation, "rule"));

		if (!rule)
			continue;
		if (!json_object_get(violation, "exception"))
			note(&t->rules[rules_index(rule)].before,
			     read_action(text(violation, "action")));
		t->opaque |= slice_eq(slice_str(rule->id), SLICE("opaque-request"));
	}
}

static int find_settings(struct trial *t)
{
	int64_t now = time(NULL);
	int error = evaluate_settings(t->after, &t->intent, now, t->arena, &t->settings_after);

	if (!error && t->before)
		error = evaluate_settings(t->before, &t->intent, now, t->arena,
					  &t->settings_before);
	return error;
}

/* What a rule found; its texts are the record's. */
static struct violation finding_of(const json_t *violation, const struct rule *rule)
{
	return (struct violation){
		.rule = rule,
		.value = text(violation, "value"),
		.leads = text(violation, "leads"),
		.read_only = json_is_true(json_object_get(violation, "read_only")),
	};
}

/* The image that the record names stands in for the one in the body. */
static int add_image(struct trial *t)
{
	if (t->replay.image.len == 0 || t->intent.images.count > 0)
		return 0;
	return image_ref_add(&t->intent, t->replay.image, IMAGE_RUN, NULL);
}

static int find(const struct trial *t, const json_t *violation, const struct violation *found,
		enum finding *ret)
{
	return evaluate_finding(t->after, &t->intent, time(NULL), found,
				text(violation, "exception"), t->arena, ret);
}

/* Of options that may be enough, and of some that were, the request alone would show it. */
static void weigh(const struct trial *t, size_t rule, enum finding finding)
{
	struct replay_rule *r = &t->rules[rule];

	if (finding == FINDING_COUNTS || finding == FINDING_UNKNOWN)
		note(&r->after, t->settings_after[rule].action);
	r->not_judged |= finding == FINDING_UNKNOWN || finding == FINDING_LIKELY_EXCEPTED;
}

/* The same findings under the new policy, unless one of its exceptions is for them. */
static int weigh_findings(struct trial *t)
{
	const json_t *list = json_object_get(t->json, "violations"), *violation;
	int error = add_image(t);
	size_t i;

	if (!error)
		error = find_settings(t);
	json_array_foreach(list, i, violation)
	{
		const struct rule *rule = rules_find(text(violation, "rule"));
		struct violation found;
		enum finding finding;

		if (!rule || error)
			continue;
		found = finding_of(violation, rule);
		error = find(t, violation, &found, &finding);
		if (!error)
			weigh(t, rules_index(rule), finding);
	}
	return error;
}

static void read_version(struct slice version, struct api_version *ret)
{
	struct slice major, minor;
	uint64_t high, low;

	if (slice_cut(version, '.', &major, &minor) && number_u64(major, &high) &&
	    number_u64(minor, &low) && high <= UINT16_MAX && low <= UINT16_MAX)
		*ret = (struct api_version){ true, (unsigned) high, (unsigned) low };
}

/* A body that says nothing, so that the readers get as far as saying what the call is about. */
static struct slice empty_body(const struct route *route)
{
	bool list = route->op == OP_PLUGIN_PULL || route->op == OP_PLUGIN_UPGRADE ||
		    route->op == OP_PLUGIN_SET;

	if (route->body != BODY_JSON && route->body != BODY_JSON_OPTIONAL)
		return SLICE("");
	return list ? SLICE("[]") : SLICE("{}");
}

/* The route that the target leads to, read apart from the call since the body depends on it. */
static int find_route(struct trial *t, const struct route **ret)
{
	struct reading reading;
	struct slice object;
	struct uri uri;
	int error;

	reading_start(&reading, t->arena);
	error = uri_read(t->replay.target, t->arena, &uri, &reading);
	if (error) {
		*ret = NULL;
		return error < 0 ? error : 0;
	}
	*ret = route_find(t->replay.method, uri.path, &object);
	return 0;
}

/* The call again, without its body. */
static int rebuild(struct trial *t)
{
	struct intent *in = &t->intent;
	const struct route *route;
	struct call call = { .method = t->replay.method, .target = t->replay.target };
	int error = find_route(t, &route);

	*in = (struct intent){ .arena = t->arena, .subjects = SUBJECT_CALL };
	reading_start(&in->reading, t->arena);
	in->caller.user = t->replay.user;
	in->method = call.method;
	in->target = call.target;
	if (!error)
		error = keep_text(t, "authn", &in->caller.authn);
	if (!error && route) {
		call.body = empty_body(route);
		/* A type without a body would mean one that is hidden. */
		if (call.body.len > 0) {
			call.content_type = SLICE("application/json");
			call.has_content_type = true;
		}
		error = decide_understand(&call, t->arena, in);
	}
	if (error)
		return error;

	/* That the body is missing is our doing; what was unreadable then stands in the record. */
	reading_start(&in->reading, t->arena);
	(void) op_find(t->replay.operation, &in->op);
	read_version(text(t->json, "api"), &in->api);
	t->has_body = !route || route->body == BODY_JSON || route->body == BODY_JSON_OPTIONAL ||
		      t->opaque;
	t->whole_target =
		route && call.target.len < TEXT_MOST && !contains(call.target, SLICE("***"));
	return 0;
}

static bool is_about_reading(const struct rule *rule)
{
	return slice_eq(slice_str(rule->id), SLICE("opaque-request")) ||
	       slice_eq(slice_str(rule->id), SLICE("unknown-field"));
}

/* The record has one of the images that the body names. */
static bool rests_on_images(const struct trial *t, const struct rule *rule)
{
	return slice_eq(slice_str(rule->id), SLICE("trusted-users")) &&
	       op_names_images(t->intent.op) && policy_access_by_image(t->after);
}

static bool judged_anew(const struct trial *t, const struct rule *rule)
{
	const unsigned any_body = SUBJECT_CALL | SUBJECT_SWARM | SUBJECT_PLUGIN;

	if (is_about_reading(rule) || !(rule->subjects & t->intent.subjects))
		return false;
	if (!t->has_body && t->whole_target)
		return true;
	/* These two go by what stands in the target. */
	if (slice_eq(slice_str(rule->id), SLICE("image-sprawl")) ||
	    slice_eq(slice_str(rule->id), SLICE("service-rollback")))
		return t->whole_target;
	/* A join is denied whatever its body says; of other calls it reads the body. */
	if (slice_eq(slice_str(rule->id), SLICE("swarm-join")))
		return t->intent.op == OP_SWARM_JOIN;
	return !(rule->subjects & ~any_body) && !rests_on_images(t, rule);
}

/* Whether the record's silence says that the rule found nothing. */
static bool was_judged(const struct trial *t, size_t rule)
{
	struct slice digest = text(json_object_get(t->json, "policy"), "sha256");

	return t->before && slice_eq(digest, slice_str(policy_digest(t->before))) &&
	       t->settings_before[rule].action != ACTION_OFF;
}

static bool is_concerned(const struct trial *t, const struct rule *rule)
{
	if (slice_eq(slice_str(rule->id), SLICE("unknown-field")))
		return t->has_body;
	return (rule->subjects & t->intent.subjects) && !is_about_reading(rule);
}

static void merge(struct trial *t, const struct verdict *verdict)
{
	for (size_t i = 0; i < rules_count(); i++) {
		const struct rule *rule = rules_at(i);
		bool found = t->rules[i].after != ACTION_OFF || t->rules[i].before != ACTION_OFF;

		if (judged_anew(t, rule))
			t->rules[i].after = ACTION_OFF;
		else if (!found && is_concerned(t, rule) && !was_judged(t, i))
			t->rules[i].not_judged = t->settings_after[i].action != ACTION_OFF;
	}
	for (const struct violation *v = verdict_violations(verdict); v; v = v->next) {
		if (judged_anew(t, v->rule))
			note_after(t->rules, v);
	}
}

/* What could not be judged at all is denied by every policy. */
static enum outcome outcome_after(const struct trial *t)
{
	enum action worst = ACTION_OFF;

	if (t->replay.before == OUTCOME_ERROR)
		return OUTCOME_ERROR;
	for (size_t i = 0; i < rules_count(); i++)
		note(&worst, t->rules[i].after);
	if (worst == ACTION_OFF)
		return OUTCOME_ALLOW;
	return worst == ACTION_DENY && policy_enforces(t->after) ? OUTCOME_DENY : OUTCOME_WARN;
}

static int judge(struct trial *t)
{
	struct verdict *verdict;
	int error;

	if (!read_outcome(text(t->json, "outcome"), &t->replay.before) ||
	    !json_is_string(json_object_get(t->json, "decision")))
		return BAD_INPUT;
	t->rules = new_rules(t->arena);
	if (!t->rules)
		return -ENOMEM;
	error = keep_texts(t);
	if (error)
		return error;
	if (is_partial(t->json)) {
		t->replay.partial = true;
		return 0;
	}
	read_findings(t);
	error = rebuild(t);
	if (!error)
		error = evaluate(t->after, &t->intent, time(NULL), t->arena, &verdict);
	if (!error)
		error = weigh_findings(t);
	if (error)
		return error;
	if (t->replay.before != OUTCOME_ERROR)
		merge(t, verdict);
	t->replay.rules = t->rules;
	t->replay.after = outcome_after(t);
	return 0;
}

static json_t *load(struct slice line)
{
	return json_loadb(line.ptr, line.len, JSON_REJECT_DUPLICATES, NULL);
}

int replay_record(struct slice line, const struct policy *before, const struct policy *after,
		  struct arena *a, struct replay *ret)
{
	json_t *json = load(line);
	struct trial t = { .json = json, .before = before, .after = after, .arena = a };
	int error = json_is_object(json) ? judge(&t) : BAD_INPUT;

	json_decref(json);
	if (!error)
		*ret = t.replay;
	return error;
}

/* What the record says was found, where it would be denied, and what is judged anew. */
static int keep_findings(struct trial *t, const struct verdict *verdict, struct denial *ret)
{
	const json_t *list = json_object_get(t->json, "violations"), *violation;
	const struct violation **end = &ret->found;
	int error = 0;
	size_t i;

	json_array_foreach(list, i, violation)
	{
		const struct rule *rule = rules_find(text(violation, "rule"));
		struct violation found;
		enum finding finding;

		if (error || !rule || judged_anew(t, rule) ||
		    t->settings_after[rules_index(rule)].action != ACTION_DENY)
			continue;
		found = finding_of(violation, rule);
		error = find(t, violation, &found, &finding);
		if (!error && (finding == FINDING_COUNTS || finding == FINDING_UNKNOWN))
			error = denial_keep(&found, t->arena, &end);
	}
	for (const struct violation *v = verdict_violations(verdict); !error && v; v = v->next) {
		if (violation_denies(v) && judged_anew(t, v->rule))
			error = denial_keep(v, t->arena, &end);
	}
	return error;
}

static int find_denied(struct trial *t, struct denial *ret)
{
	struct verdict *verdict;
	struct intent *intent;
	int error;

	if (!read_outcome(text(t->json, "outcome"), &t->replay.before) ||
	    !json_is_string(json_object_get(t->json, "decision")))
		return BAD_INPUT;
	error = keep_text(t, "decision", &ret->id);
	if (!error)
		error = keep_text(t, "time", &ret->time);
	if (!error)
		error = keep_texts(t);
	if (!error)
		error = rebuild(t);
	if (!error)
		error = add_image(t);
	if (!error)
		error = find_settings(t);
	if (!error)
		error = evaluate(t->after, &t->intent, time(NULL), t->arena, &verdict);
	if (!error)
		error = keep_findings(t, verdict, ret);
	intent = arena_alloc(t->arena, 1, sizeof(*intent));
	if (error || !intent)
		return error ? error : -ENOMEM;
	*intent = t->intent;
	ret->intent = intent;
	ret->failed = t->replay.before == OUTCOME_ERROR;
	ret->partial = is_partial(t->json);
	return 0;
}

int replay_denial(struct slice line, const struct policy *policy, struct arena *a,
		  struct denial *ret)
{
	json_t *json = load(line);
	struct trial t = { .json = json, .before = policy, .after = policy, .arena = a };
	struct denial denial = { 0 };
	int error = json_is_object(json) ? find_denied(&t, &denial) : BAD_INPUT;

	json_decref(json);
	if (!error)
		*ret = denial;
	return error;
}

unsigned long long replay_loss(struct slice line)
{
	unsigned long long lost = 0;
	json_t *json, *mark, *count;

	if (!contains(line, SLICE("\"lost\"")))
		return 0;
	json = load(line);
	mark = json_object_get(json, "CisAuthzRecording");
	count = json_object_get(mark ? mark : json, "lost");
	if (json_integer_value(count) > 0 && !json_object_get(json, "outcome") &&
	    !json_object_get(json, "RequestMethod"))
		lost = (unsigned long long) json_integer_value(count);
	json_decref(json);
	return lost;
}
