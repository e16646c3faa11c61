/*
 * referee-go.c - do we see in a request what the daemon sees in it?
 *
 * `cases` writes requests, the program of go/ answers each with what Docker's own types and routes
 * make of it, and `judge` makes the same requests again, reads them as the plugin does, and
 * compares. The daemon may refuse what we take; what we take, we must take as the daemon does, or
 * it is a way around the rules. Run by go.sh.
 *
 * Usage: referee-go cases REQUESTS.TSV | referee | referee-go judge REQUESTS.TSV
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "body-kinds.h"
#include "body-maker.h"
#include "docker/call.h"
#include "docker/route.h"
#include "docker/uri.h"
#include "facts.h"
#include "policy/intent.h"
#include "random.h"
#include "recorded.h"
#include "target-maker.h"

enum {
	BODIES = 60000,
	TARGETS = 60000,
	SHOWN = 20,          /* disagreements */
	LEAST_COMPARED = 20, /* percent of the bodies, and of the targets */
	LEAST_ROUTES = 90,   /* percent of our routes; the others are newer than the daemon */
	MEMORY = 16 << 20,
};

struct test_case {
	const struct body_kind *kind; /* NULL: a target */
	struct slice method, text;
};

/* What we make of a case. */
struct our_reading {
	bool refused;
	const struct route *route;
	struct slice facts;
};

struct tally {
	unsigned cases, refused, refused_by_us, refused_by_daemon, agreed;
};

struct judge {
	struct tally bodies, targets;
	unsigned disagreements;
	unsigned *by_kind, *by_route; /* cases that both took alike */
};

static int case_make(size_t number, const struct recorded *recorded, struct arena *a,
		     struct test_case *ret)
{
	struct random random = { .state = number };

	*ret = (struct test_case){ 0 };
	if (number < BODIES)
		return body_make(&random, recorded, a, &ret->kind, &ret->text);
	return target_make(&random, recorded, a, &ret->method, &ret->text);
}

static int cases(const struct recorded *recorded, struct arena *a)
{
	for (size_t i = 0; i < BODIES + TARGETS; i++) {
		struct test_case c;
		int error;

		arena_reset(a);
		error = case_make(i, recorded, a, &c);
		if (error)
			return error;
		if (c.kind)
			printf("body %s %zu\n", c.kind->name, c.text.len);
		else
			printf("target %.*s %zu\n", SLICE_ARG(c.method), c.text.len);
		fwrite(c.text.ptr, 1, c.text.len, stdout);
	}
	return fflush(stdout) == 0 ? 0 : -EIO;
}

static int read_body(const struct test_case *c, struct arena *a, struct our_reading *ret)
{
	struct intent *in = arena_alloc(a, 1, sizeof(*in));
	struct call call = {
		.method = slice_str(c->kind->method),
		.target = c->kind->path,
		.uri = { .path = c->kind->path },
		.body = c->text,
	};
	int error;

	if (!in)
		return -ENOMEM;
	in->arena = a;
	reading_start(&in->reading, a);
	ret->route = route_find(call.method, call.uri.path, &in->object);
	in->op = ret->route->op;
	error = ret->route->read(&call, in);
	if (error < 0)
		return error;
	ret->refused = in->reading.unread.count > 0;
	return ret->refused ? 0 : facts_of_body(in, a, &ret->facts);
}

static int read_target(const struct test_case *c, struct arena *a, struct our_reading *ret)
{
	struct reading reading;
	struct slice object;
	struct uri uri;
	int error;

	reading_start(&reading, a);
	error = uri_read(c->text, a, &uri, &reading);
	if (error < 0)
		return error;
	ret->refused = error != 0;
	if (ret->refused)
		return 0;
	ret->route = route_find(c->method, uri.path, &object);
	/* A rule refuses what is in no row and may change something. */
	ret->refused = ret->route->op == OP_UNKNOWN;
	return facts_of_target(ret->route, object, &uri, a, &ret->facts);
}

/* The daemon serves these to any method, and only in debug mode; they change nothing. */
static bool is_debug(struct slice answer)
{
	return memmem(answer.ptr, answer.len, "route=ANY,/debug/", 17);
}

static bool agrees(const struct our_reading *ours, struct slice answer)
{
	if (is_debug(answer))
		return ours->route->op == OP_DEBUG || ours->route->op == OP_UNKNOWN_READ;
	return slice_eq(ours->facts, answer);
}

static void show(const struct judge *j, const struct test_case *c, const struct our_reading *ours,
		 struct slice answer)
{
	if (j->disagreements > SHOWN)
		return;
	printf("\n%s %.*s\n  daemon: %.*s\n  we:     %.*s\n",
	       c->kind ? c->kind->name : c->method.ptr, SLICE_ARG(c->text), SLICE_ARG(answer),
	       SLICE_ARG(ours->facts));
}

static void count_agreed(struct judge *j, const struct test_case *c, const struct route *route)
{
	for (size_t i = 0; c->kind && i < body_kinds_count(); i++)
		j->by_kind[i] += c->kind == body_kinds_at(i);
	for (size_t i = 0; !c->kind && i < route_count(); i++)
		j->by_route[i] += route == route_at(i);
}

static int judge_case(struct judge *j, const struct test_case *c, struct slice answer,
		      struct arena *a)
{
	struct tally *t = c->kind ? &j->bodies : &j->targets;
	struct our_reading ours = { .facts = SLICE("refused") };
	bool refused = slice_starts(answer, SLICE("refused "));
	int error = c->kind ? read_body(c, a, &ours) : read_target(c, a, &ours);

	if (error)
		return error;
	t->cases++;
	if (ours.refused && refused)
		t->refused++;
	else if (ours.refused)
		t->refused_by_us++;
	else if (refused)
		t->refused_by_daemon++;
	else if (agrees(&ours, answer)) {
		t->agreed++;
		count_agreed(j, c, ours.route);
	} else {
		j->disagreements++;
		show(j, c, &ours, answer);
	}
	return 0;
}

/* -EPIPE when the answers end too early. */
static int judge_all(struct judge *j, const struct recorded *recorded, struct arena *a)
{
	char *line = NULL;
	size_t size = 0;
	int error = 0;

	for (size_t i = 0; !error && i < BODIES + TARGETS; i++) {
		ssize_t len = getline(&line, &size, stdin);
		struct test_case c;

		arena_reset(a);
		if (len <= 0)
			error = -EPIPE;
		else
			error = case_make(i, recorded, a, &c);
		if (!error)
			error = judge_case(j, &c, (struct slice){ line, (size_t) len - 1 }, a);
	}
	free(line);
	return error;
}

static bool enough(const char *what, const struct tally *t)
{
	printf("%s: %u, %u read alike, %u refused by both, %u by us alone, %u by the daemon alone\n",
	       what, t->cases, t->agreed, t->refused, t->refused_by_us, t->refused_by_daemon);
	return (size_t) t->agreed * 100 >= (size_t) t->cases * LEAST_COMPARED;
}

static bool every_kind(const struct judge *j)
{
	bool fine = true;

	for (size_t i = 0; i < body_kinds_count(); i++) {
		if (!body_kinds_at(i)->name || j->by_kind[i] > 0)
			continue;
		printf("no body for %s was read\n", op_name(body_kinds_at(i)->op));
		fine = false;
	}
	return fine;
}

static bool enough_routes(const struct judge *j)
{
	size_t met = 0;

	printf("routes that the daemon does not have:");
	for (size_t i = 0; i < route_count(); i++) {
		met += j->by_route[i] > 0;
		if (j->by_route[i] == 0)
			printf(" %s %s", route_at(i)->method, route_at(i)->pattern);
	}
	printf("\n%zu of %zu routes met\n", met, route_count());
	return met * 100 >= route_count() * LEAST_ROUTES;
}

static int judge(const struct recorded *recorded, struct arena *a)
{
	struct judge j = {
		.by_kind = calloc(body_kinds_count(), sizeof(unsigned)),
		.by_route = calloc(route_count(), sizeof(unsigned)),
	};
	int error = j.by_kind && j.by_route ? judge_all(&j, recorded, a) : -ENOMEM;
	bool fine = !error;

	fine &= enough("bodies", &j.bodies);
	fine &= enough("targets", &j.targets);
	fine &= every_kind(&j);
	fine &= enough_routes(&j);
	printf("%u disagreements\n", j.disagreements);
	fine &= j.disagreements == 0;
	free(j.by_kind);
	free(j.by_route);
	return error ? error : fine ? 0 : -EINVAL;
}

int main(int argc, char **argv)
{
	OWN(arena) a = arena_new(MEMORY);
	struct recorded recorded;
	int error;

	if (argc != 3) {
		fputs("usage: referee-go cases|judge REQUESTS.TSV\n", stderr);
		return 2;
	}
	if (!a || !recorded_load(argv[2], &recorded))
		return 1;
	error = strcmp(argv[1], "cases") == 0 ? cases(&recorded, a) : judge(&recorded, a);
	if (error)
		fprintf(stderr, "referee-go %s: %s\n", argv[1], strerror(-error));
	recorded_unload(&recorded);
	return error != 0;
}
