/*
 * cis-authz-look - asks the Docker daemon what the names in a request stand for.
 *
 * A program of its own, so that the process that reads callers' bytes can never reach the daemon's
 * socket, and what speaks to the daemon has no policy to change and nobody's call to allow. It
 * takes a kind and a name (target.c), and hands back what the daemon says, unread.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/slice.h"
#include "confine/confine-files.h"
#include "confine/confine.h"
#include "look/wire.h"
#include "looker/fetch.h"

enum { DESCRIPTORS = 64 };

static bool read_secret(char *ret)
{
	bool whole = read(LOOK_SECRET_FD, ret, LOOK_SECRET) == LOOK_SECRET;

	ret[whole ? LOOK_SECRET : 0] = '\0';
	close(LOOK_SECRET_FD);
	return whole;
}

/* Where the kernel has no Landlock the filter of system calls still opens no file. */
static int give_up(struct diags *d)
{
	static const char *const none[] = { NULL };
	const struct confined_files files = { none, none, none };
	const struct confinement c = { .descriptors = DESCRIPTORS, .bare = true };
	int r = confine_rights(&c, d);

	if (r == 0)
		r = confine_files(&files, d);
	if (r == 0 || r == -ENOSYS)
		r = confine_look(d);
	return r;
}

static int run(const struct fetch_config *config, bool unconfined)
{
	OWN(fetcher) fetcher = fetcher_new(config);
	OWN(diags) d = diags_new();
	int r = fetcher && d ? 0 : -ENOMEM;

	if (r == 0 && !unconfined)
		r = give_up(d);
	if (d)
		diags_print(d, stderr);
	return r == 0 ? fetcher_run(fetcher) : r;
}

int main(int argc, char **argv)
{
	bool unconfined = argc == 3 && slice_eq(slice_str(argv[2]), SLICE("unconfined"));
	char secret[LOOK_SECRET + 1];
	struct fetch_config config = { .secret = secret, .socket = LOOK_SOCKET_FD };
	int r;

	if (argc != 2 + unconfined || !read_secret(secret)) {
		fputs("cis-authz-look is started by `cis-authz serve`; it does nothing by itself\n",
		      stderr);
		return 2;
	}
	config.docker = argv[1];
	r = run(&config, unconfined);
	if (r != 0)
		fprintf(stderr, "cis-authz: warning: the helper that asks the daemon ends: %s\n",
			strerror(r < 0 ? -r : EPERM));
	return r == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
