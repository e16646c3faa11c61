/*
 * reloading.h - a policy in a scratch directory, and the reload that watches over it.
 *
 * Events are there when the call that makes them returns, and the clock is the test's own: nothing
 * waits. That a change is heard of, and not found by looking again, is seen by how little time
 * passes.
 */
#pragma once

#include "scratch.h"

#include <fcntl.h>
#include <stdbool.h>

#include "base/diag.h"
#include "policy/policy-load.h"
#include "policy/policy-slot.h"
#include "policy/policy.h"
#include "service/reload.h"

enum { SETTLE = 50, SETTLE_MOST = 500, LOOK = 30000, LOOK_UNWATCHED = 2000 };

struct fixture {
	char *dir;
	struct policy_slot *slot;
	struct reload *reload;
	int64_t now;
	int stderr_kept, log;
};

static inline int enter(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	void *dir = NULL;

	if (scratch_enter(&dir) != 0)
		return -1;
	f->dir = dir;
	f->now = 1000;
	f->stderr_kept = dup(STDERR_FILENO);
	f->log = open("/tmp", O_TMPFILE | O_RDWR | O_APPEND | O_CLOEXEC, 0600);
	dup2(f->log, STDERR_FILENO);
	*state = f;
	return 0;
}

static inline int leave(void **state)
{
	struct fixture *f = *state;
	void *dir = f->dir;

	dup2(f->stderr_kept, STDERR_FILENO);
	close(f->stderr_kept);
	close(f->log);
	reload_free(f->reload);
	policy_slot_free(f->slot);
	free(f);
	return scratch_leave(&dir);
}

static inline void write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(close(fd), 0);
}

static inline void write_policy(const char *path, const char *name)
{
	char text[128];

	snprintf(text, sizeof(text), "version: 1\nname: %s\nprofile: none\n", name);
	write_text(path, text);
}

static inline void start(struct fixture *f, const char *file)
{
	OWN(diags) d = diags_new();
	const struct policy *p = NULL;

	assert_int_equal(policy_load(file, &p, d), 0);
	f->slot = policy_slot_new(p);
	f->reload = reload_new(file, f->slot);
	assert_non_null(f->reload);
	assert_int_equal(reload_timeout(f->reload, f->now), file ? 0 : -1);
	reload_turn(f->reload, f->now);
}

static inline struct reload_state state_of(const struct fixture *f)
{
	struct reload_state s;

	reload_state(f->reload, &s);
	return s;
}

/* As the loop would: a turn for what is there to hear, and one when the burst is over. */
static inline void settle(struct fixture *f)
{
	reload_turn(f->reload, f->now);
	f->now += SETTLE;
	reload_turn(f->reload, f->now);
}

/* What was said since the last time. */
static inline bool said(struct fixture *f, const char *words)
{
	static char text[1 << 16];
	ssize_t n = pread(f->log, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	return strstr(text, words) != NULL;
}

static inline void forget_said(struct fixture *f)
{
	assert_int_equal(ftruncate(f->log, 0), 0);
}

static inline bool in_force(const struct fixture *f, const char *name, uint64_t generation)
{
	OWN_POLICY p = policy_slot_get(f->slot);

	return slice_eq(policy_name(p), slice_str(name)) && policy_generation(p) == generation;
}

#define assert_in_force(f, name, generation) assert_true(in_force(f, name, generation))

static inline void rename_over(void)
{
	write_policy("policy.yaml.new", "second");
	assert_int_equal(rename("policy.yaml.new", "policy.yaml"), 0);
}

static inline void open_up(void)
{
	assert_int_equal(chmod("policy.yaml", 0666), 0);
}

static inline void take_away(void)
{
	assert_int_equal(unlink("policy.yaml"), 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)
