/* leaked-descriptor.c - a working directory under /proc/self/fd is how runc was escaped
 * (CVE-2024-21626). */
#include "base/arena.h"
#include "base/path.h"
#include "policy/rule.h"

static int check_directory(const struct intent *in, const struct field_text *directory,
			   struct verdict *v)
{
	struct slice path;
	int r;

	/* A relative one counts from the container's root, and so does none. */
	r = arena_printf(in->arena, &path, "/%.*s", SLICE_ARG(directory->value));
	if (r == 0)
		r = path_clean(in->arena, path, &path);
	if (r < 0)
		return r;
	if (!path_inside(path, SLICE("/proc")) && !path_inside(path, SLICE("/dev/fd")))
		return 0;
	verdict_object(v, directory->at, directory->value,
		       "is \"%.*s\", where a descriptor of the host may be open.",
		       SLICE_ARG(directory->value));
	verdict_hint(v, "A directory of the image will do.");
	return verdict_drop(v, SETTING_WORKDIR, directory->value);
}

static int check(const struct intent *in, const void *config, struct verdict *v)
{
	int r = check_directory(in, &in->container.working_dir, v);

	(void) config;
	return r ? r : check_directory(in, &in->exec.working_dir, v);
}

const struct rule rule_leaked_descriptor = {
	.id = "leaked-descriptor",
	.title = "Working directories are not open descriptors",
	.why = "A runtime that left a descriptor of a host directory open starts the process in "
	       "that directory: the whole host file system is one .. away.",
	.fields = "WorkingDir of containers, of exec and of images being committed or imported",
	.broken_by = "docker run --workdir /proc/self/fd/8; compose: working_dir: /proc/self/fd/8",
	.comply = "Choose a directory of the image with --workdir; keep runc up to date.",
	.nist = "4.4.1",
	.subjects = SUBJECT_CONTAINER | SUBJECT_EXEC | SUBJECT_IMAGE_CONFIG,
	.check = check,
};
