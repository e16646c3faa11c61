#include "log/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 1024 };

static void log_line(const char *level, const char *fmt, va_list args)
	__attribute__((format(printf, 2, 0)));

/* One write a line, or those of several threads would mix. A longer one is cut. */
static void log_line(const char *level, const char *fmt, va_list args)
{
	char line[LINE_MAX_BYTES];
	size_t len, room;
	int n;

	len = (size_t) snprintf(line, sizeof(line), "cis-authz: %s", level);
	room = sizeof(line) - len;
	n = vsnprintf(line + len, room, fmt, args);
	if (n < 0)
		return;
	len += (size_t) n < room ? (size_t) n : room - 1;
	line[len] = '\n';

	/* There is nobody left to tell about a standard error that cannot be written. */
	if (write(STDERR_FILENO, line, len + 1) < 0)
		return;
}

void log_info(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	log_line("", fmt, args);
	va_end(args);
}

void log_warning(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	log_line("warning: ", fmt, args);
	va_end(args);
}

void log_error(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	log_line("error: ", fmt, args);
	va_end(args);
}
