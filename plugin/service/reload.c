/*
 * reload.c - the next policy is built beside the one in force, and takes its place when it is good.
 *
 * A file that is bad, half written, missing, or that others could have written changes nothing but
 * the log: every complaint is there, and which policy stays in force. When the file is good again,
 * it is taken without anybody asking.
 *
 * Changes come in bursts: an editor truncates, writes, renames, sets a mode. The file is read when
 * it has been quiet for SETTLE, or after SETTLE_MOST in any case. Watches are set before the file
 * is read, so that a change made while it is read leads to another reading: no change is lost, and
 * one that is read twice has the digest of the policy in force and is not published again.
 *
 * All files that count are watched: the policy, the profile it names by path, and whatever the
 * complaints are about, which may be a profile that only the bad policy names.
 */
#include "service/reload.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "log/log.h"
#include "policy/policy-load.h"
#include "policy/policy-slot.h"
#include "policy/policy.h"
#include "service/file-watch.h"

enum {
	SETTLE = 50, /* all in milliseconds */
	SETTLE_MOST = 500,
	LOOK = 30 * 1000,
	LOOK_FAILED = 5 * 1000,
	LOOK_UNWATCHED = 2 * 1000,
	NEVER = -1,

	FILES_MOST = 8,
	FILES_MEMORY = 64 * 1024,
};

/* Why the file is read decides how much is said of what came of it. */
enum cause {
	ASKED,   /* a person waits for an answer */
	CHANGED, /* somebody worked on it */
	LOOKED,  /* nobody did anything: news only */
};

struct files {
	struct arena *arena;
	const char *paths[FILES_MOST];
	size_t count;
};

struct reload {
	const char *file; /* NULL: there is none to read */
	bool from_stdin;
	struct policy_slot *slot;
	struct file_watch *watch;
	struct files files;
	int64_t quiet_at, latest_at; /* of a burst: when it is over, when it must be; or NEVER */
	enum cause cause;            /* of the burst */
	int64_t look_at;
	bool told_unwatched;
	char *complaints; /* what was last said about a bad file */
	pthread_mutex_t lock;
	struct reload_state state; /* under the lock */
};

void reload_free(struct reload *r)
{
	if (!r)
		return;
	file_watch_free(r->watch);
	arena_free(r->files.arena);
	free(r->complaints);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

void reload_state(struct reload *r, struct reload_state *ret)
{
	pthread_mutex_lock(&r->lock);
	*ret = r->state;
	pthread_mutex_unlock(&r->lock);
}

int reload_fd(const struct reload *r)
{
	return file_watch_fd(r->watch);
}

static int64_t settled_at(const struct reload *r)
{
	return r->quiet_at < r->latest_at ? r->quiet_at : r->latest_at;
}

int reload_timeout(const struct reload *r, int64_t now)
{
	int64_t at = r->look_at;

	if (!r->file)
		return -1;
	if (r->quiet_at != NEVER && settled_at(r) < at)
		at = settled_at(r);
	return at > now ? (int) (at - now) : 0;
}

static void changed(struct reload *r, enum cause cause, int64_t now)
{
	if (r->quiet_at == NEVER) {
		r->latest_at = now + SETTLE_MOST;
		r->cause = cause;
	}
	if (cause == CHANGED)
		r->cause = CHANGED;
	r->quiet_at = now + SETTLE;
}

/* True when something is not as it was when they were last placed. */
static bool place_watches(struct reload *r)
{
	bool differs = file_watch_place(r->watch, r->files.paths, r->files.count);
	int lacks = file_watch_lacks(r->watch);

	if (lacks && !r->told_unwatched)
		log_error("changes of the policy %s cannot be watched for: %s; it is looked at "
			  "every %d s instead. Where a limit is reached, raise "
			  "fs.inotify.max_user_watches or fs.inotify.max_user_instances",
			  r->file, strerror(-lacks), LOOK_UNWATCHED / 1000);
	if (!lacks && r->told_unwatched)
		log_info("changes of the policy %s are watched for again", r->file);
	r->told_unwatched = lacks != 0;
	return differs;
}

static void add_file(struct files *f, const char *path)
{
	struct slice copy;

	for (size_t i = 0; i < f->count; i++) {
		if (slice_eq(slice_str(f->paths[i]), slice_str(path)))
			return;
	}
	/* A few are enough: each that is made good leads on to the next. */
	if (f->count < FILES_MOST && arena_copy(f->arena, slice_str(path), &copy) == 0)
		f->paths[f->count++] = copy.ptr;
}

static bool same_files(const struct files *a, const struct files *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		if (!slice_eq(slice_str(a->paths[i]), slice_str(b->paths[i])))
			return false;
	}
	return true;
}

/* The files that count from now on; true when they are others than before. `d` may be NULL. */
static bool choose_files(struct reload *r, const struct policy *in_force, const struct diags *d)
{
	struct files next = { .arena = arena_new(FILES_MEMORY) };
	struct slice profile = policy_profile_path(in_force);
	bool others;

	if (!next.arena)
		return false;
	add_file(&next, r->file);
	if (profile.len > 0)
		add_file(&next, profile.ptr);
	for (size_t i = 0; d && i < diags_count(d); i++) {
		if (diags_at(d, i)->mark.file)
			add_file(&next, diags_at(d, i)->mark.file);
	}
	others = !same_files(&r->files, &next);
	arena_free(r->files.arena);
	r->files = next;
	return others;
}

struct reload *reload_new(const char *file, struct policy_slot *slot)
{
	OWN(reload) r = calloc(1, sizeof(*r));
	OWN_POLICY in_force = policy_slot_get(slot);

	if (!r)
		return NULL;
	pthread_mutex_init(&r->lock, NULL);
	r->from_stdin = file && slice_eq(slice_str(file), SLICE("-"));
	r->file = r->from_stdin ? NULL : file;
	r->slot = slot;
	r->quiet_at = r->latest_at = NEVER;
	r->watch = file_watch_new();
	if (!r->watch || (r->file && !choose_files(r, in_force, NULL)))
		return NULL;
	return TAKE(r);
}

/* What is to be said at once, since other threads write to standard error too. NULL when out of
 * memory. */
static char *write_complaints(const struct diags *d)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return NULL;
	diags_print(d, out);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

static void say(const char *text)
{
	if (text)
		fputs(text, stderr);
}

static void note_success(struct reload *r)
{
	pthread_mutex_lock(&r->lock);
	r->state.failed = false;
	pthread_mutex_unlock(&r->lock);
	free(r->complaints);
	r->complaints = NULL;
}

static void note_failure(struct reload *r, bool counts)
{
	pthread_mutex_lock(&r->lock);
	r->state.failed = true;
	r->state.errors += counts;
	pthread_mutex_unlock(&r->lock);
}

/* Takes over `text`. */
static void fail(struct reload *r, enum cause cause, int error, char *text,
		 const struct policy *in_force)
{
	const char *why = error < 0 ? strerror(-error) : text ? text : "";
	bool news = !r->complaints || !slice_eq(slice_str(r->complaints), slice_str(why));
	bool loud = cause != LOOKED || news;

	note_failure(r, loud);
	if (loud) {
		say(text);
		log_error("the policy file %s is not taken%s%s; policy %.*s (sha256 %s, generation "
			  "%" PRIu64 ") stays in force until the file is good",
			  r->file, error < 0 ? ": " : "", error < 0 ? why : "",
			  SLICE_ARG(policy_name(in_force)), policy_digest(in_force),
			  policy_generation(in_force));
	}
	free(r->complaints);
	r->complaints = error < 0 ? strdup(why) : text;
	if (error < 0)
		free(text);
}

static void say_in_force(const struct policy *p, const char *how)
{
	log_info("policy %.*s (sha256 %s, generation %" PRIu64 ") %s", SLICE_ARG(policy_name(p)),
		 policy_digest(p), policy_generation(p), how);
}

static bool same_text(const struct policy *a, const struct policy *b)
{
	return slice_eq(slice_str(policy_digest(a)), slice_str(policy_digest(b)));
}

/* Takes over `next`. Returns what is in force now, the caller's reference. */
static const struct policy *succeed(struct reload *r, enum cause cause, const struct policy *next,
				    const struct diags *d)
{
	OWN_POLICY in_force = policy_slot_get(r->slot);
	OWN_POLICY owner = next;
	bool failed = r->state.failed;
	char *warnings;

	note_success(r);
	if (same_text(next, in_force)) {
		if (failed || cause == ASKED)
			say_in_force(in_force, failed ? "stays in force; its file is good again"
						      : "stays in force; its file is unchanged");
		return TAKE(in_force);
	}
	warnings = write_complaints(d);
	say(warnings);
	free(warnings);
	policy_slot_publish(r->slot, policy_ref(next));
	say_in_force(next, "is in force");
	return TAKE(owner);
}

/*
 * An empty file is a policy too, the baseline; but one that appears while we run is rather a file
 * that somebody is about to write, and what it would loosen meanwhile is not ours to guess.
 */
static int refuse_empty(const struct reload *r, const struct policy *next, struct diags *d)
{
	OWN_POLICY in_force = policy_slot_get(r->slot);
	OWN_POLICY empty = NULL;
	int error = policy_load(NULL, &empty, d);

	if (error || same_text(next, in_force) || !same_text(next, empty))
		return error;
	return diag_add(d, (struct mark){ .file = r->file },
			"the file is empty, as one that is still being written; to put the "
			"built-in baseline in force, write `version: 1` into it");
}

/* Returns what is in force now, the caller's reference. */
static const struct policy *read_policy(struct reload *r, enum cause cause, struct diags *d)
{
	OWN_POLICY next = NULL;
	int error = d ? policy_load(r->file, &next, d) : -ENOMEM;
	const struct policy *in_force;

	if (error == 0)
		error = refuse_empty(r, next, d);
	if (error == 0)
		return succeed(r, cause, TAKE(next), d);
	in_force = policy_slot_get(r->slot);
	fail(r, cause, error, d ? write_complaints(d) : NULL, in_force);
	return in_force;
}

/* What a failed attempt lacked, descriptors say, may be back soon and tells nobody. */
static int until_look(const struct reload *r)
{
	if (r->told_unwatched)
		return LOOK_UNWATCHED;
	return r->state.failed ? LOOK_FAILED : LOOK;
}

static void attempt(struct reload *r, enum cause cause, int64_t now)
{
	OWN(diags) d = diags_new();
	OWN_POLICY in_force = NULL;

	r->quiet_at = r->latest_at = NEVER;
	place_watches(r);
	in_force = read_policy(r, cause, d);
	/* A file that was not watched while it was read may have changed meanwhile. */
	if (choose_files(r, in_force, d)) {
		place_watches(r);
		changed(r, LOOKED, now);
	}
	r->look_at = now + until_look(r);
}

/* A failed attempt is repeated, as the reason need not be in the files: memory, descriptors. */
static void look(struct reload *r, int64_t now)
{
	if (place_watches(r))
		changed(r, CHANGED, now);
	else if (r->state.failed)
		attempt(r, LOOKED, now);
	r->look_at = now + until_look(r);
}

void reload_turn(struct reload *r, int64_t now)
{
	if (!r->file)
		return;
	if (r->look_at == 0)
		attempt(r, LOOKED, now);
	if (file_watch_heard(r->watch))
		changed(r, CHANGED, now);
	if (r->quiet_at != NEVER && now >= settled_at(r))
		attempt(r, r->cause, now);
	else if (now >= r->look_at)
		look(r, now);
}

void reload_ask(struct reload *r, int64_t now)
{
	if (r->file)
		attempt(r, ASKED, now);
	else if (r->from_stdin)
		log_warning("the policy came from standard input and cannot be read again; start "
			    "with --policy FILE to change it while the service runs");
	else
		log_info("the policy in force is the built-in baseline, and no file is there to be "
			 "read; start with --policy FILE to change it while the service runs");
}
