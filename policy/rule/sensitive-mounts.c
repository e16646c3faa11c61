/* sensitive-mounts.c - no way of mounting may bring a directory that the host depends on into a
 * container. */
#include <errno.h>

#include "base/array.h"
#include "base/glob.h"
#include "base/host-path.h"
#include "kit/caller.h"
#include "kit/host-paths.h"
#include "policy/rule.h"
#include "when/value.h"

struct config {
	struct words paths, add, alone, globs;
	struct allowed_paths allow;
	bool resolve_symlinks, owner_check;
};

static const struct param params[] = {
	PARAM_PATHS(struct config, paths,
		    "host paths that no mount may bring in, nor anything below or above them; "
		    "\"/\" means the root directory itself"),
	PARAM_PATHS(struct config, add, "more of them, on top of `paths`"),
	PARAM_PATHS(
		struct config, alone,
		"host paths that no mount may bring in as a whole, nor what holds them; what is "
		"below them may be mounted"),
	PARAM_WORDS(struct config, globs, host_path_glob,
		    "host paths as globs, of which neither they nor anything below may be mounted; "
		    "what holds them may be; each `*` stands within one name",
		    .pattern = HOST_PATH_GLOB_PATTERN),
	PARAM_ALLOWED_PATHS(
		struct config, allow,
		"mounts that are fine all the same: a path, or {path, read_only: true}; "
		"globs, with {user} for the caller's name"),
	PARAM_BOOL(struct config, resolve_symlinks,
		   "also look at where symbolic links in the path lead"),
	PARAM_BOOL(struct config, owner_check,
		   "deny a path of which any component is not root's or can be written by others, "
		   "since they could lead it elsewhere before the mount"),
	{ 0 },
};

/* The benchmark's own list (5.5). */
static const struct slice benchmark_paths[] = {
	SLICE_INIT("/"),    SLICE_INIT("/boot"), SLICE_INIT("/dev"), SLICE_INIT("/etc"),
	SLICE_INIT("/lib"), SLICE_INIT("/proc"), SLICE_INIT("/sys"), SLICE_INIT("/usr"),
};

static const struct config defaults = {
	.paths = { benchmark_paths, COUNT_OF(benchmark_paths) },
	.resolve_symlinks = true,
};

static bool allows(const struct allowed_paths *allow, struct slice user, struct slice path,
		   bool read_only)
{
	for (size_t i = 0; i < allow->count; i++) {
		struct user_glob room;
		struct slice glob;

		if (caller_glob(allow->items[i].path, user, &room, &glob) &&
		    glob_match(glob, path) && (read_only || !allow->items[i].read_only))
			return true;
	}
	return false;
}

/* Text does not tell where a ".." behind a link ends. */
static bool follows(const struct config *c, const struct mount *m)
{
	return c->resolve_symlinks || mount_goes_up(m);
}

/* A link may be named in the policy as allowed, but where it leads must be allowed too. */
static bool allowed(const struct config *c, const struct mount *m, struct slice user,
		    bool read_only)
{
	if (!allows(&c->allow, user, m->clean, read_only))
		return false;
	if (m->unresolved)
		return false;
	return !follows(c, m) || slice_eq(m->clean, m->resolved) ||
	       allows(&c->allow, user, m->resolved, read_only);
}

static struct host_path_match find(const struct config *c, const struct mount *m)
{
	struct host_path_match found = host_paths_match(&c->paths, m, follows(c, m));

	if (found.relation == HOST_PATH_APART)
		found = host_paths_match(&c->add, m, follows(c, m));
	if (found.relation == HOST_PATH_APART)
		found = host_paths_match_as(&c->alone, HOST_PATH_ALONE, m, follows(c, m));
	if (found.relation == HOST_PATH_APART)
		found = host_paths_match_as(&c->globs, HOST_PATH_GLOB, m, follows(c, m));
	return found;
}

static struct slice relation_words(enum host_path_relation relation)
{
	switch (relation) {
	case HOST_PATH_BELOW:
		return SLICE(", inside ");
	case HOST_PATH_HOLDS:
		return SLICE(", which holds ");
	case HOST_PATH_IS:
	case HOST_PATH_APART:
		break;
	}
	return SLICE("");
}

static int object(struct verdict *v, const struct intent *in, const struct mount *m,
		  const struct host_path_match *found, bool read_only_helps)
{
	struct slice leads = found->by_link ? SLICE(", which leads to ") : SLICE("");
	struct slice target = found->by_link ? found->path : SLICE("");
	struct slice relation = relation_words(found->relation);
	struct slice listed = relation.len > 0 ? found->listed : SLICE("");
	struct slice relabels =
		m->relabels ? SLICE(", and takes it from the host's own programs by :z or :Z")
			    : SLICE("");

	verdict_object(v, m->at, m->clean, "mounts %.*s of the host%.*s%.*s%.*s%.*s%.*s.",
		       SLICE_ARG(m->way), SLICE_ARG(leads), SLICE_ARG(target), SLICE_ARG(relation),
		       SLICE_ARG(listed), SLICE_ARG(relabels));
	verdict_hint(v, read_only_helps
				? "Read-only it may be mounted."
				: "A directory made for this data will do, or a named volume.");
	mount_leads(m, v);
	verdict_opens(v, allow);
	return mount_settle(in, m, read_only_helps, v);
}

static int object_to_unresolved(struct verdict *v, const struct intent *in, const struct mount *m,
				int error)
{
	verdict_object(v, m->at, m->clean,
		       "mounts %.*s, and where that leads could not be found out (%s). Its "
		       "real path may do.",
		       SLICE_ARG(m->way), host_path_why(error));
	mount_leads(m, v);
	return mount_settle(in, m, false, v);
}

static int check_owners(const struct mount *m, const struct intent *in, struct verdict *v)
{
	struct slice exposed;
	int error = host_path_exposed(in->arena, m->way, in->steps, &exposed);

	if (error == -ENOMEM)
		return error;
	if (error)
		return object_to_unresolved(v, in, m, error);
	if (exposed.len == 0)
		return 0;
	verdict_object(
		v, m->at, m->clean,
		"mounts %.*s, and %.*s is not root's alone, so the path may lead elsewhere by "
		"the time it is mounted. Have root own every part of it, writable by nobody else.",
		SLICE_ARG(m->way), SLICE_ARG(exposed));
	mount_leads(m, v);
	verdict_opens(v, owner_check);
	return mount_settle(in, m, false, v);
}

static int check_mount(const struct mount *m, const struct config *c, const struct intent *in,
		       struct verdict *v)
{
	struct host_path_match found;

	if (m->kind != MOUNT_HOST_PATH)
		return 0;
	if (!allowed(c, m, in->caller.user, mount_only_reads(m))) {
		found = find(c, m);
		if (found.relation != HOST_PATH_APART)
			return object(v, in, m, &found,
				      !m->by_volume && allowed(c, m, in->caller.user, true));
		if (follows(c, m) && m->unresolved)
			return object_to_unresolved(v, in, m, m->unresolved);
	}
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

static const char *conflict(const void *config)
{
	const struct config *c = config;

	if (c->paths.count == 0 && c->add.count == 0 && c->alone.count == 0 &&
	    c->globs.count == 0 && !c->owner_check)
		return "refuse nothing, as `paths`, `add`, `alone` and `globs` are empty; list directories, or switch the rule off";
	return NULL;
}

const struct rule rule_sensitive_mounts = {
	.id = "sensitive-mounts",
	.number = "5.5",
	.number_1_6 = "5.6",
	.level = 1,
	.scored = true,
	.benchmark_title = "Do not mount sensitive host system directories on containers",
	.title = "Sensitive host directories are not mounted",
	.why = "Whoever writes to /etc, /usr, /boot or a device owns the host at its next login "
	       "or boot; whoever reads them has its keys and password hashes.",
	.fields = "HostConfig.Binds, HostConfig.Mounts, volumes with a host device",
	.broken_by = "docker run -v /etc:/x, --mount type=bind,source=/etc,target=/x; compose: "
		     "volumes: [/etc:/x]",
	.comply = "Remove the -v, --mount or volume option; mount a directory made for this data, "
		  "or a named volume. A path that is needed goes under this rule's `allow`, "
		  "read-only where that will do.",
	.example_value = "/proc",
	.value = value_path,
	.nist = "4.5.5",
	.subjects = SUBJECT_MOUNTS,
	.params = params,
	.size = sizeof(struct config),
	.defaults = &defaults,
	.conflict = conflict,
	.check = check,
};
