/*
 * confine.c - what the service gives up, so that whoever takes it over has little.
 *
 * It reads hostile input with the rights of root. What it keeps is what deciding takes: to follow
 * the links of a path that a container would mount through directories of other users, as the
 * daemon will, it keeps CAP_DAC_READ_SEARCH. It needs no right to write anywhere that root as a
 * plain owner does not have.
 *
 * The filter of system calls ends the process at the first call that is not in syscalls.def.
 * That is safer than an error: code that has gone astray does not get a second try, and the service
 * manager starts the program anew within a moment, while the daemon denies.
 */
#include "confine/confine.h"

#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/securebits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <seccomp.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/array.h"
#include "base/diag.h"

enum { KEPT = CAP_DAC_READ_SEARCH, NONE = -1 };

static const rlim_t MIB = 1 << 20;

static int complain(struct diags *d, const char *what, int error)
{
	return diag_add(d, (struct mark){ .file = "confinement" }, "cannot %s: %s", what,
			strerror(error));
}

unsigned long long confine_capabilities(void)
{
	return 1ull << KEPT;
}

/* Only who may change capability sets can empty the one that bounds what programs may gain. */
static bool may_bound(void)
{
	return capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP) != 0;
}

static int lock_secure_bits(struct diags *d)
{
	const unsigned long bits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |
				   SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED |
				   SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;

	/* Root is a user like any other from here on, also for a program that it starts. */
	return prctl(PR_SET_SECUREBITS, bits, 0, 0, 0) < 0
		       ? complain(d, "lock the secure bits", errno)
		       : 0;
}

/* What a service manager took away already is not asked for again: its filter may forbid to ask. */
static bool nothing_to_drop(int kept)
{
	for (unsigned cap = 0; cap <= CAP_LAST_CAP; cap++) {
		if ((int) cap != kept && (capng_have_capability(CAPNG_PERMITTED, cap) ||
					  capng_have_capability(CAPNG_INHERITABLE, cap) ||
					  capng_have_capability(CAPNG_AMBIENT, cap)))
			return false;
	}
	return true;
}

static int drop_capabilities(int kept, struct diags *d)
{
	capng_select_t what = CAPNG_SELECT_CAPS | CAPNG_SELECT_AMBIENT;
	bool keeps, bounds;
	int r;

	if (capng_get_caps_process() < 0)
		return complain(d, "read the capabilities", errno);
	if (nothing_to_drop(kept))
		return 0;
	keeps = kept != NONE && capng_have_capability(CAPNG_PERMITTED, (unsigned) kept) != 0;
	bounds = may_bound();
	r = bounds ? lock_secure_bits(d) : 0;
	if (r != 0)
		return r;

	if (bounds)
		what |= CAPNG_SELECT_BOUNDS;
	capng_clear(what);
	if (keeps)
		capng_update(CAPNG_ADD, (capng_type_t) (CAPNG_EFFECTIVE | CAPNG_PERMITTED),
			     (unsigned) kept);
	if (capng_apply(what) == 0)
		return 0;
	/* The unit's filter forbids to ask. The one that stays opens no file to the helper, which
	 * may open none. */
	if (kept == NONE && errno == EPERM && capng_get_caps_process() == 0 &&
	    nothing_to_drop(KEPT))
		return 0;
	return complain(d, "give up capabilities", errno);
}

/* Never above what is allowed now. */
static int limit(int resource, rlim_t most, const char *what, struct diags *d)
{
	struct rlimit now;

	if (getrlimit((__rlimit_resource_t) resource, &now) < 0)
		return complain(d, what, errno);
	if (most > now.rlim_max)
		most = now.rlim_max;
	if (now.rlim_cur == most && now.rlim_max == most)
		return 0;
	now = (struct rlimit){ most, most };
	return setrlimit((__rlimit_resource_t) resource, &now) < 0 ? complain(d, what, errno) : 0;
}

/*
 * Address space, which is more than memory: each thread has a stack, and glibc reserves 128 MiB for
 * an allocation arena of each. Twice as many calls as workers may be at their ceiling at a time;
 * what is more finds no memory and is denied. One GiB is for the program, its libraries, policies
 * of a hundred thousand lines while they are reloaded, and thousands of idle connections.
 */
static rlim_t address_space(const struct confinement *c)
{
	const rlim_t usual_stack = 8 * MIB, heap = 128 * MIB, fixed = 1024 * MIB;
	const rlim_t threads = c->workers + 8;
	struct rlimit stack;
	rlim_t each = usual_stack;

	if (getrlimit(RLIMIT_STACK, &stack) == 0 && stack.rlim_cur != RLIM_INFINITY)
		each = stack.rlim_cur;
	return fixed + threads * (each + heap) + 2 * (rlim_t) c->workers * c->memory_per_call;
}

static int set_limits(const struct confinement *c, struct diags *d)
{
	int r = limit(RLIMIT_CORE, 0, "forbid core dumps", d);

	if (r == 0)
		r = limit(RLIMIT_NOFILE, c->descriptors, "limit open files", d);
	/* The sanitizers reserve terabytes of address space for their notes. */
	if (r == 0 && !SANITIZED)
		r = limit(RLIMIT_AS, address_space(c), "limit the address space", d);
	return r;
}

int confine_rights(const struct confinement *c, struct diags *d)
{
	int r;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return complain(d, "give up new privileges", errno);
	r = drop_capabilities(c->bare ? NONE : KEPT, d);
	if (r == 0)
		r = set_limits(c, d);
	if (r != 0)
		return r;
	/* Also hides /proc/PID/mem and the like. The leak check of the sanitizers looks there. */
	if (!SANITIZED && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return complain(d, "forbid being looked at", errno);
	return 0;
}

struct allowed_call {
	int number;
	unsigned count;
	struct scmp_arg_cmp tests[2];
};

/* Of the flags of open(2): what lets a file be changed; and how log-sink.c opens the log. */
enum {
	WRITING = O_ACCMODE | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY),
	ADDING = O_WRONLY | O_APPEND | O_NOFOLLOW,
};

/* The flags by which C libraries make a thread, without the one that makes it one. */
static const scmp_datum_t THREAD_MAY = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
				       CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID |
				       CLONE_CHILD_CLEARTID | CLONE_DETACHED;

/* A call that this architecture does not have has a negative number, and nothing to allow. */
static int allow(scmp_filter_ctx filter, const struct allowed_call *call)
{
	int r = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call->number, call->count,
				       call->tests);

	return call->number < 0 && (r == -EDOM || r == -EINVAL) ? 0 : r;
}

static int allow_each(scmp_filter_ctx filter, const struct allowed_call *calls, size_t count)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < count; i++)
		r = allow(filter, &calls[i]);
	return r;
}

#define CALL(name) { SCMP_SYS(name), 0, { { 0 } } },
#define CALL_IF(name, ...)                                                              \
	{ SCMP_SYS(name),                                                               \
	  sizeof((struct scmp_arg_cmp[]){ __VA_ARGS__ }) / sizeof(struct scmp_arg_cmp), \
	  { __VA_ARGS__ } },

static int allow_service(scmp_filter_ctx filter)
{
	const scmp_datum_t self = (scmp_datum_t) getpid();
	const struct allowed_call calls[] = {
#include "confine/syscalls.def"
	};

	return allow_each(filter, calls, COUNT_OF(calls));
}

static int allow_look(scmp_filter_ctx filter)
{
	const scmp_datum_t self = (scmp_datum_t) getpid();
	const struct allowed_call calls[] = {
#include "confine/syscalls-look.def"
	};

	return allow_each(filter, calls, COUNT_OF(calls));
}

#undef CALL
#undef CALL_IF

/*
 * The flags of clone3 lie in memory, where no filter can look. The C library takes this answer for
 * that of an old kernel and makes its threads by clone.
 */
static int without_clone3(scmp_filter_ctx filter)
{
	return seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
}

static int build_and_load(scmp_filter_ctx filter, int (*allow_all)(scmp_filter_ctx filter))
{
	int r = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);

	/* In all threads, should there be any already. */
	if (r == 0)
		r = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
	/* A tree in place of a list: half the cost for a call at its end. */
	if (r == 0)
		r = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (r == 0)
		r = allow_all(filter);
	if (r == 0)
		r = without_clone3(filter);
	return r != 0 ? r : seccomp_load(filter);
}

static int confine_to(int (*allow_all)(scmp_filter_ctx filter), struct diags *d)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int r = filter ? build_and_load(filter, allow_all) : -ENOSYS;

	seccomp_release(filter);
	if (r == 0)
		return 0;
	return diag_add(
		d, (struct mark){ .file = "confinement" },
		"the kernel takes no filter of system calls (%s); that needs Linux 4.14 with "
		"CONFIG_SECCOMP_FILTER, and a container needs leave for seccomp. To serve "
		"without the filter, add --unconfined",
		strerror(-r));
}

int confine_syscalls(struct diags *d)
{
	return confine_to(allow_service, d);
}

int confine_look(struct diags *d)
{
	return confine_to(allow_look, d);
}
