#include "policy/command.h"

#include <stdbool.h>

#include "base/array.h"

bool command_begins_behind(char c)
{
	return slice_find(SLICE(";&|(){}`\n"), c);
}

struct slice command_first_word(struct slice text)
{
	size_t len = 0;

	while (len < text.len && !command_begins_behind(text.ptr[len]) &&
	       !slice_find(SLICE(" \t\r'\"$\\,"), text.ptr[len]))
		len++;
	return (struct slice){ text.ptr, len };
}

struct slice command_base(struct slice word)
{
	for (size_t i = word.len; i > 0; i--) {
		if (word.ptr[i - 1] == '/')
			return slice_from(word, i);
	}
	return word;
}

/* What starts another program, given behind it: the next words may be that program. */
static const char *const launchers[] = {
	"sh",        "bash",    "ash",       "dash",    "zsh",       "ksh",
	"busybox",   "env",     "nohup",     "setsid",  "exec",      "command",
	"which",     "builtin", "eval",      "time",    "nice",      "ionice",
	"sudo",      "stdbuf",  "timeout",   "setpriv", "unshare",   "strace",
	"xargs",     "tini",    "dumb-init", "init",    "catatonit", "docker-init",
	"daemonize", "CMD",     "CMD-SHELL", "if",      "then",      "else",
	"elif",      "do",      "while",     "until",   "!",         "start-stop-daemon",
};

/* These take one word more first: a user, a root directory, a lock. */
static const char *const launchers_for[] = {
	"su", "gosu", "su-exec", "runuser", "chroot", "chpst", "s6-setuidgid", "setuser", "flock",
};

static const char *const managers[] = { "service", "rc-service", "invoke-rc.d", "systemctl" };

static bool is_one_of(struct slice word, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (slice_eq(word, slice_str(list[i])))
			return true;
	}
	return false;
}

#define IS_ONE_OF(word, list) is_one_of(word, list, COUNT_OF(list))

static const char *const verbs[] = { "start", "restart", "enable" };

bool command_launches(struct slice word)
{
	/* A script in front of a command is mostly an entry point, which execs it. */
	return IS_ONE_OF(word, launchers) || slice_ends(word, SLICE(".sh")) ||
	       slice_ends(word, SLICE("entrypoint"));
}

bool command_launches_for(struct slice word)
{
	return IS_ONE_OF(word, launchers_for);
}

bool command_manages(struct slice word)
{
	return IS_ONE_OF(word, managers) || slice_eq(word, SLICE("init.d"));
}

bool command_starts(struct slice word)
{
	return IS_ONE_OF(word, verbs);
}
