/*
 * bind-sources.c - nothing of the host may be mounted but what is listed.
 *
 * Where sensitive-mounts lists what is bad, this lists what is good: the caller's own home, the
 * project's folder.
 */
#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/glob.h"
#include "base/host-path.h"
#include "kit/caller.h"
#include "kit/host-paths.h"
#include "policy/rule.h"
#include "when/value.h"

enum { SHOWN = 4 };

struct config {
	struct allowed_paths allow;
	bool owner_check;
};

static const struct param params[] = {
	PARAM_ALLOWED_PATHS(
		struct config, allow,
		"host paths that may be mounted, with all below them: a path, or {path, "
		"read_only: true}; globs, with {user} for the caller's name; with none "
		"of them no host path may be"),
	PARAM_BOOL(struct config, owner_check,
		   "deny a path that others than root can lead elsewhere between this check and "
		   "the mount, such as a folder in a home that its owner can swap for a link"),
	{ 0 },
};

static const struct config defaults = { 0 };

/* An entry names the directory and all below it: some beginning of the path is what it matches. */
static bool lies_below(struct slice path, struct slice glob)
{
	if (slice_eq(glob, SLICE("/")) || glob_match(glob, path))
		return true;
	for (size_t i = 1; i < path.len; i++) {
		if (path.ptr[i] == '/' && glob_match(glob, (struct slice){ path.ptr, i }))
			return true;
	}
	return false;
}

enum access { NOT_LISTED, LISTED_READ_ONLY, LISTED };

static enum access find(const struct config *c, struct slice user, struct slice path)
{
	enum access best = NOT_LISTED;

	for (size_t i = 0; i < c->allow.count; i++) {
		const struct allowed_path *item = &c->allow.items[i];
		struct user_glob room;
		struct slice glob;

		if (!caller_glob(item->path, user, &room, &glob) || !lies_below(path, glob))
			continue;
		if (!item->read_only)
			return LISTED;
		best = LISTED_READ_ONLY;
	}
	return best;
}

/* "/home/kim and /srv/data (read-only)", those that mean something for this caller */
static struct slice list_words(const struct config *c, struct slice user, struct arena *a)
{
	struct buf b = BUF(a);
	struct slice words = SLICE("");
	size_t shown = 0;

	for (size_t i = 0; i < c->allow.count; i++) {
		const struct allowed_path *item = &c->allow.items[i];
		struct user_glob room;
		struct slice glob;

		if (!caller_glob(item->path, user, &room, &glob) || shown > SHOWN)
			continue;
		if (shown++ == SHOWN)
			buf_add(&b, SLICE(" and others"));
		else
			buf_printf(&b, "%s%.*s%s", shown > 1 ? ", " : "", SLICE_ARG(glob),
				   item->read_only ? " (read-only)" : "");
	}
	buf_done(&b, &words);
	return words;
}

static int object(const struct mount *m, const struct config *c, const struct intent *in,
		  struct verdict *v)
{
	bool links = !m->unresolved && !slice_eq(m->clean, m->resolved);
	struct slice list = list_words(c, in->caller.user, in->arena);

	if (list.len > 0)
		verdict_object(v, m->at, m->clean,
			       "mounts %.*s of the host%s%.*s; what may be mounted is %.*s, and "
			       "what lies below, or a named volume.",
			       SLICE_ARG(m->clean), links ? ", which leads to " : "",
			       SLICE_ARG(links ? m->resolved : SLICE("")), SLICE_ARG(list));
	else
		verdict_object(v, m->at, m->clean,
			       "mounts %.*s of the host, of which nothing may be mounted%s, but a "
			       "named volume may.",
			       SLICE_ARG(m->clean),
			       c->allow.count > 0 ? " by a caller of this name" : "");
	mount_leads(m, v);
	verdict_opens(v, allow);
	return mount_settle(in, m, false, v);
}

static int object_to_writing(const struct intent *in, const struct mount *m, struct verdict *v)
{
	verdict_object(v, m->at, m->clean,
		       "mounts %.*s of the host writable, and it may be mounted read-only alone.",
		       SLICE_ARG(m->clean));
	mount_leads(m, v);
	verdict_opens(v, allow);
	return mount_settle(in, m, !m->by_volume, v);
}

static int object_to_unknown(const struct intent *in, const struct mount *m, int error,
			     struct verdict *v)
{
	verdict_object(v, m->at, m->clean,
		       "mounts %.*s, and where that leads could not be found out (%s).",
		       SLICE_ARG(m->clean), host_path_why(error));
	verdict_hint(v, "Its real path may do.");
	mount_leads(m, v);
	return mount_settle(in, m, false, v);
}

static int check_owners(const struct mount *m, const struct intent *in, struct verdict *v)
{
	struct slice part;
	int error = host_path_replaceable(in, m->clean, &part);

	if (error == -ENOMEM)
		return error;
	if (error)
		return object_to_unknown(in, m, error, v);
	if (part.len == 0)
		return 0;
	verdict_object(v, m->at, m->clean,
		       "mounts %.*s, and others than root can put a link in the place of %.*s "
		       "before it is mounted.",
		       SLICE_ARG(m->clean), SLICE_ARG(part));
	verdict_hint(v, "The folder above it may do.");
	mount_leads(m, v);
	verdict_opens(v, owner_check);
	return mount_settle(in, m, false, v);
}

static int check_mount(const struct mount *m, const struct config *c, const struct intent *in,
		       struct verdict *v)
{
	enum access said, leads;

	if (m->kind != MOUNT_HOST_PATH)
		return 0;
	said = find(c, in->caller.user, m->clean);
	if (said == NOT_LISTED)
		return object(m, c, in, v);
	if (m->unresolved)
		return object_to_unknown(in, m, m->unresolved, v);
	leads = find(c, in->caller.user, m->resolved);
	if (leads == NOT_LISTED)
		return object(m, c, in, v);
	if (!m->read_only && (said == LISTED_READ_ONLY || leads == LISTED_READ_ONLY))
		return object_to_writing(in, m, v);
	return c->owner_check ? check_owners(m, in, v) : 0;
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	for (size_t i = 0; i < in->mounts.count; i++) {
		int r = check_mount(&in->mounts.items[i], config, in, v);

		if (r)
			return r;
	}
	return 0;
}

const struct rule rule_bind_sources = {
	.id = "bind-sources",
	.title = "Only listed host directories are mounted",
	.why = "A list of what is bad leaves out the next directory that somebody makes; whoever "
	       "needs one folder of the host should get that and no other.",
	.fields = "HostConfig.Binds, HostConfig.Mounts, volumes with a host device",
	.broken_by = "docker run -v /data:/x where the policy lists /home/{user} alone; compose: "
		     "volumes: [/data:/x]",
	.comply = "Mount a directory that the policy lists, or a named volume. What is needed goes "
		  "under this rule's `allow`.",
	.example_value = "/srv/data",
	.value = value_path,
	.nist = "4.5.5",
	.subjects = SUBJECT_MOUNTS,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.check = check,
};
