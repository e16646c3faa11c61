/*
 * run-cases.c - runs the cases of test/cases and test/examples through the production pipeline.
 *
 * Each case is judged once with all the memory it wants, and compared. Then it is judged again
 * under every ceiling below what it used: when memory runs out the answer may be a denial instead
 * that says so, and nothing else, and the arena must be as good as new after a reset.
 *
 * --quick leaves the ceilings out, and ends with the first case that fails: scripts/mutate asks
 * thousands of times whether any does.
 */
#include <errno.h>
#include <fts.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "authz/decide.h"
#include "authz/reply.h"
#include "authz/way-out.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/place.h"
#include "base/wrap.h"
#include "case-file.h"
#include "log/record.h"
#include "look/look.h"
#include "policy/exception.h"
#include "policy/op.h"
#include "policy/policy-load.h"
#include "policy/policy.h"
#include "policy/rule.h"

enum {
	CEILING = 64 << 20,
	STEP = 64,         /* bytes between two ceilings */
	MOST_STEPS = 4096, /* large bodies are swept in larger steps */
};

/* What a case is judged with. */
struct trial {
	const char *path;
	bool quick;
	const struct case_file *expect;
	const struct policy *policy;
	struct slice call;
	struct decide_env env;
};

static bool fail(const struct trial *t, const char *what)
{
	fprintf(stdout, "%s: %s\n", t->path, what);
	return false;
}

static void write_expected(const struct case_file *c, struct buf *out)
{
	buf_printf(out, "%.*s", SLICE_ARG(c->verdict));
	for (size_t i = 0; i < c->violation_count; i++) {
		const struct case_violation *v = &c->violations[i];

		buf_printf(out, "\n    %.*s %.*s at %.*s: %.*s", SLICE_ARG(v->number),
			   SLICE_ARG(v->rule), SLICE_ARG(v->at), SLICE_ARG(v->says));
	}
	buf_printf(out, "\n    name \"%.*s\"\n    %.*s", SLICE_ARG(c->name), SLICE_ARG(c->way_out));
}

static void write_outcome(const struct decision *d, struct buf *out)
{
	const struct violation *v = d->verdict ? verdict_violations(d->verdict) : NULL;

	buf_printf(out, "%s", outcome_name(d->outcome));
	if (d->error.len)
		buf_printf(out, ", error: %.*s", SLICE_ARG(d->error));
	for (; v; v = v->next) {
		buf_printf(out, "\n    %s %s at ", v->rule->number ? v->rule->number : "",
			   v->rule->id);
		place_write(v->at, out);
		buf_printf(out, ": %.*s", SLICE_ARG(v->text));
		way_out_of(v, d->asker.tongue, out);
		if (v->exception)
			buf_printf(out, " (let through by %.*s)", SLICE_ARG(v->exception->name));
		if (v->near.len > 0)
			buf_printf(out, " (near: %.*s)", SLICE_ARG(v->near));
	}
	buf_printf(out, "\n    name \"%.*s\"\n    ", SLICE_ARG(d->asker.name));
	if (d->verdict)
		way_out_of_all(d, out);
}

static bool differs(const struct trial *t, const struct decision *d, struct arena *a)
{
	struct buf wanted = BUF(a), came = BUF(a);
	struct slice w, c;

	write_expected(t->expect, &wanted);
	write_outcome(d, &came);
	if (buf_done(&wanted, &w) < 0 || buf_done(&came, &c) < 0)
		return fail(t, "out of memory");
	fprintf(stdout, "%s:\n  expected %.*s\n  came %.*s\n", t->path, SLICE_ARG(w), SLICE_ARG(c));
	return false;
}

static bool same_text(struct slice expected, struct slice came)
{
	return !expected.ptr || slice_eq(expected, came);
}

static bool holds(struct slice text, struct slice expected)
{
	return !expected.ptr || memmem(text.ptr, text.len, expected.ptr, expected.len);
}

/* What a person reads of it, but for the rule's name. */
static bool same_violation(const struct case_violation *expected, const struct violation *v,
			   enum tongue tongue, struct arena *a)
{
	struct buf out = BUF(a), way = BUF(a);
	struct slice line, at, out_of_it;

	place_write(v->at, &out);
	way_out_of(v, tongue, &way);
	if (buf_done(&out, &at) < 0 || buf_done(&way, &out_of_it) < 0 ||
	    arena_printf(a, &line, "%.*s %.*s%.*s", SLICE_ARG(at), SLICE_ARG(v->text),
			 SLICE_ARG(out_of_it)) < 0)
		return false;
	return slice_eq(expected->rule, slice_str(v->rule->id)) &&
	       same_text(expected->number, slice_str(v->rule->number)) &&
	       same_text(expected->at, at) &&
	       slice_eq(expected->exception, v->exception ? v->exception->name : SLICE("")) &&
	       holds(v->near, expected->near) && holds(line, expected->says);
}

static bool same_try(const struct case_file *c, const struct decision *d, struct arena *a)
{
	struct buf b = BUF(a);
	struct slice text;

	if (!c->way_out.ptr)
		return true;
	if (d->verdict)
		way_out_of_all(d, &b);
	return buf_done(&b, &text) == 0 && slice_eq(c->way_out, text);
}

static bool as_expected(const struct case_file *c, const struct decision *d, struct arena *a)
{
	const struct violation *v = d->verdict ? verdict_violations(d->verdict) : NULL;

	if (!slice_eq(c->verdict, slice_str(outcome_name(d->outcome))))
		return false;
	if (!d->verdict == !d->error.len)
		return false;
	for (size_t i = 0; i < c->violation_count; i++, v = v->next)
		if (!v || !same_violation(&c->violations[i], v, d->asker.tongue, a))
			return false;
	return !v && same_text(c->name, d->asker.name) && same_try(c, d, a);
}

/* The answer that goes to the daemon says what was decided, in valid JSON, however little memory is
 * left. */
static bool reply_agrees(const struct decision *d, struct arena *a)
{
	struct slice text = reply_write(d, a);
	json_t *reply = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES, NULL);
	bool agrees = json_is_boolean(json_object_get(reply, "Allow")) &&
		      json_is_true(json_object_get(reply, "Allow")) == decision_allows(d);

	json_decref(reply);
	return agrees;
}

/* But for the first line, before which the daemon's own words stand, and for a word that is longer.
 */
static bool line_fits(struct slice line)
{
	return line.len <= WRAP_WIDTH || !slice_find(slice_trim(line), ' ');
}

static bool message_fits(const struct decision *d, struct arena *a)
{
	struct slice text, line;
	bool more = true;

	if (decision_allows(d))
		return true;
	if (reply_message(d, a, &text) < 0)
		return false;
	slice_cut(text, '\n', &line, &text);
	while (more) {
		more = slice_cut(text, '\n', &line, &text);
		if (!line_fits(line))
			return false;
	}
	return true;
}

static bool record_is_one_line(const struct decision *d, struct arena *a)
{
	struct slice text;
	json_t *record;
	bool valid;

	if (record_write(d, a, &text) < 0)
		return false;
	if (memchr(text.ptr, '\n', text.len) != text.ptr + text.len - 1)
		return false;
	record = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES, NULL);
	valid = json_is_object(record);
	json_decref(record);
	return valid;
}

/* NULL where the case says nothing of it. */
static const struct case_pair *fact_of(const struct case_file *c, const struct look *look)
{
	static const char *const kinds[LOOK_KINDS] = {
		[LOOK_IMAGE] = "image",     [LOOK_VOLUME] = "volume",
		[LOOK_NETWORK] = "network", [LOOK_CONTAINER] = "container",
		[LOOK_SERVICE] = "service", [LOOK_INFO] = "info",
	};

	for (size_t i = 0; i < c->facts.count; i++) {
		struct slice kind, name;

		slice_cut(c->facts.items[i].name, ' ', &kind, &name);
		if (slice_eq(kind, slice_str(kinds[look->kind])) && slice_eq(name, look->name))
			return &c->facts.items[i];
	}
	return NULL;
}

static void answer(const struct case_file *c, struct look *look)
{
	const struct case_pair *fact = fact_of(c, look);

	if (!fact || slice_eq(fact->value, SLICE("unseen")))
		look->status = LOOK_UNSEEN;
	else if (slice_eq(fact->value, SLICE("absent")))
		look->status = LOOK_ABSENT;
	else {
		look->status = LOOK_SEEN;
		look->json = fact->value;
	}
}

/* As a worker does, with the case's facts for a daemon. */
static void decide_case(struct trial *t, struct arena *a, struct looks *looks, struct decision *ret)
{
	bool asks = t->expect->facts.count > 0;

	looks->count = 0;
	if (!decide_begin(t->call, t->policy, &t->env, a, asks ? looks : NULL, ret))
		return;
	for (size_t i = 0; i < looks->count; i++)
		answer(t->expect, &looks->items[i]);
	decide_end(looks, ret);
}

/* What a case has facts of is asked for, and nothing else. */
static bool asks_as_expected(const struct case_file *c, const struct looks *looks)
{
	size_t wanted = 0;

	for (size_t i = 0; i < c->facts.count; i++)
		wanted += !slice_eq(c->facts.items[i].value, SLICE("unasked"));
	for (size_t i = 0; i < looks->count; i++) {
		const struct case_pair *fact = fact_of(c, &looks->items[i]);

		if (!fact || slice_eq(fact->value, SLICE("unasked")))
			return false;
	}
	return looks->count == wanted;
}

/* Judges with all the memory that is wanted; tells how much that was. */
static bool judge(struct trial *t, size_t *used)
{
	OWN(arena) a = arena_new(CEILING);
	OWN(arena) notes = arena_new(CEILING);
	struct decision d;
	struct looks looks;

	if (!a || !notes)
		return fail(t, "out of memory");
	decide_case(t, a, &looks, &d);
	*used = arena_used(a);
	if (!as_expected(t->expect, &d, notes))
		return differs(t, &d, notes);
	if (d.intent.subjects & ~op_subjects(d.intent.op))
		return fail(t, "the intent speaks of what its operation never does (op.def)");
	if (!asks_as_expected(t->expect, &looks))
		return fail(t, "asks the daemon for something else than the case has facts of");
	if (!reply_agrees(&d, a))
		return fail(t, "the reply does not say what was decided");
	if (!message_fits(&d, a))
		return fail(t, "the denial is wider than a terminal");
	if (!record_is_one_line(&d, a))
		return fail(t, "the decision record is not one line of JSON");
	return true;
}

/* All of it, or a denial that says what was missing: never an answer with a part left out. */
static bool is_whole(const struct trial *t, const struct decision *d)
{
	OWN(arena) notes = arena_new(CEILING);

	if (d->outcome == OUTCOME_ERROR && !slice_eq(t->expect->verdict, SLICE("error")))
		return !d->verdict && d->error.len > 0;
	return notes && as_expected(t->expect, d, notes);
}

/* Twice, since a worker uses its arena again after a request that was too much for it. */
static bool starve(struct trial *t, size_t ceiling)
{
	OWN(arena) a = arena_new(ceiling);
	struct decision d;
	struct looks looks;

	if (!a)
		return fail(t, "out of memory");
	for (int round = 0; round < 2; round++) {
		decide_case(t, a, &looks, &d);
		if (!is_whole(t, &d))
			return fail(t, "is judged otherwise when memory runs out");
		if (!reply_agrees(&d, a))
			return fail(t, "the reply differs from the decision when memory runs out");
		arena_reset(a);
	}
	return true;
}

static bool sweep(struct trial *t, size_t used)
{
	size_t step = used / MOST_STEPS < STEP ? STEP : used / MOST_STEPS;

	for (size_t ceiling = 0; ceiling < used; ceiling += step)
		if (!starve(t, ceiling))
			return false;
	return true;
}

static int load_policy(const struct case_file *c, const char *path, const struct policy **ret,
		       struct diags *d)
{
	if (!c->policy.ptr)
		return policy_load(NULL, ret, d);
	return policy_parse(c->policy, c->policy_path ? c->policy_path : path, ret, d);
}

static int make_links(const struct case_pairs *links, const char *folder, struct arena *a)
{
	for (size_t i = 0; i < links->count; i++) {
		struct slice link, target;

		if (arena_printf(a, &link, "%s/%.*s", folder, SLICE_ARG(links->items[i].name)) <
			    0 ||
		    arena_copy(a, links->items[i].value, &target) < 0)
			return -ENOMEM;
		if (symlink(target.ptr, link.ptr) < 0)
			return -errno;
	}
	return 0;
}

static void remove_links(const struct case_pairs *links, const char *folder)
{
	char link[PATH_MAX];

	for (size_t i = 0; i < links->count; i++) {
		snprintf(link, sizeof(link), "%s/%.*s", folder, SLICE_ARG(links->items[i].name));
		unlink(link);
	}
}

static bool run_in(struct trial *t, const char *folder, const struct case_file *c, struct arena *a,
		   struct diags *d)
{
	OWN_POLICY policy = NULL;
	const struct own_paths own = {
		.container = c->container,
		.without_selinux = slice_eq(c->selinux, SLICE("absent")),
	};
	size_t used;

	t->expect = c;
	t->env.own = &own;
	if (load_policy(c, t->path, &policy, d) != 0)
		return fail(t, "has a policy that cannot be read");
	t->policy = policy;
	if (make_links(&c->links, folder, a) < 0 || case_file_envelope(c, a, &t->call) < 0)
		return fail(t, "cannot be set up");
	return judge(t, &used) && (t->quick || sweep(t, used));
}

static bool run_case(const char *path, bool quick)
{
	struct trial t = { .path = path, .quick = quick };
	char folder[] = "/tmp/cis-authz-case.XXXXXX";
	OWN(arena) a = arena_new(CEILING);
	OWN(diags) d = diags_new();
	struct case_file c = { 0 };
	bool passed;

	if (!a || !d || !mkdtemp(folder)) {
		perror("run-cases");
		return false;
	}
	passed = case_file_read(path, slice_str(folder), a, &c, d) == 0 &&
		 run_in(&t, folder, &c, a, d);
	if (!passed)
		diags_print(d, stdout);
	remove_links(&c.links, folder);
	rmdir(folder);
	return passed;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

int main(int argc, char **argv)
{
	bool quick = argc > 1 && strcmp(argv[1], "--quick") == 0;
	unsigned passed = 0, failed = 0;
	FTS *tree;

	argv += quick ? 2 : 1;
	if (!*argv) {
		fputs("usage: run-cases [--quick] FILE-OR-FOLDER...\n", stderr);
		return 2;
	}
	tree = fts_open(argv, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	for (FTSENT *entry; tree && !(quick && failed) && (entry = fts_read(tree));) {
		if (entry->fts_info != FTS_F ||
		    !slice_ends(slice_str(entry->fts_name), SLICE(".yaml")))
			continue;
		if (run_case(entry->fts_path, quick))
			passed++;
		else
			failed++;
	}
	if (tree)
		fts_close(tree);
	printf("cases: %u passed, %u failed\n", passed, failed);
	return failed || !passed;
}
