/*
 * run-starved.c - policies that are read while memory is short.
 *
 * Each policy of the cases is read again and again, and each time another one of the allocations
 * that it asks for fails: then there is no policy, and the reason is said. A part that is silently
 * left out would be an exception that is not found, or a scope that lets everything through.
 */
#include <errno.h>
#include <fts.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/slice.h"
#include "case-file.h"
#include "policy/policy-load.h"
#include "policy/policy.h"

enum { TRIAL_MOST = 1 << 20 };

/*
 * The linker leads every call of arena.h here (--wrap): the one that `left` counts down to fails.
 * A small arena is one in which a warning tries something out, and whose end is that of a warning.
 */
static unsigned long left;
static const struct arena *trial;

static bool fails(const struct arena *a)
{
	return a != trial && left > 0 && --left == 0;
}

struct arena *__real_arena_new(size_t ceiling);
struct arena *__wrap_arena_new(size_t ceiling);
struct arena *__wrap_arena_new(size_t ceiling)
{
	struct arena *a = __real_arena_new(ceiling);

	if (ceiling < TRIAL_MOST || a == trial)
		trial = ceiling < TRIAL_MOST ? a : NULL;
	return a;
}

void *__real_arena_alloc(struct arena *a, size_t count, size_t size);
void *__wrap_arena_alloc(struct arena *a, size_t count, size_t size);
void *__wrap_arena_alloc(struct arena *a, size_t count, size_t size)
{
	return fails(a) ? NULL : __real_arena_alloc(a, count, size);
}

void *__real_arena_grow(struct arena *a, void **items, size_t count, size_t size);
void *__wrap_arena_grow(struct arena *a, void **items, size_t count, size_t size);
void *__wrap_arena_grow(struct arena *a, void **items, size_t count, size_t size)
{
	return fails(a) ? NULL : __real_arena_grow(a, items, count, size);
}

int __real_arena_append(struct arena *a, void **items, size_t *count, const void *item,
			size_t size);
int __wrap_arena_append(struct arena *a, void **items, size_t *count, const void *item,
			size_t size);
int __wrap_arena_append(struct arena *a, void **items, size_t *count, const void *item, size_t size)
{
	return fails(a) ? -ENOMEM : __real_arena_append(a, items, count, item, size);
}

char *__real_arena_bytes(struct arena *a, size_t len);
char *__wrap_arena_bytes(struct arena *a, size_t len);
char *__wrap_arena_bytes(struct arena *a, size_t len)
{
	return fails(a) ? NULL : __real_arena_bytes(a, len);
}

int __real_arena_copy(struct arena *a, struct slice s, struct slice *ret);
int __wrap_arena_copy(struct arena *a, struct slice s, struct slice *ret);
int __wrap_arena_copy(struct arena *a, struct slice s, struct slice *ret)
{
	return fails(a) ? -ENOMEM : __real_arena_copy(a, s, ret);
}

int __wrap_arena_printf(struct arena *a, struct slice *ret, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int __wrap_arena_printf(struct arena *a, struct slice *ret, const char *fmt, ...)
{
	va_list args;
	int r;

	if (fails(a))
		return -ENOMEM;
	va_start(args, fmt);
	r = arena_vprintf(a, ret, fmt, args);
	va_end(args);
	return r;
}

struct tally {
	unsigned passed, failed;
};

static int read_policy(const struct case_file *c, const char *path, struct diags *d)
{
	OWN_POLICY policy = NULL;

	return policy_parse(c->policy, path, &policy, d);
}

static int read_starved(const struct case_file *c, const char *path, unsigned long nth, bool *ret)
{
	OWN(diags) d = diags_new();
	int r;

	left = nth;
	r = read_policy(c, path, d);
	*ret = left == 0;
	left = 0;
	return r;
}

static bool starve(const struct case_file *c, const char *path)
{
	bool failed;
	int r;

	for (unsigned long nth = 1;; nth++) {
		r = read_starved(c, path, nth, &failed);
		if (!failed)
			return r == 0;
		if (r != -ENOMEM) {
			printf("%s: without the allocation %lu the policy is read all the same: %d\n",
			       path, nth, r);
			return false;
		}
	}
}

static void run(const char *path, struct tally *t)
{
	OWN(arena) a = arena_new(64 << 20);
	OWN(diags) d = diags_new();
	struct case_file c = { 0 };
	bool passed = a && d && case_file_read(path, SLICE("/tmp"), a, &c, d) == 0;

	if (passed && !c.policy.ptr)
		return;
	passed = passed && starve(&c, path);
	t->passed += passed;
	t->failed += !passed;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

int main(int argc, char **argv)
{
	struct tally t = { 0 };
	FTS *tree;

	if (argc < 2) {
		fputs("usage: run-starved FILE-OR-FOLDER...\n", stderr);
		return 2;
	}
	tree = fts_open(argv + 1, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	for (FTSENT *entry; tree && (entry = fts_read(tree));) {
		if (entry->fts_info == FTS_F &&
		    slice_ends(slice_str(entry->fts_name), SLICE(".yaml")))
			run(entry->fts_path, &t);
	}
	if (tree)
		fts_close(tree);
	printf("starved: %u passed, %u failed\n", t.passed, t.failed);
	return t.failed || !t.passed;
}
