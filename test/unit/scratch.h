/* scratch.h - a directory of a test's own, entered at its start and removed at its end. */
#pragma once

#include "unit.h"

#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static int scratch_remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void) st, (void) type, (void) ftw;
	return remove(path);
}

/* Gives the directory as the test's state, its name free of links. */
static int scratch_enter(void **state)
{
	char name[] = "/tmp/cis-authz-test-XXXXXX";

	if (!mkdtemp(name) || chdir(name) != 0)
		return -1;
	*state = realpath(name, NULL);
	return *state ? 0 : -1;
}

static int scratch_leave(void **state)
{
	int r = chdir("/") | nftw(*state, scratch_remove_one, 8, FTW_DEPTH | FTW_PHYS);

	free(*state);
	return r;
}
