/* serve-options.h - the command line of serve. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "log/decision-log.h"
#include "serve/metrics-service.h"

struct serve_options {
	const char *policy; /* NULL: the built-in baseline; "-": standard input */
	const char *socket;
	const char *decision_log; /* a file, "-" for standard error, or "syslog" */
	struct decision_log_options log_options;
	const char *record;    /* NULL: nothing is recorded */
	const char *root;      /* NULL: what this process sees is what the daemon sees */
	const char *docker;    /* the daemon's socket; "none": nobody is asked */
	unsigned look_timeout; /* milliseconds */
	unsigned workers;
	size_t max_body; /* bytes of one call */
	bool unconfined; /* no filter of system calls */
	struct metrics_service metrics_service;
};

/* `ret` also gets what is not given. 0; or the exit status, when standard error says what is wrong.
 */
int serve_options_read(int argc, char **argv, struct serve_options *ret);
