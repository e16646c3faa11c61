/*
 * confine-files.c - Landlock(7): the kernel refuses to open what no rule of ours names.
 *
 * Linux has it from 5.13 on. It judges open(2) and what makes or removes names, and neither stat,
 * readlink nor O_PATH: following the links of a mounted path works as before.
 */
#include "confine/confine-files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/array.h"
#include "base/diag.h"
#include "base/slice.h"
#include "confine/confine.h"

enum {
	TO_READ = LANDLOCK_ACCESS_FS_READ_FILE,
	TO_WRITE = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE,
	TO_MAKE = TO_WRITE | LANDLOCK_ACCESS_FS_MAKE_REG,
	TO_REMOVE = LANDLOCK_ACCESS_FS_REMOVE_FILE,
};

static int complain(struct diags *d, const char *path, int error)
{
	return diag_add(d, (struct mark){ .file = "confinement" },
			"cannot keep %s open to the service: %s. To serve without the filters, add "
			"--unconfined",
			path, strerror(error));
}

/* Every right that this kernel can take away. */
static uint64_t all_rights(int version)
{
	static const unsigned known[] = { 0, 13, 14, 15, 15, 16 };
	size_t last = COUNT_OF(known) - 1;
	unsigned count = known[(size_t) version < last ? (size_t) version : last];

	return (UINT64_C(1) << count) - 1;
}

static int grant(int ruleset, const char *path, uint64_t rights, struct diags *d)
{
	struct landlock_path_beneath_attr below = { .allowed_access = rights };
	int error = 0;

	below.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (below.parent_fd < 0)
		return errno == ENOENT ? 0 : complain(d, path, errno);
	if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &below, 0) < 0)
		error = complain(d, path, errno);
	close(below.parent_fd);
	return error;
}

/* False where all files would be in it. */
static bool folder_of(const char *path, char *ret)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return snprintf(ret, PATH_MAX, ".") > 0;
	return slash > path &&
	       snprintf(ret, PATH_MAX, "%.*s", (int) (slash - path), path) < PATH_MAX;
}

static int grant_folder(int ruleset, const char *path, uint64_t rights, struct diags *d)
{
	char folder[PATH_MAX];

	if (folder_of(path, folder))
		return grant(ruleset, folder, rights, d);
	return grant(ruleset, path, rights & TO_WRITE, d);
}

static int grant_reading(int ruleset, const char *path, struct diags *d)
{
	char real[PATH_MAX];
	int r = grant_folder(ruleset, path, TO_READ, d);

	return r == 0 && realpath(path, real) ? grant_folder(ruleset, real, TO_READ, d) : r;
}

static int grant_writing(int ruleset, const char *path, struct diags *d)
{
	struct stat st;

	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return grant(ruleset, path, TO_WRITE, d);
	return grant_folder(ruleset, path, TO_MAKE, d);
}

static int grant_removing(int ruleset, const char *path, struct diags *d)
{
	char folder[PATH_MAX];

	return folder_of(path, folder) ? grant(ruleset, folder, TO_REMOVE, d) : 0;
}

static int grant_each(int ruleset, const char *const *paths,
		      int (*grant_one)(int ruleset, const char *path, struct diags *d),
		      struct diags *d)
{
	int r = 0;

	for (; r == 0 && *paths; paths++) {
		if (**paths && !slice_eq(slice_str(*paths), SLICE("-")))
			r = grant_one(ruleset, *paths, d);
	}
	return r;
}

static int restrict_to(int ruleset, const struct confined_files *files, struct diags *d)
{
	int r = grant_each(ruleset, files->read, grant_reading, d);

	if (r == 0 && SANITIZED)
		r = grant(ruleset, "/proc", TO_READ | LANDLOCK_ACCESS_FS_READ_DIR, d);
	if (r == 0)
		r = grant_each(ruleset, files->written, grant_writing, d);
	if (r == 0)
		r = grant_each(ruleset, files->removed, grant_removing, d);
	if (r == 0 && syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
		r = diag_add(d, (struct mark){ .file = "confinement" },
			     "cannot give up the files: %s. To serve without the filters, add "
			     "--unconfined",
			     strerror(errno));
	return r;
}

int confine_files(const struct confined_files *files, struct diags *d)
{
	long version =
		syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	struct landlock_ruleset_attr handled = { 0 };
	int ruleset, r;

	if (version <= 0)
		return -ENOSYS;
	handled.handled_access_fs = all_rights((int) version);
	ruleset = (int) syscall(SYS_landlock_create_ruleset, &handled,
				sizeof(handled.handled_access_fs), 0);
	if (ruleset < 0)
		return -ENOSYS;
	r = restrict_to(ruleset, files, d);
	close(ruleset);
	return r;
}
